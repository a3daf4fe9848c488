"""Drives headless Chromium over its debugging pipe, with the standard library alone.

    with Browser(profile_folder) as browser:
        tab = browser.open(url, width=390, height=800, dark=True)
        tab.click("#filter")
        tab.type("news")
        assert tab.evaluate("document.title") == "..."
        assert tab.complaints == [] and tab.requests == [url]

The pipe (Chrome DevTools Protocol, JSON between NUL bytes on descriptors 3 and 4) needs no port
and no package. What the page complains about and asks the network for is collected by the tab.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Self

EXECUTABLE = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SWITCHES = (
    "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync --disable-default-apps "
    "--lang=en --remote-debugging-pipe"
).split()


class Browser:
    """One Chromium with a profile of its own; `open` gives a fresh tab."""

    def __init__(self, profile: Path, executable: str | None = EXECUTABLE) -> None:
        assert executable, "no Chromium found"
        self._command = [executable, *SWITCHES, f"--user-data-dir={profile}", "about:blank"]
        self._number = 0
        self._rest = b""
        self._tabs: dict[str, Tab] = {}

    def __enter__(self) -> Self:
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        # The descriptors must be 3 and 4 in the child; only a shell can rename them without a fork hook.
        script = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", script, *self._command],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        return self

    def __exit__(self, *_: object) -> None:
        self._send("Browser.close", {}, None)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def open(self, url: str, *, width: int = 1280, height: int = 900, dark: bool = False, script: bool = True) -> Tab:
        """A fresh tab that has loaded `url`; `width` and `height` in CSS pixels."""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        tab = self._tabs[session] = Tab(self, session)
        tab.prepare(width, height, dark)
        tab.call("Emulation.setScriptExecutionDisabled", value=not script)
        tab.go(url)
        return tab

    def call(self, method: str, params: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        """Ask, and wait for the answer; what else arrives meanwhile goes to its tab."""
        number = self._send(method, params, session)
        while True:
            message = self.read()
            if message.get("id") == number:
                assert "error" not in message, f"{method}: {message['error']}"
                answer: dict[str, Any] = message["result"]
                return answer

    def read(self, seconds: float = 30) -> dict[str, Any]:
        """The next message; one that belongs to a tab is handed to it as well."""
        until = time.monotonic() + seconds
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0, until - time.monotonic()))
            piece = os.read(self._from, 1 << 20) if ready else b""
            assert piece, "Chromium does not answer"
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if tab := self._tabs.get(message.get("sessionId", "")):
            tab.hear(message)
        return message

    def _send(self, method: str, params: dict[str, Any], session: str | None) -> int:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        return self._number


class Tab:
    """One page. `complaints` are console errors, exceptions and refusals; `requests` all URLs asked for."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._loaded = False

    def prepare(self, width: int, height: int, dark: bool) -> None:
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.scheme("dark" if dark else "light")

    def scheme(self, name: str, media: str = "screen") -> None:
        """Prefer `light` or `dark`; look at the page as `screen` or `print`."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def go(self, url: str) -> None:
        self._loaded = False
        self.call("Page.navigate", url=url)
        while not self._loaded:
            self._browser.read()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.call(method, params, self._session)

    def hear(self, message: dict[str, Any]) -> None:
        """Keep what matters of the events that arrive."""
        method, params = message.get("method", ""), message.get("params", {})
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(params["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.complaints.append(json.dumps(params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(params["entry"]["text"])

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, expression: str, seconds: float = 10) -> bool:
        """Whether an expression becomes true in time."""
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def key(self, key: str, text: str = "") -> None:
        """Press and release one key, as a person does (`text` is what it would write)."""
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text: str) -> None:
        """Write into whatever has the focus."""
        self.call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """A real click in the middle of an element, scrolled into view first."""
        where = self.evaluate(
            f"(e => {{ e.scrollIntoView({{block: 'center'}}); const r = e.getBoundingClientRect();"
            f" return [r.x + r.width / 2, r.y + r.height / 2] }})(document.querySelector({json.dumps(selector)}))"
        )
        spot = {"x": where[0], "y": where[1], "button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type="mousePressed", **spot)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", **spot)

    def follow(self, selector: str) -> None:
        """Click a link, and wait until the page it leads to has loaded."""
        self._loaded = False
        self.click(selector)
        while not self._loaded:
            self._browser.read()

    def screenshot(self, path: Path) -> None:
        """What is seen, as PNG."""
        picture = self.call("Page.captureScreenshot")["data"]
        path.write_bytes(base64.b64decode(picture))

    def close(self) -> None:
        self.call("Page.close")
