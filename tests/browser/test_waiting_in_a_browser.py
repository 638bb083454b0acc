"""Cells wait for a person: `OptionButtons` in JupyterLab and Notebook 7, on each kernel."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from packaging.version import Version
from playwright.sync_api import TimeoutError as StillNotThereError

from browser.jupyter import PATIENCE_SECONDS
from kernels import IN_BROWSER, kernel_name

if TYPE_CHECKING:
    from browser.jupyter import NotebookPage
    from kernels import Kernel

pytestmark = pytest.mark.browser

on_each_kernel = pytest.mark.parametrize("kernel", IN_BROWSER, ids=kernel_name)
in_both_front_ends = pytest.mark.parametrize("app", ["lab", "notebook"])

IMPORT = """import os
print('begun', os.getpid())
from huntbook.widgets import OptionButtons"""
ASK = "answer = OptionButtons('Isolate WS-042 and continue?', timeout=60).ask()"
LOG = "print('log:', answer)"
END = "print('END')"
QUESTION = [f"{IMPORT}\n{ASK}", LOG, END]


STRANDS_REQUESTS = (Version("7.0"), Version("7.4"))
"""From and before which ipykernel may strand what it is sent, before a cell begins: its shell stream
misses an edge (mended in 7.4.0). A person then restarts the kernel, and so do these tests."""


class Starter:
    """Starts all cells, and sees to it that the kernel takes up the first of them."""

    def __init__(self, notebook: NotebookPage, kernel: Kernel, record_property: Any, index: int = 0) -> None:
        self.notebook = notebook
        self.processes = ["0"]
        self._index = index
        self._record_property = record_property
        self._strands = STRANDS_REQUESTS[0] <= kernel.version < STRANDS_REQUESTS[1]

    def run_all(self) -> None:
        try:
            self.notebook.run_all(20 if self._strands else PATIENCE_SECONDS)
        except TimeoutError:
            if not self._strands:
                raise
            self._record_property("kernel stuck before the cell", "1")
            self.notebook.restart_and_run_all()
        self._wait_until_begun()

    def restart_and_run_all(self) -> None:
        self.notebook.restart_and_run_all()
        self._wait_until_begun()

    def _wait_until_begun(self) -> None:
        begun = re.compile(rf"^begun (?!(?:{'|'.join(self.processes)})\s*$)\d+\s*$")
        shown = self.notebook.output(self._index).get_by_text(begun)
        for _ in range(3 if self._strands else 0):
            try:
                shown.wait_for(timeout=20_000)
                break
            except StillNotThereError:
                self._record_property("kernel stuck before the cell", "1")
                self.notebook.restart_and_run_all()
        shown.wait_for()
        self.processes.append(str(shown.inner_text()).split()[1])


@pytest.fixture
def start(record_property: Any) -> Any:
    """Return a function that starts all cells of a notebook on a kernel, and returns the starter."""

    def start_it(notebook: NotebookPage, kernel: Kernel, index: int = 0) -> Starter:
        starter = Starter(notebook, kernel, record_property, index)
        starter.run_all()
        return starter

    return start_it


def assert_answered(notebook: NotebookPage, answer: str, by: str = "chosen by click") -> None:
    """Assert that later cells have the answer, and that a record stands in place of the question."""
    notebook.wait_for_text(f"log: {answer}", 1)
    notebook.wait_until_run(2)
    assert notebook.text(1) == f"log: {answer}"
    assert notebook.text(2) == "END"
    notebook.wait_for_text(f"✓ {answer}", 0)
    notebook.wait_for_text(by, 0)
    assert notebook.output(0).get_by_role("button").count() == 0
    assert [notebook.prompt(i) for i in range(3)] == ["[1]:", "[2]:", "[3]:"]


@on_each_kernel
@in_both_front_ends
def test_click_after_two_seconds_of_run_all_ends_the_wait_and_later_cells_have_the_answer(
    open_notebook: Any, start: Any, app: str, kernel: Kernel
) -> None:
    notebook = open_notebook(QUESTION, app=app, kernel=kernel.name)
    start(notebook, kernel)
    notebook.button("No").wait_for()
    time.sleep(2)
    assert "s left, then “Yes”" in notebook.text(0)
    assert [notebook.prompt(i) for i in range(3)] == ["[*]:", "[*]:", "[*]:"]
    assert "log:" not in notebook.text(1)
    notebook.screenshot(f"question-waits-{app}-{kernel.name}")

    notebook.button("No").click()
    assert_answered(notebook, "No")
    notebook.screenshot(f"question-answered-{app}-{kernel.name}")


@on_each_kernel
@in_both_front_ends
def test_timeout_of_run_all_takes_the_default_and_later_cells_have_it(
    open_notebook: Any, start: Any, app: str, kernel: Kernel
) -> None:
    asking = QUESTION[0].replace("timeout=60", "timeout=3")
    notebook = open_notebook([asking, LOG, END], app=app, kernel=kernel.name)
    start(notebook, kernel)
    assert_answered(notebook, "Yes", "default taken: no answer in 3 s")


@on_each_kernel
@in_both_front_ends
def test_restart_and_run_all_asks_anew_each_time(
    open_notebook: Any, start: Any, app: str, kernel: Kernel
) -> None:
    rounds = 10 if app == "lab" else 3
    notebook = open_notebook(QUESTION, app=app, kernel=kernel.name)
    starter = start(notebook, kernel)
    notebook.button("Yes").click()
    assert_answered(notebook, "Yes")
    for number in range(rounds):
        answer = ("No", "Cancel", "Yes")[number % 3]
        starter.restart_and_run_all()
        notebook.button(answer).click()
        assert_answered(notebook, answer)
    assert len(set(starter.processes)) == rounds + 2


@on_each_kernel
def test_interrupt_ends_the_wait_and_later_cells_do_not_run(
    open_notebook: Any, start: Any, kernel: Kernel
) -> None:
    notebook = open_notebook([*QUESTION, "print('alive')"], kernel=kernel.name)
    start(notebook, kernel)
    notebook.button("Yes").wait_for()
    notebook.interrupt()
    notebook.wait_for_text("interrupted, ", 0)
    notebook.wait_for_text("KeyboardInterrupt", 0)
    for later in (1, 2, 3):
        notebook.wait_until_dropped(later)
        assert notebook.text(later) == ""
    assert notebook.output(0).get_by_role("button").count() == 0
    notebook.screenshot(f"question-interrupted-{kernel.name}")

    notebook.run(3)
    notebook.wait_for_text("alive", 3)


@on_each_kernel
def test_two_questions_in_one_cell_are_asked_in_turn(open_notebook: Any, start: Any, kernel: Kernel) -> None:
    code = [
        IMPORT,
        *(f"{name} = OptionButtons('The {name}?', timeout=60).ask()" for name in ("one", "other")),
    ]
    notebook = open_notebook(["\n".join(code), "print('log:', one, other)"], kernel=kernel.name)
    start(notebook, kernel)
    notebook.button("No").click()
    notebook.wait_for_text("✓ No", 0)
    notebook.output(0).get_by_text("The other?").wait_for()
    assert notebook.prompt(1) == "[*]:"
    notebook.button("Cancel").click()
    notebook.wait_for_text("log: No Cancel", 1)
    notebook.wait_for_text("✓ Cancel", 0)


@on_each_kernel
def test_error_in_a_later_cell_stops_the_run_after_the_wait(
    open_notebook: Any, start: Any, kernel: Kernel
) -> None:
    notebook = open_notebook([QUESTION[0], LOG, "1 / 0", END], kernel=kernel.name)
    start(notebook, kernel)
    notebook.button("Cancel").click()
    notebook.wait_for_text("log: Cancel", 1)
    notebook.output(2).get_by_text("ZeroDivisionError").first.wait_for()
    notebook.wait_until_dropped(3)
    assert notebook.text(3) == ""


@on_each_kernel
def test_awaited_question_holds_later_cells_back(open_notebook: Any, start: Any, kernel: Kernel) -> None:
    asking = ASK.replace("OptionButtons", "await OptionButtons").replace("ask()", "ask_async()")
    notebook = open_notebook([f"{IMPORT}\n{asking}", LOG, END], kernel=kernel.name)
    start(notebook, kernel)
    notebook.button("No").wait_for()
    assert [notebook.prompt(i) for i in range(3)] == ["[*]:", "[*]:", "[*]:"]
    notebook.button("No").click()
    assert_answered(notebook, "No")


@on_each_kernel
def test_question_inside_a_function_is_answered(open_notebook: Any, start: Any, kernel: Kernel) -> None:
    function = f"""{IMPORT}
def confirm(hosts):
    return [host for host in hosts if OptionButtons(f'Isolate {{host}}?', timeout=60).ask() == 'Yes']
"""
    cells = [function, "print('isolated:', confirm(['WS-042', 'SRV-7']))", END]
    notebook = open_notebook(cells, kernel=kernel.name)
    start(notebook, kernel)
    for host, answer in (("WS-042", "No"), ("SRV-7", "Yes")):
        notebook.output(1).get_by_text(f"Isolate {host}?").wait_for()
        notebook.button(answer, 1).click()
        notebook.wait_for_text(f"✓ {answer}", 1)
    notebook.wait_for_text("isolated: ['SRV-7']", 1)
    notebook.wait_for_text("END", 2)


@in_both_front_ends
def test_answer_survives_a_reload_without_a_kernel(open_notebook: Any, server: Any, app: str) -> None:
    notebook = open_notebook(QUESTION, app=app)
    notebook.run_all()
    notebook.button("Cancel").click()
    notebook.wait_for_text("END", 2)
    saved = notebook.save()
    assert set(saved["cells"][0]["outputs"][1]["data"]) == {"text/html", "text/plain"}
    server.end_sessions()
    notebook.reload()
    notebook.wait_for_text("✓ Cancel", 0)
    notebook.wait_for_text("chosen by click, 20", 0)


def test_question_is_answered_from_the_keyboard(open_in_both: Any) -> None:
    notebook = open_in_both(QUESTION)
    notebook.run_all()
    notebook.button("Yes").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
        notebook.page.keyboard.press(key)
    notebook.wait_for_text("log: No", 1)
