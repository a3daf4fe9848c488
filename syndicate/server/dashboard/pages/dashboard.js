"use strict";
// What changes is sent by the server, whole parts at a time; moments are shown as how long ago they were.
const main = document.querySelector("main");
const live = document.querySelector("#live");
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const units = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600], ["minute", 60]];

const ago = (seconds) => {
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= (size > 3600 ? 2 * size : size)) return relative.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 5 ? "now" : relative.format(Math.round(seconds), "second");
};
const age = (within) => {
  for (const time of within.querySelectorAll("time.ago")) {
    const at = Date.parse(time.dateTime);
    if (!time.title) time.title = time.textContent + " UTC";
    const said = ago((at - Date.now()) / 1000);
    if (time.textContent !== said) time.textContent = said;
  }
};
const state = (name, said) => {
  if (live.dataset.state === name) return;
  live.dataset.state = name;
  live.textContent = said;
};

// Who reads or selects something in a part is not disturbed: the focus, what is unfolded and how far it is scrolled stay.
const place = (part) => {
  const all = [...part.querySelectorAll("a, summary, [tabindex]")];
  return [all, all.indexOf(document.activeElement)];
};
const later = new Map();
const selected = (part) => {
  const chosen = document.getSelection();
  return chosen.rangeCount > 0 && !chosen.isCollapsed && chosen.getRangeAt(0).intersectsNode(part);
};
const replace = ({ name, mark, html }) => {
  const part = document.getElementById(name);
  if (!part || part.dataset.mark === mark) return;
  if (selected(part)) { later.set(name, { name, mark, html }); return; }
  later.delete(name);
  const [, focus] = place(part);
  const open = new Set([...part.querySelectorAll("details[open]")].map((each) => each.id));
  const scrolled = [...part.querySelectorAll(".scroll")].map((each) => [each.scrollLeft, each.scrollTop]);
  part.innerHTML = html;
  part.dataset.mark = mark;
  age(part);
  for (const each of part.querySelectorAll("details")) each.open = open.has(each.id);
  [...part.querySelectorAll(".scroll")].forEach((each, at) => {
    if (scrolled[at]) [each.scrollLeft, each.scrollTop] = scrolled[at];
  });
  if (focus >= 0) place(part)[0][focus]?.focus({ preventScroll: true });
  part.classList.remove("new");
  void part.offsetWidth;
  part.classList.add("new");
};
document.addEventListener("selectionchange", () => { for (const each of [...later.values()]) replace(each); });

let wait = 2000;
const listen = () => {
  const source = new EventSource("events?sheet=" + encodeURIComponent(main.dataset.sheet));
  source.addEventListener("open", () => { wait = 2000; state("live", "Live: what changes is shown as it does"); });
  source.addEventListener("part", (event) => replace(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    state("lost", "Not connected: what is shown may be old; trying again");
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, wait);
    wait = Math.min(2 * wait, 60000);
  });
  addEventListener("pagehide", () => source.close(), { once: true });
};
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
age(document);
setInterval(() => age(document), 5000);
listen();
