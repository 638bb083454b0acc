"""The widgets as a person meets them."""

from __future__ import annotations

import os
import time

import pytest

pytestmark = pytest.mark.browser

KERNELS = ["python3", *(["ipykernel-6"] if os.environ.get("HUNTBOOK_KERNEL6_PYTHON") else [])]
QUESTION = [
    """from huntbook.widgets import OptionButtons
answer = OptionButtons('Isolate WS-042 and continue?', timeout=60).ask()""",
    "print('log:', answer)",
    "print('END')",
]


@pytest.mark.parametrize("kernel", KERNELS)
def test_click_during_run_all_ends_the_wait_and_later_cells_have_the_answer(
    open_notebook, kernel: str
) -> None:
    notebook = open_notebook(QUESTION, kernel=kernel)
    notebook.run_all()
    button = notebook.output(0).get_by_role("button", name="No")
    button.wait_for()
    time.sleep(2)
    assert "s left, then “Yes”" in notebook.output(0).inner_text()
    assert notebook.prompt(1) == "[*]:"
    assert "log:" not in notebook.output(1).inner_text()
    notebook.screenshot(f"question-waits-{kernel}")

    button.click()
    notebook.wait_for_text("END", 2)
    assert notebook.output(1).inner_text().strip() == "log: No"
    notebook.wait_for_text("✓ No", 0)
    assert notebook.output(0).get_by_role("button").count() == 0
    assert [notebook.prompt(i) for i in range(3)] == ["[1]:", "[2]:", "[3]:"]
    notebook.screenshot(f"question-answered-{kernel}")


def test_answer_survives_a_reload_without_a_kernel(open_notebook, lab) -> None:
    notebook = open_notebook(QUESTION)
    notebook.run_all()
    notebook.output(0).get_by_role("button", name="Cancel").click()
    notebook.wait_for_text("END", 2)
    saved = notebook.save()
    assert set(saved["cells"][0]["outputs"][0]["data"]) == {"text/html", "text/plain"}
    lab.end_sessions()
    notebook.page.reload()
    notebook.wait_for_text("✓ Cancel", 0)
    notebook.wait_for_text("chosen by click, 20", 0)


def test_question_is_answered_from_the_keyboard(open_notebook) -> None:
    notebook = open_notebook(QUESTION)
    notebook.run_all()
    notebook.output(0).get_by_role("button", name="Yes").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
        notebook.page.keyboard.press(key)
    notebook.wait_for_text("log: No", 1)


def test_question_without_an_answer_takes_its_default(open_notebook) -> None:
    notebook = open_notebook([QUESTION[0].replace("timeout=60", "timeout=3"), *QUESTION[1:]])
    notebook.run_all()
    notebook.wait_for_text("log: Yes", 1)
    notebook.wait_for_text("default taken: no answer in 3 s", 0)


@pytest.mark.parametrize("kernel", KERNELS)
def test_restart_and_run_all_shows_the_question_each_time(open_notebook, kernel: str) -> None:
    notebook = open_notebook(QUESTION, kernel=kernel)
    notebook.run_all()
    notebook.output(0).get_by_role("button", name="Yes").click()
    notebook.wait_for_text("log: Yes", 1)
    for answer in ("No", "Cancel", "Yes"):
        notebook.restart_and_run_all()
        notebook.output(0).get_by_role("button", name=answer).click()
        notebook.wait_for_text(f"log: {answer}", 1)
        notebook.wait_until_run(2)


def test_typed_text_reaches_the_kernel_and_is_remembered(open_notebook) -> None:
    notebook = open_notebook(
        [
            "from huntbook.widgets import GetText",
            "host = GetText('WS-001', 'Host name', id='host')\nhost",
            "print('host is', host.value, '|', host.value_source)",
        ]
    )
    notebook.run_all()
    notebook.wait_for_text("host is WS-001 | default", 2)
    box = notebook.output(1).get_by_label("Host name")
    assert box.input_value() == "WS-001"
    box.fill("SRV-7")
    notebook.wait_for_text("typed", 1)
    notebook.run_all()
    notebook.wait_for_text("host is SRV-7 | typed", 2)
    assert notebook.output(1).get_by_label("Host name").input_value() == "SRV-7"
    notebook.screenshot("text-remembered")
    assert "SRV-7" in "".join(notebook.save()["cells"][1]["outputs"][0]["data"]["text/html"])


HOSTILE = '</b><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\u202e&amp;'


def test_hostile_text_runs_no_script(open_notebook) -> None:
    notebook = open_notebook(
        [
            "from huntbook.widgets import GetText, OptionButtons",
            f"hostile = {HOSTILE!r}",
            "GetText(hostile, hostile)",
            "OptionButtons(hostile, [hostile, 'other'], timeout=2).ask()",
            "OptionButtons(hostile, [hostile, 'other'])",
        ]
    )
    notebook.run_all()
    notebook.wait_for_text("no answer in 2 s", 3)
    notebook.output(4).get_by_role("button", name="other").wait_for()
    time.sleep(0.5)
    assert notebook.page.evaluate("() => window.hacked === undefined")
    assert notebook.page.locator(".jp-Notebook .jp-OutputArea img").count() == 0
    notebook.screenshot("hostile-text")


FINDINGS = ["Password spray", "Encoded PowerShell", "Credential dump", "None of them"]


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_gallery_is_drawn(open_notebook, theme: str) -> None:
    notebook = open_notebook(
        [
            "from huntbook.widgets import GetText, OptionButtons\nworkspace = 'contoso'",
            "GetText('', 'Workspace', param='workspace')",
            "host = GetText('WS-001', 'Host name'); host",
            f"question = OptionButtons('Which one is reported?', {FINDINGS}); question",
            "OptionButtons('Continue?', timeout=20).ask()",
        ],
    )
    notebook.theme(theme)
    notebook.run_all()
    notebook.output(4).get_by_role("button", name="Yes").wait_for()
    notebook.wait_for_text("notebook parameter “workspace”", 1)
    short = theme.rsplit(maxsplit=1)[-1].lower()
    time.sleep(1)
    notebook.screenshot(f"gallery-{short}")
    notebook.output(4).get_by_role("button", name="Yes").click()
    notebook.wait_for_text("✓ Yes", 4)
    notebook.output(3).get_by_role("button", name="Credential dump").click()
    notebook.output(3).get_by_text("chosen by click").wait_for()
    notebook.screenshot(f"gallery-{short}-after")
