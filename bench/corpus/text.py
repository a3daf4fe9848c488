"""Sentences, titles and blocks of a body, drawn from the words."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from bench.corpus.words import (
    EN_ADJ,
    EN_NOUN,
    EN_TAIL,
    EN_VERB,
    EN_WHO,
    ZH_DO,
    ZH_HOW,
    ZH_LINK,
    ZH_UNIT,
    ZH_WHAT,
    ZH_WHO,
)

SOURCE = "quote.example.net"


class Pool:
    """Blocks made once, of which bodies are put together: drawing is a tenth of the cost of making."""

    def __init__(self, chance: Random, block: Callable[[Random], str], count: int) -> None:
        self.blocks = [block(chance) for _ in range(count)]
        self.sizes = [len(each.encode()) for each in self.blocks]

    def fill(self, chance: Random, size: float, between: str) -> str:
        """Blocks of together about `size` bytes: half a block more or less."""
        found: list[str] = []
        count, draw = len(self.blocks), chance.random
        while size > 0:
            index = int(draw() * count)
            if self.sizes[index] > 2 * size and found:
                break
            found.append(self.blocks[index])
            size -= self.sizes[index]
        return between.join(found)


def zh_number(chance: Random) -> str:
    return f"{chance.random() * 900 + 1:.{chance.randrange(3)}f}{chance.choice(ZH_UNIT)}"


def zh_sentence(chance: Random) -> str:
    text = f"{chance.choice(ZH_WHO)}{chance.choice(ZH_DO)}，{chance.choice(ZH_WHAT)}{chance.choice(ZH_HOW)}"
    kind = chance.random()
    if kind < 0.35:
        text += "，约为" + zh_number(chance)
    elif kind < 0.5:
        text += f"，其中“{chance.choice(ZH_WHAT)[:4]}”贡献{zh_number(chance)}"
    if chance.random() < 0.3:
        text = f"{chance.choice(ZH_LINK)}，{text}"
    return text + "。"


def zh_title(chance: Random) -> str:
    kind = chance.random()
    if kind < 0.1:
        return f"“{chance.choice(ZH_WHAT)[:3]}”{chance.choice(ZH_HOW)}？{chance.choice(ZH_DO)}！"
    title = f"{chance.choice(ZH_WHO)}：{chance.choice(ZH_WHAT)}{chance.choice(ZH_HOW)}"
    return f"{title} {chance.choice(ZH_DO)}{zh_number(chance)}" if kind < 0.4 else title


def zh_block(chance: Random) -> str:
    """One paragraph of HTML, of the kinds that news articles have."""
    kind, code = chance.random(), f"{chance.randrange(600000, 603999)}"
    text = "".join(zh_sentence(chance) for _ in range(chance.randrange(1, 7)))
    if kind < 0.55:
        return f"<p>{text}</p>"
    if kind < 0.70:
        return f"<p><strong>{chance.choice(ZH_WHAT)}</strong></p><p>{text}</p>"
    if kind < 0.85:
        return (
            f'<p>{text}<span id="stock_1.{code}"><a href="http://{SOURCE}/unify/r/1.{code}" class="keytip" '
            f'data-code="1,{code}">{chance.choice(ZH_WHO)}</a></span><span id="quote_1.{code}"></span>'
            f"{zh_sentence(chance)}</p>"
        )
    if kind < 0.93:
        size = f"w{chance.randrange(400, 900)}h{chance.randrange(200, 600)}"
        return (
            f'<center><img src="https://{SOURCE}/download/D{code}_{size}.jpg" alt="Image" width="552" '
            f'style="border:#d1d1d1 1px solid;padding:3px;margin:5px 0;" /></center><p>{text}</p>'
        )
    if kind < 0.97:
        cells = ((chance.choice(ZH_WHAT), zh_number(chance)) for _ in range(chance.randrange(2, 8)))
        rows = "".join(f"<tr><td>{what}</td><td>{number}</td></tr>" for what, number in cells)
        return f'<table border="1"><tbody>{rows}</tbody></table><p>{text}</p>'
    return (
        f'<p style="text-align:center;"><img src="//{SOURCE}/GetPic.aspx?nid=1.{code}&imageType=k&at=1" '
        f'border="0" /></p><!-- chart --><p>&lt;附表&gt;&nbsp;{text}<br /></p>'
    )


def en_sentence(chance: Random) -> str:
    text = f"{chance.choice(EN_WHO)} {chance.choice(EN_VERB)} the {chance.choice(EN_ADJ)} {chance.choice(EN_NOUN)}"
    if chance.random() < 0.4:
        text += f", then *{chance.choice(EN_VERB)}* the `{chance.choice(EN_NOUN)}`"
    if chance.random() < 0.6:
        text += " " + chance.choice(EN_TAIL)
    return text + "."


def en_title(chance: Random) -> str:
    title = f"{chance.choice(EN_VERB).capitalize()} the {chance.choice(EN_ADJ)} {chance.choice(EN_NOUN)}"
    return f"{title}: {chance.choice(EN_TAIL)}" if chance.random() < 0.2 else title


def en_block(chance: Random) -> str:
    """One block of Markdown, of the kinds that all programs here know."""
    kind, word = chance.random(), chance.choice(EN_NOUN)
    text = " ".join(en_sentence(chance) for _ in range(chance.randrange(2, 7)))
    if kind < 0.45:
        return text
    if kind < 0.57:
        return f"## {en_title(chance)}\n\n{text}"
    if kind < 0.70:
        places = (f"/{word}/", f"https://www.example.org/{word}", f"//cdn.example.org/{word}")
        links = (f"* [{chance.choice(EN_NOUN)}]({chance.choice(places)})" for _ in range(chance.randrange(2, 6)))
        return "\n".join(links) + "\n\n" + text
    if kind < 0.78:
        return f"```python\ndef {word}(x):\n    return x < 3 and x > 1  # {word} & co\n```"
    if kind < 0.85:
        return f"![{word}](https://img.example.org/{word}.webp)\n\n{text}"
    if kind < 0.90:
        return f'<div class="note"><p>{word} and {chance.choice(EN_NOUN)}</p></div>'
    if kind < 0.95:
        rows = (f"| {chance.choice(EN_NOUN)} | {chance.randrange(1000)} |" for _ in range(chance.randrange(2, 6)))
        return "| what | count |\n| --- | --- |\n" + "\n".join(rows) + "\n\n" + text
    return f"> {text}\n\n1. {en_sentence(chance)}\n2. **{word}** and more"
