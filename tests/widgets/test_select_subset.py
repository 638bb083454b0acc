"""SelectSubset outside a notebook, and in a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from huntbook.widgets import SelectSubset, registry
from huntbook.widgets.select_subset import _as_ranges, _from_ranges

if TYPE_CHECKING:
    from front_end import FrontEnd


def subset(source: Any, default: Any = None, **more: Any) -> SelectSubset:
    return SelectSubset(source, default, auto_display=False, **more)


def choose(widget: SelectSubset, *positions: int) -> None:
    widget._on_event("choose", {"chosen": _as_ranges(sorted(positions)), "stamp": 1})


@pytest.mark.parametrize(
    ("source", "default", "values", "items"),
    [
        (["a", "b", "c"], ["c", "a"], ["a", "c"], ["a", "c"]),
        ({"a": 1, "b": 2}, [2], [2], [("b", 2)]),
        ({"a": 1, "b": 2}, ["b"], [2], [("b", 2)]),
        ({"a": 1, "b": 2}, {"b": 2}, [2], [("b", 2)]),
        ([("a", 1), ("b", 2)], [("b", 2)], [2], [("b", 2)]),
        ([1, None, "x", (1, 2, 3)], [None, (1, 2, 3)], [None, (1, 2, 3)], [None, (1, 2, 3)]),
        ([], None, [], []),
        (None, [], [], []),
        (["a"], None, [], []),
    ],
)
def test_selection_is_in_the_order_of_the_source(
    source: Any, default: Any, values: list[Any], items: list[Any]
) -> None:
    widget = subset(source, default, register=False)
    assert widget.value == widget.selected_values == values
    assert widget.selected_items == items


def test_arguments_are_in_the_peers_order(capsys: pytest.CaptureFixture[str]) -> None:
    SelectSubset(["a", "b"], ["b"], False, True, register=False)
    assert capsys.readouterr().out == "Select items b (1 of 2 selected; default)\n"
    assert SelectSubset(["a"], None, False, False, register=False)._state()["display_filter"] is False


def test_equal_values_under_two_labels_are_two_items() -> None:
    widget = subset([("a", 1), ("b", 1), ("b", 1)], id="s")
    choose(widget, 1)
    assert (widget.selected_items, widget.value) == ([("b", 1)], [1])
    widget.value = [("b", 1)]
    assert widget._chosen == [1]
    widget.value = [("b", 1), ("b", 1)]
    assert widget._chosen == [1, 2]
    widget.value = [1, 1, 1]
    assert widget._chosen == [0, 1, 2]
    choose(widget, 2)
    again = subset([("a", 1), ("b", 1), ("b", 1)], id="s")
    assert again._chosen == [2]


def test_unknown_item_is_an_error_that_names_near_ones() -> None:
    widget = subset(["host", "user"], register=False)
    with pytest.raises(ValueError, match=r"an item of value is 'hots', which is none of .* near: 'host'"):
        widget.value = ["hots"]
    with pytest.raises(TypeError, match="write a list"):
        widget.value = "host"
    with pytest.raises(ValueError, match="default_selected"):
        subset(["a"], ["b"])
    with pytest.raises(TypeError, match="no parameter `defaults`"):
        subset(["a"], defaults=["a"])


def test_selection_is_remembered_also_if_it_is_empty() -> None:
    source = ["a", "b", "c"]
    choose(subset(source, ["a"], id="s"), 1, 2)
    assert subset(source, ["a"], id="s").value == ["b", "c"]
    assert subset(["c", "d", "a"], ["a"], id="s").value == ["c"]
    choose(subset(source, ["a"], id="s"))
    assert subset(source, ["a"], id="s").value == []
    assert subset(source, ["a"], register=False).value == ["a"]


def test_parameter_is_a_list_of_labels_or_values() -> None:
    source = {"a": 1, "b": 2, "c": 3}
    for given in (["c", "a"], [3, 1], ("a", 3), {"a": 1, "c": 3}):
        widget = subset(source, param="p", name_space={"p": given}, id=str(given))
        assert widget.selected_labels == ["a", "c"]
        assert widget.value_source == "notebook parameter “p”"
    assert subset(source, ["b"], param="p", name_space={"p": []}, id="e").value == []
    with pytest.raises(ValueError, match="an item of the notebook parameter is 'd'"):
        subset(source, param="p", name_space={"p": ["d"]})


def test_selection_is_exported_and_taken_back() -> None:
    source = [("x", 1), ("x", 2), ("y", 3)]
    widget = subset(source, param="p", name_space={})
    choose(widget, 1, 2)
    exported = registry.export()
    assert exported == {"p": [["x", "occurrence", 1], "y"]}
    registry.reset()
    assert subset(source, param="p", name_space=exported)._chosen == [1, 2]


def test_selection_comes_back_from_the_store_after_a_restart(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "hunt.ipynb"))
    monkeypatch.setenv("HUNTBOOK_UNATTENDED", "no")
    registry.keep(tmp_path / "store")
    choose(subset([("x", 1), ("x", 2), ("y", 3)], id="s"), 1, 2)
    registry._memories.clear()
    registry._store = None
    registry.keep(tmp_path / "store")
    assert subset([("x", 1), ("x", 2), ("y", 3)], id="s").value == [2, 3]
    registry.reset()
    registry._store = None


@pytest.mark.parametrize(
    "edges",
    [
        None,
        5,
        "ab",
        [0],
        [0, 0],
        [1, 0],
        [-1, 2],
        [0, 4],
        [0, 2, 1, 3],
        [0, 2, 2, 3],
        ["0", 1],
        [0.0, 1],
        [True, 2],
    ],
)
def test_message_that_makes_no_sense_changes_nothing(edges: Any) -> None:
    widget = subset(["a", "b", "c"], ["b"], register=False)
    widget._on_event("choose", {"chosen": edges, "stamp": None})
    assert (widget.value, widget._stamp) == (["b"], 0)


def test_runs_give_back_the_positions() -> None:
    for positions in ([], [0], [1, 2, 3], [0, 2, 4], list(range(10_000))):
        assert _from_ranges(_as_ranges(positions), 10_000) == positions
    assert len(_as_ranges(list(range(10_000)))) == 2


def test_record_lists_fifty_at_most_and_counts() -> None:
    source = [f"host-{i}" for i in range(120)]
    bundle, _ = subset(source, source, register=False)._repr_mimebundle_()
    text = bundle["text/plain"]
    assert text.startswith("Select items host-0, host-1, ")
    assert text.endswith("host-49, and 70 more (120 of 120 selected; default)")
    assert "host-50" not in bundle["text/html"]
    nothing, _ = subset(source, register=False)._repr_mimebundle_()
    assert nothing["text/plain"] == "Select items (nothing selected) (0 of 120 selected; default)"


def test_long_labels_are_cut_in_the_record_one_by_one() -> None:
    source = [f"{i} " + "<" * 10**6 for i in range(60)]
    bundle, _ = subset(source, source, register=False)._repr_mimebundle_()
    assert len(bundle["text/html"]) < 60_000
    assert "49 <<<" in bundle["text/plain"]


@pytest.mark.notebook
def test_selection_reaches_the_kernel_and_a_new_widget_starts_with_it(kernel: FrontEnd) -> None:
    make = "hosts = SelectSubset([f'h{i}' for i in range(5000)], ['h1'])"
    shown = kernel.run_now(make, cell_id="a")
    view = kernel.views[-1]
    assert (view["state"]["chosen"], len(view["state"]["items"])) == ([1, 2], 1000)
    kernel.send(view, event="choose", chosen=[0, 2, 7, 8], stamp=1)
    kernel.send(view, event="left")
    kernel.until(lambda: "3 of 5000 selected; chosen, 20" in shown.bundle["text/plain"])
    assert kernel.run_now("print(hosts.value)").text == "['h0', 'h1', 'h7']\n"
    kernel.run_now(make, cell_id="a")
    assert kernel.run_now("print(hosts.value, hosts.value_source)").text == "['h0', 'h1', 'h7'] chosen\n"
