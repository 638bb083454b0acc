"""GetText outside a notebook, and in a kernel: typing, memory, duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from huntbook.widgets import GetText

if TYPE_CHECKING:
    from front_end import FrontEnd


def test_constructor_takes_the_peers_names() -> None:
    assert GetText("d", "Host", False).description == "Host"
    assert GetText(prompt="Host").description == "Host"
    assert GetText().description == "Enter the value: "
    assert GetText("d", value="v", register=False).value == "v"


@pytest.mark.parametrize(("given", "value"), [(None, ""), (5, "5"), ("  a b \n", "a b"), ("", "")])
def test_value_is_text_without_white_space_around_it(given: object, value: str) -> None:
    text = GetText(register=False)
    text.value = given  # type: ignore[assignment]
    assert text.value == value


@pytest.mark.parametrize("width", ["50%", "300px", "12.5em", "initial", "fit-content"])
def test_width_is_a_length(width: str) -> None:
    assert GetText(width=width, register=False)._state()["width"] == width


def test_width_that_is_more_than_a_length_is_dropped() -> None:
    assert GetText(width="1px;background:url(x)", register=False)._state()["width"] == ""


def test_auto_display_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    GetText("pc1", "Host", auto_display=True)
    assert capsys.readouterr().out == "Host pc1 (default)\n"


def test_record_says_where_the_value_came_from() -> None:
    text = GetText("d", "Host", param="h", name_space={"h": "pc2"}, register=False)
    bundle, _ = text._repr_mimebundle_()
    assert bundle["text/plain"] == "Host pc2 (notebook parameter “h”)"
    assert "<strong>pc2</strong>" in bundle["text/html"]


@pytest.mark.notebook
def test_typed_text_arrives_and_a_new_widget_starts_with_it(kernel: FrontEnd) -> None:
    make = "host = GetText('pc1', 'Host', id='host', param='hunt_host'); host"
    shown = kernel.run_now(make, cell_id="a")
    kernel.send(kernel.views[-1], event="typed", value=" pc2 ")
    kernel.send(kernel.views[-1], event="left")
    kernel.until(lambda: "Host pc2 (typed, 20" in shown.bundle["text/plain"])
    assert kernel.run_now("print(host.value)").text == "pc2\n"

    kernel.run_now("del host; import gc; gc.collect()")
    again = kernel.run_now(make, cell_id="a")
    assert again.text == ""
    assert kernel.views[-1]["state"]["value"] == "pc2"

    kernel.run_now("hunt_host = 'pc3'")
    kernel.run_now(make, cell_id="a")
    assert kernel.views[-1]["state"]["value"] == "pc3"
    kernel.send(kernel.views[-1], event="typed", value="pc4")
    kernel.run_now(make, cell_id="a")
    assert kernel.run_now("print(host.value, '|', host.value_source)").text == "pc4 | typed\n"
    kernel.run_now("del hunt_host")


@pytest.mark.notebook
def test_one_key_in_two_cells_warns_below_the_second_and_in_the_widget(kernel: FrontEnd) -> None:
    kernel.run_now("first = GetText(id='host')", cell_id="a")
    cell = kernel.run_now("second = GetText(id='host')\nsecond", cell_id="b")
    assert "DuplicateWidgetWarning: GetText('host') is made in cell [" in cell.text
    assert "`first = GetText(id='host')`" in cell.text
    assert "`second = GetText(id='host')`" in cell.text
    assert "they share one value" in kernel.views[-1]["state"]["problem"]


@pytest.mark.notebook
def test_unattended_widget_is_shown_as_its_record(kernel: FrontEnd) -> None:
    cell = kernel.run_now("GetText('pc1', 'Host')", attended=False)
    assert set(cell.bundle) == {"text/plain", "text/html"}
    assert not kernel.views


@pytest.mark.notebook
@pytest.mark.parametrize(
    ("make", "change", "record"),
    [
        ("GetText('pc1', 'Host')", "w.value = 'pc7'", "Host pc7 (set in code, 20"),
        ("SelectItem('Host', ['pc1', 'pc7'])", "w.value = 'pc7'", "Host pc7 (set in code, 20"),
        ("Lookback(4)", "w.value = 7", "7 hours"),
        ("QueryTime(description='When')", "w.set_time('2026-11-20/1d')", "2026-11-20 00:00:00 to 2026-11-21"),
        ("SelectSubset(['a', 'b'], auto_display=False)", "w.value = ['b']", "set in code, 20"),
    ],
)
def test_value_set_in_a_later_cell_is_in_the_record(
    kernel: FrontEnd, make: str, change: str, record: str
) -> None:
    shown = kernel.run_now(f"w = {make}\nw")
    assert record not in shown.bundle["text/plain"]
    kernel.run_now(change)
    kernel.until(lambda: record in shown.bundle["text/plain"])
    assert "application/vnd.jupyter.widget-view+json" in shown.bundle
