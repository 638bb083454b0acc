"""A cell that waits for a text: typed, timed out, given, interrupted. Real kernels, no browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from front_end import FrontEnd

pytestmark = pytest.mark.notebook

ASK = {
    "ask": "{widget}.ask()",
    "ask_async": "await {widget}.ask_async()",
    "display_async": "await {widget}.display_async()",
}
WIDGET = "GetText('pc1', 'Host', id='host', param='hunt_host', timeout={timeout})"


@pytest.fixture(params=ASK.values(), ids=ASK)
def ask(request: pytest.FixtureRequest) -> str:
    return request.param.format(widget=WIDGET)


def answer(kernel: FrontEnd, text: str, **content: object) -> None:
    view = kernel.question()
    question = view["state"]["question"]
    kernel.answered.add((view["comm_id"], question))
    kernel.send(view, event="answer", value=text, question=question, **content)


def test_confirmed_text_ends_the_wait_and_later_cells_have_it(kernel: FrontEnd, ask: str) -> None:
    asking = kernel.run("host = " + ask.format(timeout=30))
    later = kernel.run("print('host', host)")
    view = kernel.question()
    kernel.send(view, event="typed", value="half a na")
    kernel.receive(0.3)
    assert (asking.status, later.text) == ("running", "")
    answer(kernel, " pc7 ")
    kernel.until(lambda: later.reply)
    assert later.text == "host pc7\n"
    assert asking.bundle["text/plain"].startswith("Host pc7 (typed, 20")
    assert set(asking.bundle) == {"text/plain", "text/html"}


def test_timeout_takes_the_text_at_the_start_and_not_one_half_typed(kernel: FrontEnd, ask: str) -> None:
    asking = kernel.run("print(" + ask.format(timeout=1) + ")")
    view = kernel.question()
    kernel.send(view, event="shown", question=view["state"]["question"])
    kernel.until(lambda: asking.reply)
    assert asking.text == "pc1\n"
    assert "Host pc1 (default taken: no answer in 1 s, 20" in asking.bundle["text/plain"]


def test_answer_is_what_the_next_run_starts_with(kernel: FrontEnd, ask: str) -> None:
    kernel.run(ask.format(timeout=30), cell_id="a")
    answer(kernel, "pc7")
    asking = kernel.run(ask.format(timeout=1), cell_id="a")
    assert kernel.question()["state"]["value"] == "pc7"
    kernel.until(lambda: asking.reply)
    assert "Host pc7 (default taken: no answer in 1 s; as typed, 20" in asking.bundle["text/plain"]


def test_parameter_is_the_answer_without_asking(kernel: FrontEnd, ask: str) -> None:
    kernel.run_now("hunt_host = 'pc3'")
    asking = kernel.run_now("print(" + ask.format(timeout=30) + ")")
    assert asking.text == "pc3\n"
    assert "Host pc3 (notebook parameter: “hunt_host”, 20" in asking.bundle["text/plain"]
    kernel.run_now("del hunt_host")


def test_nobody_to_ask_takes_the_text_at_once(kernel: FrontEnd, ask: str) -> None:
    asking = kernel.run_now("print(" + ask.format(timeout=600) + ")", attended=False)
    assert asking.text == "pc1\n"
    assert "default taken: nobody to ask, 20" in asking.bundle["text/plain"]


def test_interrupt_leaves_the_text_as_it_was(kernel: FrontEnd, ask: str) -> None:
    asking = kernel.run(ask.format(timeout=60))
    held = kernel.run("print('must not run')")
    kernel.question()
    kernel.manager.interrupt_kernel()
    kernel.until(lambda: held.reply)
    assert (asking.status, held.status) == ("error", "aborted")
    assert "Host (no answer) (interrupted, 20" in asking.bundle["text/plain"]
    assert kernel.run_now("print(len(registry.list()))").text == "0\n"


def test_kernel_of_unknown_layout_asks_by_a_line_of_input(kernel: FrontEnd, ask: str) -> None:
    from test_waiting import UNKNOWN_LAYOUT

    kernel.run_now(UNKNOWN_LAYOUT)
    asking = kernel.run("print(" + ask.format(timeout=30) + ")")
    assert kernel.input_request() == {"prompt": "Host [empty: pc1] ", "password": False}
    kernel.client.input("pc8")
    kernel.until(lambda: asking.reply)
    assert asking.text == "pc8\n"
    kernel.run_now("_kernel_pump._current_shell = known")


def test_box_can_be_shown_again_after_the_answer(kernel: FrontEnd) -> None:
    kernel.run("host = GetText('pc1', 'Host', timeout=30); host.ask()")
    answer(kernel, "pc7")
    shown = kernel.run_now("host")
    assert "application/vnd.jupyter.widget-view+json" in shown.bundle
    kernel.send(kernel.views[-1], event="typed", value="pc8")
    assert kernel.run_now("print(host.value, await host.display_async())").text == "pc8 pc7\n"


SECRET = "hunter2-of-the-vault"  # noqa: S105 (of these tests)


@pytest.mark.parametrize(
    "widget", ["GetText(description='Key', secret=True)", "GetEnvironmentKey('HUNTBOOK_TEST_KEY')"]
)
def test_secret_reaches_the_kernel_and_nothing_that_the_kernel_publishes(
    kernel: FrontEnd, widget: str
) -> None:
    kernel.run_now("import os; os.environ.pop('HUNTBOOK_TEST_KEY', None)")
    since = len(kernel.published)
    shown = kernel.run_now(f"key = {widget}; key")
    view = kernel.views[-1]
    kernel.send(view, event="typed", value=SECRET, save=True)
    kernel.send(view, event="left")
    kernel.until(lambda: view["state"]["filled"])
    kernel.until(lambda: "••••••" in shown.bundle["text/plain"])
    asking = kernel.run("key.timeout = 30; answer = key.ask()")
    answer(kernel, SECRET + "2")
    kernel.until(lambda: asking.reply)
    kernel.run_now("registry")
    kernel.run_now("key")
    assert SECRET not in str(kernel.published[since:])
    assert (
        kernel.run_now("print(len(answer), len(key.value))").text == f"{len(SECRET) + 1} {len(SECRET) + 1}\n"
    )


def test_key_is_saved_in_the_environment_if_the_person_wishes(kernel: FrontEnd) -> None:
    kernel.run_now("import os; os.environ.pop('HUNTBOOK_TEST_KEY', None)")
    kernel.run_now("key = GetEnvironmentKey('HUNTBOOK_TEST_KEY'); key")
    kernel.send(kernel.views[-1], event="typed", value="one", save=False)
    check = "print(key.value, os.environ.get('HUNTBOOK_TEST_KEY'), '|', key.value_source)"
    assert kernel.run_now(check).text == "one None | typed\n"
    kernel.send(kernel.views[-1], event="typed", value="two", save=True)
    assert kernel.run_now(check).text == "two two | typed\n"
    kernel.run_now("os.environ['HUNTBOOK_TEST_KEY'] = 'three'; key = GetEnvironmentKey('HUNTBOOK_TEST_KEY')")
    assert kernel.run_now(check).text == "three three | environment variable “HUNTBOOK_TEST_KEY”\n"
    kernel.run_now("del os.environ['HUNTBOOK_TEST_KEY']")


def test_key_that_the_environment_has_is_not_asked_for(kernel: FrontEnd) -> None:
    kernel.run_now("import os; os.environ['HUNTBOOK_TEST_KEY'] = 'three'")
    asking = kernel.run_now("print(GetEnvironmentKey('HUNTBOOK_TEST_KEY', timeout=30).ask())")
    assert asking.text == "three\n"
    assert "•••••• (environment variable: “HUNTBOOK_TEST_KEY”, 20" in asking.bundle["text/plain"]
    kernel.run_now("del os.environ['HUNTBOOK_TEST_KEY']")
