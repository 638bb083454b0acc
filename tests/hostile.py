"""Texts as an attacker writes them, and a check that a record shows them as text."""

from __future__ import annotations

import json
import random
from html.parser import HTMLParser

PIECES = [
    "<script>window.hacked=1</script>", "<img src=x onerror=window.hacked=1>", "</div>", "</b>", "-->", "]]>",
    "'", '"', "&", "&lt;", "`", "\\", "\x00", "\x1b[31m", "\r", "\n", "\t", "\u202e", "\u2066",
    "\u200f", "\u061c", "\u2028", "\ud800", "\udfff", "javascript:window.hacked=1", "{{x}}", "${x}",
    "{x}", "%s", "é", "\U0001f575", "\uff41", "0", "-1", " ",
]  # fmt: skip
INVISIBLE = set("\x00\x1b\r\u202e\u2066\u200f\u061c\u2028\ud800\udfff")


def hostile(count: int) -> list[str]:
    chooser = random.Random(20261124)  # noqa: S311 (tests, the same each time)
    return ["".join(chooser.choices(PIECES, k=chooser.randint(1, 8))) for _ in range(count)]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def check(bundle: dict[str, str]) -> None:
    json.dumps(bundle, ensure_ascii=False).encode("utf-8")
    for media in ("text/html", "text/plain"):
        assert not INVISIBLE & set(bundle[media])
    tags = Tags()
    tags.feed(bundle["text/html"])
    assert {tag for tag, _ in tags.found} <= {"div", "span", "b", "strong", "small", "br"}
    assert {name for _, names in tags.found for name in names} <= {"style"}
