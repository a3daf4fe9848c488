"""Attacks written in template code, wiki links and reST: what they become is as safe as any other HTML."""

from __future__ import annotations

import pytest

from syndicate import plugins
from syndicate.markup.render import to_html
from syndicate.markup.templates import Page, TemplateSite
from tests.markup.test_safe_properties import check

SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
OUT = f'"><script>alert(1)</script>{IMAGE}'
JS = "javascript:alert(1)"

ATTACKS = {
    "hugo": [
        f'{{{{< figure src="{JS}" title="{SCRIPT}" alt="\\"{OUT}" caption="{IMAGE}" link="{JS}" >}}}}',
        f'{{{{< figure src=`x" onerror="alert(1)` attr="{SCRIPT}" attrlink="data:text/html,{SCRIPT}" >}}}}',
        f"{{{{< youtube id=`{OUT}` title=`{SCRIPT}` >}}}} {{{{< vimeo `{OUT}` >}}}} {{{{< gist `{OUT}` `{OUT}` >}}}}",
        f'{{{{< details summary="{SCRIPT}" open=`x" onclick="y` >}}}}a{{{{< /details >}}}}',
        f"{{{{< highlight `{OUT}` >}}}}{SCRIPT}</code></pre>{SCRIPT}{{{{< /highlight >}}}}",
        f'[a]({{{{< ref "{JS}" >}}}}) {{{{< unknown src="{JS}" alt="{SCRIPT}" >}}}} {{{{< x user=`{OUT}` id="1" >}}}}',
    ],
    "liquid": [
        f"{{{{ '{SCRIPT}' }}}} {{{{ '{IMAGE}' | markdownify }}}}",
        "{{ page.title }} <a href='{{ page.evil }}'>x</a>",
        "{{ '%3Cscript%3Ealert(1)%3C/script%3E' | url_decode }} {% assign a = '<scr' %}{{ a }}ipt>alert(1)</script>",
        f"{{{{ '{JS}' | prepend: '<a href=' | append: '>x</a>' }}}} [a]({{{{ '{JS}' | relative_url }}}})",
        f"{{% highlight {OUT} %}}</code></pre>{SCRIPT}{{% endhighlight %}}",
        f"{{% highlight html %}}</code></pre>{SCRIPT}{{% endhighlight %}} ![{{{{ 'x]({JS})' }}}}](a)",
    ],
    "nunjucks": [
        f"{{{{ '{SCRIPT}' | safe }}}} [a]({{{{ '{JS}' | url }}}})",
        "{% set a = '<scr' %}{{ a }}ipt>x</script>",
    ],
    "zola": [
        f"{{{{ youtube(id=`{OUT}`) }}}} {{{{ vimeo(id=`{OUT}`) }}}} {{{{ gist(url=`{JS}`) }}}}",
        f"{{{{ figure(src=`{JS}`, alt=`{OUT}`, caption=`{SCRIPT}`) }}}}",
        f"{{{{ image(src=`x\" onerror=\"y`, alt=`{OUT}`) }}}}",
        f"{{% quote(author=`{SCRIPT}`) %}}a{{% end %}} [a](@/{JS})",
    ],
    "hexo": [
        f"{{% blockquote {SCRIPT}, {IMAGE} {JS} {SCRIPT} %}}a{{% endblockquote %}} {{% youtube {OUT} %}}",
        f"{{% codeblock {OUT} {JS} {SCRIPT} %}}</code></pre>{SCRIPT}{{% endcodeblock %}} {{% iframe {JS} %}}",
        f"{{% link '{SCRIPT}' {JS} '{OUT}' %}} {{% img {JS} 'x' '{OUT}' %}} {{% asset_img a.png '{OUT}' %}}",
        f"{{% img 'onerror=alert(1)' /a.png 1 1 '\"x\" onerror=\"y\" z=\"' %}} {{% url_for {JS} '{SCRIPT}' %}}",
    ],
    "pelican": [f"[a]({{filename}}{JS}) <img src='{{static}}{JS}'> ![a]({{attach}}{OUT}) <a href='{{tag}}{OUT}'>x</a>"],
    "mdx": [
        f"<Link to='{JS}'>x</Link> <Link to='x\" onclick=\"y'>x</Link> <Image src='x' alt='{OUT}' />",
        f"<img src={{'{JS}'}} onError={{alert(1)}} /> <a href={{`{JS}`}}>x</a> {{'{SCRIPT}'}}",
        f"<Tabs><TabItem label='{SCRIPT}'>a</TabItem></Tabs> <svg onLoad={{`x`}}><a xlinkHref='{JS}'>x</a></svg>",
        f":::note[{SCRIPT}]\nx\n:::\n\n:::tip {IMAGE}\nx\n:::\n",
        f"<iframe src='data:text/html,{SCRIPT}' title='{SCRIPT}' />",
    ],
    "wiki": [
        f"[[{JS}|x]] [[a|{SCRIPT}]] [[{SCRIPT}]] ![[x.png|{SCRIPT}]] ![[x\" onerror=\"y.png]] [[a#{IMAGE}|]]",
        f"> [!note] {SCRIPT}\n> x\n\n> [!{OUT}] t\n> x\n\n%%{SCRIPT}%% =={SCRIPT}==",
        f"[[a|x]({JS})]] ![[data:image/svg+xml,{IMAGE}]] ![[{JS}.png|\"onerror=y]]",
    ],
    "": [
        f".. raw:: html\n\n   {SCRIPT}\n\n.. role:: raw-html(raw)\n   :format: html\n\n:raw-html:`{SCRIPT}`\n",
        f"`x <{JS}>`_\n",
        f".. image:: {JS}\n   :alt: {OUT}\n   :target: {JS}\n\n.. admonition:: {SCRIPT}\n\n   x\n\n.. _a: {JS}\n\na_\n",
        ".. image:: x.svg\n   :width: 1\"onerror=y\n",
        f".. image:: data:image/svg+xml,{IMAGE}\n\n.. math::\n\n   </code>{SCRIPT}\n",
        f".. class:: \"onclick=y\n\nx {JS}\n\n.. meta::\n   :refresh: 0;url={JS}\n",
    ],
}  # fmt: skip

PAGE = Page("posts/a.md", "https://example.org/a/", "markdown", SCRIPT, "en", {"title": SCRIPT, "evil": JS})


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("unknown", ["drop", "keep"])
def test_nothing_executable_comes_through(name: str, unknown: str) -> None:
    for body in ATTACKS[name]:
        if not name:
            assert "<script" not in check(to_html(body, "rest"))
            continue
        member = plugins.find("templates", name)
        known = {each.written: 'https://example.org/b/?a="><script>' for each in member.references(body, PAGE.path)}
        for links in ({}, known):
            page = Page(PAGE.path, PAGE.url, "markdown", PAGE.title, "en", PAGE.fields, links)
            text = member.open(TemplateSite("https://example.org", unknown=unknown)).expand(body, page).text
            for markup in ("markdown", "html"):
                assert "<script" not in check(to_html(text, markup))


def test_every_language_is_attacked() -> None:
    assert set(ATTACKS) == {*plugins.names("templates"), ""}
