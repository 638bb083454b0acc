"""A question blocks the notebook until a click or its timeout. Real kernels, no browser."""

from __future__ import annotations

import textwrap
import time
from typing import TYPE_CHECKING

import pytest

from kernels import KERNELS, kernel_name

if TYPE_CHECKING:
    from front_end import FrontEnd

pytestmark = pytest.mark.notebook

ASK = {
    "ask": "OptionButtons('Continue?', timeout={timeout}, debug=True).ask()",
    "ask_async": "await OptionButtons('Continue?', timeout={timeout}, debug=True).ask_async()",
    "display_async": "await OptionButtons('Continue?', timeout={timeout}).display_async()",
}


@pytest.fixture(params=ASK.values(), ids=ASK)
def ask(request: pytest.FixtureRequest) -> str:
    return f"answer = {request.param}"


def test_click_ends_the_wait_and_later_cells_run_after_it(kernel: FrontEnd, ask: str) -> None:
    asking = kernel.run(ask.format(timeout=30))
    log = kernel.run("print('log', answer)")
    end = kernel.run("print('end')")
    kernel.question()
    kernel.receive(0.5)
    assert (asking.status, log.text, end.text) == ("running", "", "")

    kernel.click("No")
    kernel.until(lambda: end.reply)
    assert (log.text, end.text) == ("log No\n", "end\n")
    counts = [cell.reply["content"]["execution_count"] for cell in (asking, log, end)]
    assert counts == [counts[0], counts[0] + 1, counts[0] + 2]
    assert asking.text == ""


def test_click_leaves_a_record_without_a_widget(kernel: FrontEnd, ask: str) -> None:
    asking = kernel.run(ask.format(timeout=30))
    kernel.question()
    assert "application/vnd.jupyter.widget-view+json" in asking.bundle
    kernel.click("No")
    kernel.until(lambda: asking.reply)
    assert set(asking.bundle) == {"text/plain", "text/html"}
    assert asking.bundle["text/plain"].startswith("Continue? -> No (chosen by click, 20")
    assert "✓ No" in asking.bundle["text/html"]
    if "debug" in asking.code:
        assert "[waited " in asking.bundle["text/plain"]
        assert "ran 1 message(s) and held 0 request(s)]" in asking.bundle["text/plain"]


def test_timeout_takes_the_default_in_time(kernel: FrontEnd, ask: str) -> None:
    started = time.monotonic()
    asking = kernel.run(ask.format(timeout=1))
    log = kernel.run("print(answer)")
    kernel.until(lambda: log.reply)
    assert log.text == "Yes\n"
    assert 1 <= time.monotonic() - started < 15
    assert "default taken: no answer in 1 s" in asking.bundle["text/plain"]


def test_two_questions_in_one_cell_are_asked_in_turn(kernel: FrontEnd, ask: str) -> None:
    first, second = ask.format(timeout=30), ask.format(timeout=1)
    asking = kernel.run(f"{first}\nfirst = answer\n{second}\nprint(first, answer)")
    kernel.click("Cancel")
    kernel.until(lambda: asking.reply)
    assert asking.text == "Cancel Yes\n"


def test_error_after_the_wait_aborts_the_held_cells(kernel: FrontEnd, ask: str) -> None:
    kernel.run(ask.format(timeout=30))
    failing = kernel.run("1/0")
    held = kernel.run("print('must not run')")
    kernel.click("No")
    kernel.until(lambda: held.reply)
    assert (failing.status, held.status, held.text) == ("error", "aborted", "")
    assert kernel.run_now("print(answer)").text == "No\n"


def test_interrupt_ends_the_wait_and_aborts_the_held_cells(kernel: FrontEnd, ask: str) -> None:
    asking = kernel.run(ask.format(timeout=60))
    held = kernel.run("print('must not run')")
    kernel.question()
    kernel.manager.interrupt_kernel()
    kernel.until(lambda: held.reply)
    assert (asking.status, held.status) == ("error", "aborted")
    assert asking.reply["content"]["ename"] in {"KeyboardInterrupt", "CancelledError"}
    assert "(no answer) (interrupted, " in asking.bundle["text/plain"]
    assert kernel.run_now("print('alive')").text == "alive\n"


def test_wait_inside_a_function_called_with_a_loop_is_answered(kernel: FrontEnd) -> None:
    code = textwrap.dedent("""
        def confirm(names):
            return {name: OptionButtons(name, timeout=30).ask() for name in names}
        print(confirm(["one", "two"]))
    """)
    asking = kernel.run(code)
    for option in ("No", "Cancel"):
        kernel.click(option)
    kernel.until(lambda: asking.reply)
    assert asking.text == "{'one': 'No', 'two': 'Cancel'}\n"


def test_questions_side_by_side_are_answered_in_any_order(kernel: FrontEnd) -> None:
    code = textwrap.dedent("""
        questions = [OptionButtons(name, timeout=30) for name in "ab"]
        print(await asyncio.gather(*(question.ask_async() for question in questions)))
    """)
    asking = kernel.run(code)
    after = kernel.run("print('after')")
    kernel.question(1)
    kernel.click("Cancel", kernel.waiting()[1])
    kernel.receive(0.2)
    assert after.text == ""
    kernel.click("No")
    kernel.until(lambda: after.reply)
    assert asking.text == "['No', 'Cancel']\n"


def test_other_tasks_go_on_during_an_asynchronous_wait(kernel: FrontEnd) -> None:
    code = textwrap.dedent("""
        ticks = 0
        async def tick():
            global ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.01)
        task = asyncio.create_task(tick())
        await OptionButtons(timeout=0.5).ask_async()
        task.cancel()
        print(ticks > 5)
    """)
    assert kernel.run_now(code).text == "True\n"


def test_requests_of_the_front_end_that_came_after_the_cells_are_answered(kernel: FrontEnd) -> None:
    """JupyterLab draws no widget before the reply to comm_info_request."""
    blocker = kernel.run("time.sleep(0.5)")
    kernel.run("answer = OptionButtons(timeout=30).ask()")
    held = kernel.run("print(answer)")
    info = kernel.request("comm_info_request", {"target_name": "jupyter.widget"})
    kernel.until(lambda: blocker.reply)
    reply = kernel.until(lambda: [r for r in kernel.replies if r["parent_header"].get("msg_id") == info])
    assert reply[0]["msg_type"] == "comm_info_reply"
    assert held.status == "running"
    kernel.click("No")
    kernel.until(lambda: held.reply)
    assert held.text == "No\n"


def test_click_on_an_earlier_question_is_dropped(kernel: FrontEnd) -> None:
    kernel.run_now("question = OptionButtons(timeout=0.1); question.ask()")
    view = kernel.views[-1]
    late = {"event": "choose", "index": 2, "question": view["state"]["question"]}
    asking = kernel.run("question.timeout = 30; print(question.ask())")
    kernel.question()
    kernel.send(view, **late)
    kernel.receive(0.3)
    assert asking.status == "running"
    kernel.click("No")
    kernel.until(lambda: asking.reply)
    assert asking.text == "No\n"


@pytest.mark.parametrize("index", [3, -1, True, "0", None])
def test_message_without_an_option_of_the_question_is_dropped(kernel: FrontEnd, index: object) -> None:
    asking = kernel.run("print(OptionButtons(timeout=1).ask())")
    view = kernel.question()
    kernel.send(view, event="choose", index=index, question=view["state"]["question"])
    kernel.until(lambda: asking.reply)
    assert asking.text == "Yes\n"


def test_shown_message_is_answered_with_the_time_left(kernel: FrontEnd) -> None:
    asking = kernel.run("OptionButtons(timeout=30).ask()")
    view = kernel.question()
    kernel.receive(0.5)
    kernel.send(view, event="shown", question=view["state"]["question"])
    kernel.until(lambda: view["state"]["remaining"] < 29.9)
    kernel.click("Yes")
    kernel.until(lambda: asking.reply)


def test_shown_buttons_follow_each_click_without_waiting(kernel: FrontEnd) -> None:
    showing = kernel.run_now("question = OptionButtons('Pick'); question.display()")
    view = kernel.views[-1]
    for option in ("No", "Cancel"):
        kernel.click(option, view)
        kernel.until(
            lambda option=option: f"Pick -> {option} (chosen by click" in showing.bundle["text/plain"]
        )
    assert kernel.run_now("print(question.value)").text == "Cancel\n"
    assert kernel.run_now("print(await question.display_async())").text == "Cancel\n"


def test_answer_stays_until_it_is_reset_and_then_is_asked_for_anew(kernel: FrontEnd) -> None:
    kernel.run("question = OptionButtons(timeout=30); await question.display_async()")
    kernel.click("No")
    assert kernel.run_now("print(await question.display_async())").text == "No\n"
    again = kernel.run("print(await question.display_async(reset=True))")
    kernel.click("Cancel")
    kernel.until(lambda: again.reply)
    assert again.text == "Cancel\n"


def test_unattended_question_takes_its_default_at_once(kernel: FrontEnd) -> None:
    started = time.monotonic()
    cell = kernel.run_now("print(OptionButtons(timeout=300).ask())", attended=False)
    assert cell.text == "Yes\n"
    assert time.monotonic() - started < 30
    assert "default taken: nobody to ask" in cell.bundle["text/plain"]


def test_unattended_question_that_must_not_be_skipped_fails(kernel: FrontEnd) -> None:
    cell = kernel.run_now("OptionButtons('Isolate?', unattended='error').ask()", attended=False)
    assert cell.reply["content"]["ename"] == "UnattendedError"
    assert "Isolate?" in cell.reply["content"]["evalue"]


def test_unattended_question_that_waits_takes_its_default_after_the_timeout(
    kernel: FrontEnd,
) -> None:
    code = "question = OptionButtons(timeout=0.5, unattended='wait'); print(question.ask())"
    cell = kernel.run_now(code, attended=False)
    assert cell.text == "Yes\n"
    assert "no answer in 0.5 s" in cell.bundle["text/plain"]


def test_parameter_decides_without_asking(kernel: FrontEnd) -> None:
    kernel.run_now("proceed = 'no'")
    cell = kernel.run_now("print(OptionButtons('Go on?', param='proceed').ask())")
    assert cell.text == "No\n"
    assert "Go on? -> No (notebook parameter: “proceed”, " in cell.bundle["text/plain"]
    assert not kernel.views
    kernel.run_now("del proceed")


UNKNOWN_LAYOUT = textwrap.dedent("""
    from huntbook.widgets import _kernel_pump
    def _unknown(kernel): raise _kernel_pump.PumpUnavailableError("unknown")
    known, _kernel_pump._current_shell = _kernel_pump._current_shell, _unknown
""")


def test_kernel_of_unknown_layout_asks_by_a_line_of_input(kernel: FrontEnd, ask: str) -> None:
    kernel.run_now(UNKNOWN_LAYOUT)
    asking = kernel.run(ask.format(timeout=30) + "; print(answer)")
    assert "Continue? [1: Yes  2: No  3: Cancel; empty: Yes]" in kernel.input_request()["prompt"]
    kernel.client.input("perhaps")
    kernel.input_request()
    kernel.client.input("no")
    kernel.until(lambda: asking.reply)
    assert asking.text == "No\n"
    assert "(typed, 20" in asking.bundle["text/plain"]
    kernel.run_now("_kernel_pump._current_shell = known")


def test_kernel_of_unknown_layout_takes_the_default_after_the_timeout(kernel: FrontEnd) -> None:
    kernel.run_now(UNKNOWN_LAYOUT)
    asking = kernel.run_now("print(OptionButtons(timeout=0.3).ask())")
    assert asking.text == "Yes\n"
    kernel.run_now("_kernel_pump._current_shell = known")
    kernel.client.input("")


SUBSHELLS = [kernel for kernel in KERNELS if kernel.version.major >= 7]


@pytest.mark.parametrize("session_kernel", SUBSHELLS, ids=kernel_name, indirect=True)
def test_question_asked_in_a_subshell_of_ipykernel_7_is_answered(kernel: FrontEnd) -> None:
    subshell = kernel.control("create_subshell_request")["subshell_id"]
    asking = kernel.run("print(OptionButtons(timeout=30).ask())", subshell_id=subshell)
    kernel.click("No")
    kernel.until(lambda: asking.reply)
    assert asking.text == "No\n"
    kernel.control("delete_subshell_request", {"subshell_id": subshell})


def test_cells_run_in_a_row_with_a_question_each_keep_their_order(kernel: FrontEnd) -> None:
    cells = [kernel.run(f"print({i}, OptionButtons(timeout=30).ask())") for i in range(10)]
    for number in range(10):
        kernel.click("No" if number % 2 else "Cancel")
    kernel.until(lambda: cells[-1].reply)
    assert [cell.text for cell in cells] == [f"{i} {'No' if i % 2 else 'Cancel'}\n" for i in range(10)]


@pytest.mark.parametrize("session_kernel", SUBSHELLS, ids=kernel_name, indirect=True)
def test_click_that_the_shell_channel_thread_of_ipykernel_7_missed_is_found(
    kernel: FrontEnd, ask: str
) -> None:
    """A poll past the stream spends the descriptor's edge, as a reply of ipykernel 7.0 to 7.3 may."""
    spend = (
        "stream = get_ipython().kernel.shell_stream; stream.io_loop.add_callback(stream.socket.poll, 20_000)"
    )
    asking = kernel.run(f"{spend}\n{ask.format(timeout=30)}; print(answer)")
    kernel.click("No")
    kernel.until(lambda: asking.reply)
    assert asking.text == "No\n"
