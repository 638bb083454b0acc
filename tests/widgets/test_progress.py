"""Progress: what it counts, how it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from huntbook.widgets import Progress

if TYPE_CHECKING:
    from front_end import FrontEnd


def test_steps_are_added_or_said_in_all() -> None:
    progress = Progress(10, visible=False)
    progress.update_progress(delta=3)
    progress.update_progress(delta=1)
    assert (progress.value, progress.max) == (4, 10)
    progress.update_progress(7)
    progress.update_progress(new_total=8, delta=1)
    assert repr(progress) == "Progress(9 of 10, 90 %)"


@pytest.mark.parametrize("arguments", [{"new_total": -1}, {"delta": -11}])
def test_fewer_than_no_steps_are_an_error(arguments: dict[str, int]) -> None:
    progress = Progress(10, visible=False)
    with pytest.raises(ValueError, match="no fewer than 0"):
        progress.update_progress(**arguments)
    assert progress.value == 0


def test_plain_interpreter_prints_it_once(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(2)
    progress.update_progress(delta=2)
    assert capsys.readouterr().out == "0 of 2, 0 %\n"


@pytest.mark.notebook
@pytest.mark.parametrize("attended", [True, False])
def test_bar_follows_a_running_cell_and_its_record_ends_whole(kernel: FrontEnd, attended: bool) -> None:
    loop = "for i in range(40): time.sleep(0.01); p.update_progress(delta=1)"
    code = f"p = Progress(40, description='Hosts')\n{loop}\np"
    cell = kernel.run_now(code, attended=attended)
    shown = [output for output in cell.outputs if output["msg_type"] == "display_data"]
    assert len(shown) == 1
    assert cell.bundle["text/plain"] == "Hosts 40 of 40, 100 %"
    if attended:
        assert kernel.views[-1]["state"]["done"] == 40


@pytest.mark.notebook
def test_record_says_how_far_it_came_if_the_block_ends_early(kernel: FrontEnd) -> None:
    code = "with Progress(40) as p:\n    p.update_progress(7); p.update_progress(8); 1/0"
    cell = kernel.run_now(code)
    assert cell.status == "error"
    assert cell.bundle["text/plain"] == "8 of 40, 20 %"


@pytest.mark.notebook
def test_hidden_bar_is_hidden_and_comes_back(kernel: FrontEnd) -> None:
    cell = kernel.run_now("p = Progress(4)")
    kernel.run_now("p.hide()")
    assert (kernel.views[-1]["state"]["visible"], cell.bundle["text/plain"]) == (False, "")
    kernel.run_now("p.update_progress(3); p.show()")
    assert (kernel.views[-1]["state"]["visible"], cell.bundle["text/plain"]) == (True, "3 of 4, 75 %")
    shown = kernel.run_now("q = Progress(4, visible=False)\nq.show()")
    assert shown.bundle["text/plain"] == "0 of 4, 0 %"
