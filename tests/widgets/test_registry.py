"""What is remembered, under which key, and what two widgets with one key are told."""

from __future__ import annotations

import gc
import itertools
from typing import TYPE_CHECKING

import pytest

from huntbook.widgets import DuplicateWidgetWarning, GetText, Registry, registry
from huntbook.widgets._cell import Cell
from huntbook.widgets._memory import describe, frozen

if TYPE_CHECKING:
    from front_end import FrontEnd

VALUES = [
    None, True, False, 1, 0, 1.5, "", "1", "True", "a", b"a",
    ["a", "bc"], ["ab", "c"], ["abc"], [["a"], "bc"], ["a", ["bc"]], [],
    {"a": 1}, {"a": "1"}, {"a": 1, "b": 2}, {"a", "b"}, {},
]  # fmt: skip


def test_keys_are_equal_only_for_equal_values_of_one_type() -> None:
    for (i, first), (j, second) in itertools.product(enumerate(VALUES), repeat=2):
        assert (frozen(first) == frozen(second)) is (i == j), (first, second)


def test_keys_are_hashable_and_do_not_depend_on_the_order_of_a_mapping() -> None:
    assert len({frozen(value) for value in VALUES}) == len(VALUES)
    assert frozen({"a": 1, "b": [2]}) == frozen({"b": [2], "a": 1})


def test_value_outlives_its_widget() -> None:
    text = GetText("", "Host")
    text.value = "pc1"
    del text
    gc.collect()
    assert GetText("", "Host").value == "pc1"


def test_parts_of_an_identifier_do_not_run_together() -> None:
    GetText("a", "bc").value = "mine"
    assert GetText("ab", "c").value == "ab"


def test_explicit_identifier_holds_over_a_change_of_description() -> None:
    GetText("", "Host", id="host").value = "pc1"
    assert GetText("", "Name of the host", id="host").value == "pc1"


def test_default_that_nobody_touched_is_not_remembered() -> None:
    assert GetText("old", "Host", id="host").value == "old"
    assert GetText("new", "Host", id="host").value == "new"


def test_widget_that_is_not_registered_remembers_nothing() -> None:
    GetText("", "Host", register=False).value = "pc1"
    assert GetText("", "Host", register=False).value == ""
    assert len(registry) == 0


def test_reset_forgets_what_its_text_names() -> None:
    for name in ("host", "account"):
        GetText("", name, id=name).value = "x"
    assert registry.reset("'host'") == 1
    assert [row["widget"] for row in registry.list()] == ["GetText('account')"]
    assert registry.reset() == 1
    assert registry.list() == []


def cell(identity: str, run: str) -> Cell:
    return Cell(identity, run, f"cell [{run}] `{identity}`")


KEY = ("GetText", frozen("host"))


def test_key_in_two_cells_is_a_warning_that_names_both() -> None:
    memories = Registry()
    memories.memory(KEY, cell("first", "1"))
    with pytest.warns(DuplicateWidgetWarning, match=r"in cell \[1\] `first` and in cell \[2\] `second`"):
        _, problem = memories.memory(KEY, cell("second", "2"))
    assert "they share one value" in problem


def test_key_twice_in_one_run_of_a_cell_is_a_warning() -> None:
    memories = Registry()
    memories.memory(KEY, cell("first", "1"))
    with pytest.warns(DuplicateWidgetWarning, match="twice in cell"):
        memories.memory(KEY, cell("first", "1"))


def test_cell_run_again_is_no_duplicate(recwarn: pytest.WarningsRecorder) -> None:
    memories = Registry()
    memories.memory(KEY, cell("first", "1"))
    assert memories.memory(KEY, cell("first", "2"))[1] == ""
    assert memories.memory(KEY, None)[1] == ""
    assert not recwarn


def test_cell_that_was_deleted_is_no_duplicate(recwarn: pytest.WarningsRecorder) -> None:
    memories = Registry()
    memories.memory(KEY, cell("first", "1"))
    assert memories.memory(KEY, cell("second", "2"), deleted=["first"])[1] == ""
    assert not recwarn


def test_description_of_a_key_reads_as_the_call() -> None:
    assert describe(("GetText", frozen([None, "Host"]))) == "GetText(None, 'Host')"
    assert describe(("GetText", frozen({"a": [1, "x"]}))).startswith("GetText(")


def test_list_is_shown_as_a_table_without_markup_of_its_values() -> None:
    assert "Nothing is remembered" in registry._repr_html_()
    GetText("", "<b>Host", id="h").value = "<script>"
    shown = registry._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "GetText('h').value = '<script>' (set in code, 20" in repr(registry)


@pytest.mark.notebook
def test_list_in_another_cell_is_another_list_and_reads_as_its_call(kernel: FrontEnd) -> None:
    make = "item = SelectItem('Host', ['pc1', 'pc2'])"
    kernel.run_now(f"{make}; item.value = 'pc2'", cell_id="a")
    assert kernel.run_now(f"{make}; print(item.value)", cell_id="b").text == "pc1\n"
    assert kernel.run_now(f"{make}; print(item.value)", cell_id="a").text == "pc2\n"
    assert "SelectItem('Host', " in kernel.run_now("print(registry)").text
