"""Hostile labels in the selections: records, states and details hold text only."""

from __future__ import annotations

import json

import pytest

from hostile import INVISIBLE, Tags, check, hostile
from huntbook.widgets import SelectAlert, SelectItem, SelectSubset
from huntbook.widgets._text import visible

OWN_TAGS = {"div", "span", "b", "strong", "small", "br", "table", "tbody", "tr", "th", "td"}


def check_state(state: dict[str, object]) -> None:
    json.dumps(state, ensure_ascii=False).encode("utf-8")
    shown = [state["description"], state.get("label", ""), *state["items"]]  # type: ignore[misc]
    assert not INVISIBLE & set("".join(map(str, shown)))


def test_records_and_states_of_hostile_labels_hold_text_only() -> None:
    texts = hostile(1000)
    many = SelectSubset(texts, texts, auto_display=False, description=texts[0], register=False)
    check(many._repr_mimebundle_()[0])
    check_state(many._state())
    for text in texts:
        item = SelectItem(text, [text, "other", text], value=text, register=False)
        check(item._repr_mimebundle_()[0])
        check_state(item._state())
        assert item.value == text
        some = SelectSubset([text, text], [text], auto_display=False, description=text, register=False)
        check(some._repr_mimebundle_()[0])
        check_state(some._state())


def test_summaries_of_hostile_alerts_hold_text_only() -> None:
    for text in hostile(1000):
        row = {"SystemAlertId": text, "TimeGenerated": text, "AlertName": text, text: text, "Entities": text}
        alert = SelectAlert([row], action=lambda _: None, register=False, description=text)
        bundle, _ = alert._repr_mimebundle_()
        json.dumps(bundle, ensure_ascii=False).encode("utf-8")
        tags = Tags()
        tags.feed(bundle["text/html"])
        assert {tag for tag, _ in tags.found} <= OWN_TAGS
        assert {name for _, names in tags.found for name in names} <= {"style"}
        assert not INVISIBLE & set(bundle["text/html"] + bundle["text/plain"])
        check_state(alert._state())


def test_what_an_action_prints_and_raises_is_escaped() -> None:
    for text in hostile(300):

        def action(value: str) -> str:
            print(value)  # noqa: T201 (what an action prints is tested)
            raise ValueError(value)

        item = SelectItem("Pick", [text], action, register=False)
        bundle, _ = item._details._output(text)
        check({media: content.replace("\n", "") for media, content in bundle.items()})
        assert visible(text).strip()[:1] in bundle["text/plain"]


@pytest.mark.parametrize("length", [10**6])
def test_long_label_is_cut_wherever_it_is_shown_and_kept_as_a_value(length: int) -> None:
    text = "<" * length
    row = {"SystemAlertId": text, "TimeGenerated": text, "AlertName": text}
    widgets = [
        SelectItem(text, [text], register=False),
        SelectSubset([text], [text], auto_display=False, description=text, register=False),
        SelectAlert([row], action=lambda _: None, register=False),
    ]
    for widget in widgets:
        bundle, _ = widget._repr_mimebundle_()
        assert len(bundle["text/html"]) < 50_000
        assert len(json.dumps(widget._state())) < 10_000
    assert widgets[0].value == widgets[2].value == text
    assert widgets[1].value == [text]
