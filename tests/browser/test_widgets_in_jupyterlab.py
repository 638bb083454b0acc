"""The widgets as a person meets them."""

from __future__ import annotations

import time

import pytest

pytestmark = pytest.mark.browser


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
