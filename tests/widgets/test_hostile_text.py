"""Text that others wrote shows as text: in every record, no markup, no hidden character."""

from __future__ import annotations

import json
import random
from html.parser import HTMLParser

import pytest

from huntbook.widgets import GetText, OptionButtons, registry
from huntbook.widgets._text import escaped, sendable, visible

PIECES = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</div>", "</b>", "-->", "]]>",
    "'", '"', "&", "&lt;", "`", "\\", "\x00", "\x1b[31m", "\r", "\n", "\t", "\u202e", "\u2066",
    "\u200f", "\u061c", "\u2028", "\ud800", "\udfff", "javascript:alert(1)", "{{x}}", "${x}",
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


def test_records_of_hostile_texts_hold_only_their_own_tags() -> None:
    for text in hostile(1000):
        box = GetText(text, text, id="hostile", register=False)
        check(box._repr_mimebundle_()[0])
        question = OptionButtons(text, [text, "other"], default=text, param="x", name_space={})
        check(question._repr_mimebundle_()[0])
        question.ask()
        check(question._repr_mimebundle_()[0])
        assert question.value == text
        json.dumps([box._state(), question._state()], ensure_ascii=False).encode("utf-8")


def test_registry_with_hostile_texts_is_shown_safely() -> None:
    for text in hostile(100):
        GetText("", text).value = text
    tags = Tags()
    tags.feed(registry._repr_html_())
    assert {tag for tag, _ in tags.found} <= {"table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize("length", [10**6])
def test_long_text_is_cut_in_records_and_kept_as_a_value(length: int) -> None:
    text = "<" * length
    box = GetText(text, text, register=False)
    question = OptionButtons(text, [text, "b"])
    for widget in (box, question):
        bundle, _ = widget._repr_mimebundle_()
        assert len(bundle["text/html"]) < 50_000
        assert "(1000000 characters)" in bundle["text/plain"]
    assert box.value == text
    assert question.ask() == text


def test_text_without_anything_odd_is_left_alone() -> None:
    text = "Zürich, 東京, тест, 🕵️ a+b=c"
    assert visible(text) == sendable(text) == text
    assert escaped("a\tb\nc") == "a\tb\nc"
