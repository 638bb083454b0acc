"""Text that others wrote shows as text: in every record, no markup, no hidden character."""

from __future__ import annotations

import json

import pytest

from hostile import Tags, check, hostile
from huntbook.widgets import GetText, OptionButtons, registry
from huntbook.widgets._text import escaped, sendable, visible


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
