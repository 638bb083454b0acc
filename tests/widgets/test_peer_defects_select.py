"""What msticpy 3.0.2 does wrong in SelectItem, SelectSubset and SelectAlert, done right here.

A test's name says the peer's defect.
"""

from __future__ import annotations

from typing import Any

import pytest

from huntbook.widgets import SelectAlert, SelectItem, SelectSubset

# ---------------------------------------------------------------- SelectItem


def test_select_item_prefills_the_filter_with_the_first_label_but_here_it_is_empty() -> None:
    # The filter's text lives in the browser alone (its test: test_item_is_selected_by_mouse_and_keyboard...).
    state = SelectItem("Pick", ["first", "second"], register=False)._state()
    assert not [name for name in state if "filter" in name and name != "display_filter"]


def test_select_item_of_items_that_are_no_text_raises_an_attribute_error_but_here_they_are_shown() -> None:
    item = SelectItem("Pick", [1, None, 2.5], register=False)
    item.value = 2.5
    assert (item.value, item.label) == (2.5, "2.5")


def test_select_item_of_a_dict_with_a_label_as_value_raises_but_here_selects_it() -> None:
    assert SelectItem("Pick", {"a": 1, "b": 2}, value="b", register=False).value == 2


def test_select_item_of_a_dict_with_a_value_as_value_ignores_it_but_here_selects_it() -> None:
    assert SelectItem("Pick", {"a": 1, "b": 2}, value=2, register=False).label == "b"


def test_select_item_set_to_an_unknown_value_ignores_it_but_here_is_an_error() -> None:
    item = SelectItem("Pick", {"a": 1, "b": 2}, register=False)
    with pytest.raises(ValueError, match="none of the 2 options"):
        item.value = 3
    assert item.value == 1


def test_select_item_lets_an_actions_error_escape_but_here_it_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def action(value: str) -> None:
        raise KeyError(value)

    item = SelectItem("Pick", ["a", "b"], action, register=False)
    item.display()
    item.value = "b"
    item._on_event("select", {"index": 0, "question": 0, "stamp": 1})
    assert item.value == "a"
    assert isinstance(item.action_error, KeyError)
    assert item.action_error.__traceback__ is not None
    assert "The action failed: KeyError: 'a'" in capsys.readouterr().out


# ---------------------------------------------------------------- SelectSubset


def subset(source: Any, default: Any = None) -> SelectSubset:
    return SelectSubset(source, default, auto_display=False, register=False)


def test_select_subset_of_nothing_raises_an_index_error_but_here_is_empty() -> None:
    for source in ([], {}):
        widget = subset(source)
        assert (widget.value, widget.selected_items, widget._state()["total"]) == ([], [], 0)


def test_select_subset_of_mixed_types_raises_a_type_error_but_here_keeps_the_order() -> None:
    assert subset([3, "a", None, 1], [1, "a", 3]).value == [3, "a", 1]


def test_select_subset_remove_with_nothing_selected_raises_but_here_does_nothing() -> None:
    widget = subset(["a", "b"], [])
    widget._on_event("choose", {"chosen": [], "stamp": 1})
    assert (widget.value, widget.value_source) == ([], "default")


def test_select_subset_of_two_labels_with_one_value_selects_the_other_but_here_they_are_two() -> None:
    widget = subset({"a": 1, "b": 1})
    widget._on_event("choose", {"chosen": [0, 1], "stamp": 1})
    assert widget.selected_items == [("a", 1)]
    widget._on_event("choose", {"chosen": [1, 2], "stamp": 2})
    assert widget.selected_items == [("b", 1)]


# ---------------------------------------------------------------- SelectAlert

ROWS = [
    {"SystemAlertId": str(n), "TimeGenerated": f"2026-01-0{day}", "AlertName": "x", "ProductName": "y"}
    for n, day in ((1, 3), (2, 2), (3, 1), (4, 2))
]


def frame() -> Any:
    import pandas as pd

    return pd.DataFrame(ROWS)


@pytest.mark.pandas
def test_select_alert_opens_with_row_0_beside_a_sorted_list_but_here_with_the_first_shown() -> None:
    alert = SelectAlert(frame(), register=False)
    assert alert.label == alert.options[alert._state()["selected"]][0] == "2026-01-01 00:00:00 - x - y"
    assert (alert.alert_id, alert.selected_alert["SystemAlertId"], alert.value) == ("3", "3", "3")


@pytest.mark.pandas
def test_select_alert_overrides_the_default_alert_but_here_keeps_it_everywhere() -> None:
    alert = SelectAlert(frame(), default_alert="2", register=False)
    chosen = alert.options[alert._state()["selected"]]
    assert (alert.alert_id, alert.value, alert.selected_alert["SystemAlertId"], chosen[1]) == ("2",) * 4


@pytest.mark.pandas
def test_select_alert_collapses_alerts_of_the_same_text_but_here_each_can_be_selected() -> None:
    alert = SelectAlert(frame(), register=False)
    same = [i for i, (label, _) in enumerate(alert.options) if label == "2026-01-02 00:00:00 - x - y"]
    found = set()
    for position in same:
        alert._on_event("select", {"index": position, "question": 0, "stamp": position})
        found.add(alert.alert_id)
    assert found == {"2", "4"}


@pytest.mark.pandas
def test_select_alert_of_an_empty_frame_raises_an_index_error_but_here_says_so() -> None:
    alert = SelectAlert(frame().head(0), register=False)
    assert alert.selected_alert is None
    assert "no alerts" in alert._repr_mimebundle_()[0]["text/plain"]


def test_select_alert_shows_its_summary_in_any_order_but_here_in_the_frames() -> None:
    names = [f"Column{i}" for i in (9, 1, 5, 0, 7)] + list(ROWS[0])
    rows = [dict.fromkeys(names, "x")]
    alert = SelectAlert(rows, register=False)
    assert [name for name, _ in alert._summary(alert.selected_alert).cells] == names
