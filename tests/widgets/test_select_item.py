"""SelectItem outside a notebook, and in a kernel: choosing, memory, actions, waiting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from huntbook.widgets import GetText, How, Origin, SelectItem, SelectString, WidgetWarning, registry
from huntbook.widgets._options import FIRST_BYTES, FIRST_LABELS, Options

if TYPE_CHECKING:
    from front_end import FrontEnd


class Odd:
    """An object whose text cannot be had and which is equal to nothing."""

    def __str__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = object.__hash__


# ---------------------------------------------------------------- options and values


def test_options_may_be_of_any_type_and_values_stay_objects() -> None:
    odd = Odd()
    values = [None, 1, 1.5, "a", ("t",), {"k": 1}, odd]
    item = SelectItem("Any", values, register=False)
    assert item.value is None
    assert [value for _, value in item.options] == values
    assert item._options.labels == ["None", "1", "1.5", "a", "('t',)", "{'k': 1}", "<Odd>"]
    for value in values[1:]:
        item.value = value
        assert item.value is value


@pytest.mark.parametrize(
    ("options", "labels", "values"),
    [
        ({"one": 1, "two": 2}, ["one", "two"], [1, 2]),
        ([("one", 1), ("two", 2)], ["one", "two"], [1, 2]),
        ((str(i) for i in range(2)), ["0", "1"], ["0", "1"]),
        ([("one", 1), "two"], ["('one', 1)", "two"], [("one", 1), "two"]),
        ({1: "a"}, ["1"], ["a"]),
    ],
)
def test_options_are_a_list_a_mapping_or_pairs(options: Any, labels: list[str], values: list[Any]) -> None:
    for name in ("options", "item_list", "item_dict"):
        if name == "options":
            made = Options.of(options := list(options) if not isinstance(options, dict) else options)
            assert (made.labels, made.values) == (labels, values)
        item = SelectItem(**{name: options}, register=False)  # type: ignore[arg-type]
        assert [tuple(pair) for pair in item.options] == list(zip(labels, values, strict=True))


@pytest.mark.parametrize("options", [None, [], {}, (), iter(())])
def test_without_options_there_is_nothing_to_select(options: Any) -> None:
    with pytest.raises(ValueError, match="there is nothing to select"):
        SelectItem("Host", options)


@pytest.mark.parametrize(("options", "message"), [("abc", "one text"), (5, "a int")])
def test_options_that_are_no_list_are_a_type_error(options: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        SelectItem("Host", options)


def test_options_under_two_names_are_refused() -> None:
    with pytest.raises(ValueError, match="give one"):
        SelectItem("Host", ["a"], item_list=["b"])


def test_equal_labels_stay_apart_also_when_remembered() -> None:
    pairs = [("x", 1), ("x", 2), ("y", 3)]
    first = SelectItem("Pick", pairs, id="pick")
    first._on_event("select", {"index": 1, "question": 0, "stamp": 1})
    assert (first.label, first.value) == ("x", 2)
    assert SelectItem("Pick", pairs, id="pick").value == 2
    first._on_event("select", {"index": 2, "question": 0, "stamp": 2})
    assert SelectItem("Pick", pairs, id="pick").value == 3
    assert [row["attribute"] for row in registry.list()] == ["value"]


def test_true_and_one_are_different_values() -> None:
    item = SelectItem("Pick", [1, True, 1.0], register=False)
    item.value = True
    assert item._position == 1
    item.value = 1.0
    assert item._position == 2


@pytest.mark.parametrize("value", ["b", 2])
def test_start_value_is_a_value_or_a_label(value: object) -> None:
    assert SelectItem("Pick", {"a": 1, "b": 2}, value=value, register=False).label == "b"


def test_unknown_value_is_an_error_that_names_near_ones() -> None:
    item = SelectItem("Host", ["WS-001", "WS-002", "SRV-9"], register=False)
    with pytest.raises(ValueError, match=r"value is 'ws-01', which is none of the 3 options; near: 'WS-001'"):
        item.value = "ws-01"
    with pytest.raises(ValueError, match="the 3 options: 'WS-001', 'WS-002', 'SRV-9'"):
        item.value = None
    assert item.value == "WS-001"


# ---------------------------------------------------------------- the seed's order


def test_arguments_in_the_order_of_the_seed_are_told_apart() -> None:
    item = SelectItem("Pick", None, None, {"a": 1}, False, "30px", "70%", False, register=False)
    assert (item.value, item._height, item._width, item._display_filter) == (1, "30px", "70%", False)
    assert SelectItem("Pick", None, None, {"a": 1}, register=False).value == 1
    assert SelectItem("Pick", ["a", "b"], None, None, False, register=False).value == "a"
    assert SelectString("Pick", ["a"], None, None, False, "30px", "70%", False, register=False).value == "a"
    assert SelectString("Pick", None, None, {"a": 1}, register=False).value == 1


def test_mapping_in_the_fourth_place_is_a_value_where_there_are_options() -> None:
    values = [{"a": 1}, {"b": 2}]
    assert SelectItem("Pick", values, None, {"b": 2}, register=False).value is values[1]


def test_arguments_that_fit_neither_order_are_named() -> None:
    with pytest.raises(TypeError, match=r"fourth is item_dict, a mapping; got 'b'"):
        SelectItem("Pick", ["a", "b"], None, "b", True)
    with pytest.raises(TypeError, match="8 positional arguments at most, got 9"):
        SelectItem("Pick", ["a"], None, None, True, "1px", "1px", True, 9)
    with pytest.raises(TypeError, match="no parameter `heigth`; did you mean `height`"):
        SelectItem("Pick", ["a"], heigth="3px")
    with pytest.raises(ValueError, match="give one"):
        SelectItem("Pick", ["a"], None, {"b": 1}, True)


# ---------------------------------------------------------------- memory and parameters


def test_selection_is_remembered_by_label_while_it_is_among_the_options() -> None:
    SelectItem("Host", {"a": 1, "b": 2}, id="host").value = 2
    assert SelectItem("Host", {"b": 20, "c": 30}, id="host").value == 20
    gone = SelectItem("Host", ["c", "d"], id="host")
    assert (gone.value, gone.value_source) == ("c", "default")
    assert SelectItem("Host", {"a": 1, "b": 2}, id="host").label == "b"


def test_without_an_id_other_labels_are_another_widget() -> None:
    SelectItem("Host", ["a", "b"]).value = "b"
    assert SelectItem("Host", ["a", "b"]).value == "b"
    assert SelectItem("Host", ["a", "b", "c"]).value == "a"
    assert SelectItem("Host", ["a", "b"], register=False).value == "a"


@pytest.mark.parametrize(
    ("given", "label"), [("b", "b"), (2, "b"), ("2", "2"), (7, "2"), (Origin.TYPED, "origin")]
)
def test_parameter_names_a_label_or_a_value(given: object, label: str) -> None:
    options = {"a": 1, "b": 2, "2": 7, "origin": Origin.TYPED}
    item = SelectItem("Pick", options, param="p", name_space={"p": given})
    assert (item.label, item.value_source) == (label, "notebook parameter “p”")


def test_parameter_of_one_of_two_equal_labels_selects_the_value_it_names() -> None:
    item = SelectItem("Pick", [("x", 1), ("x", 2)], param="p", name_space={"p": 2})
    assert item.value == 2
    again = SelectItem("Pick", [("x", 1), ("x", 2)], param="p", name_space={"p": 2})
    assert again.value == 2


def test_parameter_that_is_neither_is_an_error() -> None:
    with pytest.raises(
        ValueError, match=r"the notebook parameter is 'hots', which is none of .* near: 'host'"
    ):
        SelectItem("Pick", ["host", "user"], param="p", name_space={"p": "hots"})


def test_environment_names_a_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNT_HOST", "b")
    item = SelectItem("Pick", {"a": 1, "b": 2}, env_var="HUNT_HOST")
    assert (item.value, item.value_source) == (2, "environment variable “HUNT_HOST”")
    monkeypatch.setenv("HUNT_HOST", "c")
    with pytest.raises(ValueError, match="HUNT_HOST"):
        SelectItem("Pick", {"a": 1, "b": 2}, env_var="HUNT_HOST")


def test_label_is_exported_and_taken_back_as_a_parameter() -> None:
    item = SelectItem("Pick", {"a": 1, "b": 2}, param="p", name_space={})
    assert registry.export() == {"p": "a"}
    item.value = 2
    exported = registry.export()
    assert exported == {"p": "b"}
    registry.reset()
    assert SelectItem("Pick", {"a": 1, "b": 2}, param="p", name_space=exported).value == 2


def test_selection_comes_back_from_the_store_after_a_restart(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "hunt.ipynb"))
    monkeypatch.setenv("HUNTBOOK_UNATTENDED", "no")
    registry.keep(tmp_path / "store")
    SelectItem("Pick", [("x", 1), ("x", 2)], id="pick").value = 2
    registry._memories.clear()
    registry._store = None
    registry.keep(tmp_path / "store")
    assert SelectItem("Pick", [("x", 1), ("x", 2)], id="pick").value == 2
    registry.reset()
    registry._store = None


# ---------------------------------------------------------------- the view's state


def test_state_holds_the_first_labels_only_and_the_others_are_asked_for() -> None:
    item = SelectItem("Host", [f"host-{i}" for i in range(10_000)], register=False)
    state = item._state()
    assert (len(state["items"]), state["total"], state["selected"]) == (FIRST_LABELS, 10_000, 0)
    sent: list[dict[str, Any]] = []
    item._send = sent.append  # type: ignore[method-assign]
    got = list(state["items"])
    while len(got) < state["total"]:
        item._on_event("items", {"start": len(got)})
        assert sent[-1]["start"] == len(got)
        got += sent[-1]["items"]
    assert got == item._options.labels
    assert len(sent) == 2
    for start in (-1, 10_000, None, "1", 2.5, True):
        item._on_event("items", {"start": start})
    assert len(sent) == 2


def test_long_labels_are_cut_and_the_state_stays_small() -> None:
    item = SelectItem("Host", ["é" * 10**6, *("x" * 299 + str(i) for i in range(5000))], register=False)
    state = item._state()
    assert state["items"][0] == "é" * 300 + "… (1000000 characters)"
    assert len(json.dumps(state["items"], ensure_ascii=False).encode()) <= FIRST_BYTES + 1000
    assert len(json.dumps(item._options.block(1))) < 300_000
    assert len(item._repr_mimebundle_()[0]["text/html"]) < 10_000


def test_message_that_makes_no_sense_changes_nothing() -> None:
    item = SelectItem("Host", ["a", "b"], register=False)
    for content in ({}, {"index": 7}, {"index": "1"}, {"index": None}, {"index": -1}, {"index": True}):
        for event in ("select", "answer", "details", "items", "other"):
            item._on_event(event, {"question": 0, "stamp": [], "on": 1, **content})
    assert (item.value, item._details.on) == ("a", True)


# ---------------------------------------------------------------- the action


def test_action_is_called_when_shown_and_at_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []
    item = SelectItem("Host", ["a", "b"], seen.append, register=False)
    assert seen == []
    item.display()
    item.value = "b"
    item.value = "b"
    item._on_event("select", {"index": 0, "question": 0})
    assert seen == ["a", "b", "a"]
    item._on_event("details", {"on": False})
    item.value = "b"
    assert seen == ["a", "b", "a"]
    item._on_event("details", {"on": True})
    assert seen == ["a", "b", "a", "b"]
    assert capsys.readouterr().out == "Host a (default)\n"


def test_result_and_print_of_the_action_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def action(value: str) -> tuple[object, ...]:
        print("looked up", value)  # noqa: T201 (what an action prints is tested)
        return ("<b>text</b>", 5, None)

    SelectItem("Host", ["a"], action, register=False).display()
    assert capsys.readouterr().out == "Host a (default)\nlooked up a\n<b>text</b>\n5\n"


def test_text_of_the_action_is_escaped_and_objects_keep_their_media() -> None:
    from huntbook.widgets._details import _joined, _text_piece

    data, _ = _joined([_text_piece("<b>\u202e</b>")])
    assert "&lt;b&gt;\\u202e" in data["text/html"]
    rich = {"text/html": "<i>x</i>", "application/json": {"a": 1}}
    assert _joined([(rich, {"m": 1})]) == ({"text/plain": "", **rich}, {"m": 1})
    image = {"image/png": "QUJD\n", "text/plain": "<Figure>"}
    several, _ = _joined([(rich, {}), (image, {}), ({"text/plain": "<repr>"}, {}), ({}, {})])
    assert '<img alt="" src="data:image/png;base64,QUJD">' in several["text/html"]
    assert "<i>x</i>" in several["text/html"]
    assert "&lt;repr&gt;" in several["text/html"]
    svg, _ = _joined([({"image/svg+xml": "<svg onload='x'/>"}, {}), (image, {})])
    assert "<svg" not in svg["text/html"]
    assert set(several) == {"text/plain", "text/html"}


def test_action_that_sets_the_value_is_not_called_again() -> None:
    calls: list[str] = []

    def action(value: str) -> None:
        calls.append(value)
        item.value = "c"

    item = SelectItem("Host", ["a", "b", "c"], action, register=False)
    item.value = "b"
    assert (calls, item.value) == (["b"], "c")


def test_follower_is_called_after_each_change_and_its_error_is_a_warning() -> None:
    seen: list[object] = []
    item = SelectItem("Host", ["a", "b"], register=False)
    item.on_change(lambda widget: seen.append(widget.value))
    item.value = "b"
    item.value = "b"
    assert seen == ["b"]
    item.on_change(lambda _: 1 / 0)
    with pytest.warns(WidgetWarning, match="ZeroDivisionError"):
        item.value = "a"
    assert seen == ["b", "a"]


# ---------------------------------------------------------------- asking without a kernel


def test_script_takes_the_present_item_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    item = SelectItem("Host", {"a": None, "b": 2}, timeout=60, register=False)
    assert item.ask() is None
    assert item.decision is not None
    assert (item.decision.how, item.decision.value) == (How.DEFAULT, None)
    assert capsys.readouterr().out == "Host a (default)\n"
    assert item._repr_mimebundle_()[0]["text/plain"].startswith("Host a (default taken: nobody to ask, 20")
    item.value = 2
    assert item.ask() == 2
    assert "as set in code" in item.decision.reason


def test_parameter_decides_without_asking() -> None:
    item = SelectItem("Host", {"a": 1, "b": 2}, param="p", name_space={"p": "b"}, unattended="error")
    assert item.ask() == 2
    assert item.decision.how is How.PARAMETER  # type: ignore[union-attr]


def test_ten_thousand_options_are_made_quickly() -> None:
    import time

    labels = {f"host-{i}": i for i in range(10_000)}
    start = time.perf_counter()
    item = SelectItem("Host", labels, value="host-9999", id="many")
    item._state()
    item.value = 5000
    assert time.perf_counter() - start < 1
    assert item.value == 5000


# ---------------------------------------------------------------- in a kernel

MAKE = "item = SelectItem('Host', {'a': 1, 'b': 2, 'c': 3}, action=lambda v: f'number {v}'); item"


@pytest.mark.notebook
def test_selection_reaches_the_kernel_and_a_new_widget_starts_with_it(kernel: FrontEnd) -> None:
    shown = kernel.run_now(MAKE, cell_id="a")
    view = kernel.views[-1]
    kernel.send(view, event="select", index=1, stamp=1, question=0)
    kernel.until(lambda: view["state"]["stamp"] == 1)
    assert (view["state"]["selected"], view["state"]["label"], view["state"]["source"]) == (1, "b", "chosen")
    kernel.until(lambda: shown.bundle["text/plain"] == "number 2")
    kernel.send(view, event="left")
    kernel.until(lambda: "Host b (chosen, 20" in shown.bundle["text/plain"])
    assert kernel.run_now("print(item.value)").text == "2\n"
    kernel.run_now("del item; import gc; gc.collect()")
    kernel.run_now(MAKE, cell_id="a")
    assert kernel.run_now("print(item.value, item.value_source)").text == "2 chosen\n"
    assert kernel.views[-1]["state"]["selected"] == 1
    kernel.run_now(MAKE, cell_id="b")
    assert kernel.run_now("print(item.value)").text == "1\n"


@pytest.mark.notebook
def test_labels_come_in_blocks_by_message(kernel: FrontEnd) -> None:
    shown = kernel.run_now("item = SelectItem('Host', [f'h{i}' for i in range(7000)]); item", cell_id="a")
    view = kernel.views[-1]
    assert len(view["state"]["items"]) == 1000
    assert len(json.dumps(shown.bundle)) < 2000
    kernel.send(view, event="items", start=1000)

    def block() -> Any:
        for _, message in kernel.published:
            data = message["content"].get("data") or {}
            if data.get("method") == "custom" and data["content"].get("type") == "items":
                return data["content"]
        return None

    content = kernel.until(block)
    assert (content["start"], len(content["items"]), content["items"][0]) == (1000, 5000, "h1000")


ACTION = """
from IPython.display import HTML, display
def action(value):
    print('printed <b>')
    display(HTML('<i>displayed</i>'))
    if value == 'bad':
        raise ValueError('<script>')
    return [HTML('<u>returned</u>'), 'text']
item = SelectItem('Host', ['good', 'bad'], action, register=False)
item"""


@pytest.mark.notebook
def test_details_are_one_output_and_an_error_stays_in_it(kernel: FrontEnd) -> None:
    shown = kernel.run_now(ACTION)
    displays = [o for o in shown.outputs if o["msg_type"] == "display_data"]
    assert (len(displays), shown.text) == (2, "")
    html = shown.bundle["text/html"]
    for piece in ("printed &lt;b&gt;", "<i>displayed</i>", "<u>returned</u>", ">text<"):
        assert piece in html
    view = kernel.views[-1]
    kernel.send(view, event="select", index=1, stamp=1, question=0)
    kernel.until(lambda: "The action failed" in shown.bundle["text/html"])
    assert "ValueError: &lt;script&gt;" in shown.bundle["text/html"]
    kernel.until(lambda: view["state"]["stamp"] == 1)
    assert kernel.run_now("print(repr(item.action_error), item.value)").text == "ValueError('<script>') bad\n"
    kernel.send(view, event="details", on=False)
    kernel.until(lambda: shown.bundle == {"text/plain": "", "text/html": ""})
    displays = [o for o in shown.outputs if o["msg_type"] == "display_data"]
    assert len(displays) == 2


@pytest.mark.notebook
@pytest.mark.parametrize("ask", ["item.ask()", "await item.ask_async()", "await item.display_async()"])
def test_answer_ends_the_wait_and_a_mere_selection_does_not(kernel: FrontEnd, ask: str) -> None:
    make = "item = SelectItem('Host', {'a': 1, 'b': 2, 'c': 3}, lambda v: f'number {v}', timeout=30)"
    asking = kernel.run(f"{make}\nanswer = {ask}", cell_id="a")
    log = kernel.run("print('log', answer, item.value)")
    view = kernel.question()
    kernel.send(view, event="select", index=2, stamp=1, question=view["state"]["question"])
    kernel.until(lambda: view["state"]["selected"] == 2)
    kernel.until(lambda: "number 3" in asking.bundle["text/plain"])
    assert (asking.status, log.text, view["state"]["label"]) == ("running", "", "a")
    kernel.send(view, event="answer", index=1, question=view["state"]["question"])
    kernel.until(lambda: log.reply)
    assert log.text == "log 2 2\n"
    records = [o["content"]["data"]["text/plain"] for o in asking.outputs if "content" in o]
    assert any(text.startswith("Host b (chosen by click, 20") for text in records)
    assert "number 2" in records
    assert set(asking.bundle) == {"text/plain", "text/html"}


@pytest.mark.notebook
def test_timeout_takes_the_item_of_the_start_and_not_the_provisional_one(kernel: FrontEnd) -> None:
    asking = kernel.run("answer = SelectItem('Host', ['a', 'b', 'c'], value='b', timeout=1.5).ask()")
    log = kernel.run("print('log', answer)")
    view = kernel.question()
    kernel.send(view, event="select", index=2, stamp=1, question=view["state"]["question"])
    kernel.until(lambda: log.reply)
    assert log.text == "log b\n"
    assert "Host b (default taken: no answer in 1.5 s" in asking.bundle["text/plain"]


@pytest.mark.notebook
def test_item_can_be_chosen_by_a_line_of_input(kernel: FrontEnd) -> None:
    kernel.run_now(
        "from huntbook.widgets import _kernel_pump\n"
        "def _unknown(kernel): raise _kernel_pump.PumpUnavailableError('unknown')\n"
        "known, _kernel_pump._current_shell = _kernel_pump._current_shell, _unknown"
    )
    asking = kernel.run("print(SelectItem('Host', {'a': 1, 'b': None}, timeout=30).ask())")
    request = kernel.input_request()
    assert "1: a  2: b; empty: a" in request["prompt"]
    kernel.client.input("2")
    kernel.until(lambda: asking.reply)
    assert asking.text.endswith("None\n")
    kernel.run_now("_kernel_pump._current_shell = known")


@pytest.mark.notebook
def test_two_selections_beside_a_text_keep_apart(kernel: FrontEnd) -> None:
    code = "a = SelectItem('A', ['x', 'y']); b = SelectItem('B', ['x', 'y']); a.display(); b.display()"
    kernel.run_now(code, cell_id="a")
    first, second = [view for view in kernel.views if "items" in view["state"]]
    kernel.send(second, event="select", index=1, stamp=1, question=0)
    kernel.until(lambda: second["state"]["stamp"] == 1)
    assert kernel.run_now("print(a.value, b.value)").text == "x y\n"
    assert first["state"]["selected"] == 0


def test_record_says_what_is_selected_and_where_it_came_from() -> None:
    item = SelectItem("Host", ["a", "b"], param="h", name_space={"h": "b"})
    assert item._repr_mimebundle_()[0]["text/plain"] == "Host b (notebook parameter “h”)"
    assert repr(item) == "SelectItem('Host', label='b')"
    assert GetText("b", "Host", register=False).value == item.value
