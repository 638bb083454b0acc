"""Boxes for a text and for a key, and the progress bar, as a person meets them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

SECRET = "hunter2-of-the-vault"  # noqa: S105 (of these tests)


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_text_is_typed_with_the_keyboard_and_remembered(open_notebook, app: str) -> None:
    notebook = open_notebook(
        [
            "from huntbook.nbwidgets import GetText",
            "host = GetText('WS-001', 'Host name', id='host')\nhost",
            "print('host is', host.value, '|', host.value_source)",
        ],
        app=app,
    )
    notebook.run_all()
    notebook.wait_for_text("host is WS-001 | default", 2)
    box = notebook.output(1).get_by_label("Host name")
    assert box.input_value() == "WS-001"
    box.click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.type("SRV-7 ab")
    notebook.page.keyboard.press("Enter")
    notebook.output(1).get_by_text("typed", exact=True).wait_for()
    notebook.run_all()
    notebook.wait_for_text("host is SRV-7 ab | typed", 2)
    assert notebook.output(1).get_by_label("Host name").input_value() == "SRV-7 ab"
    notebook.screenshot(f"text-remembered-{app}")
    saved = notebook.save()
    assert "SRV-7 ab" in "".join(saved["cells"][1]["outputs"][0]["data"]["text/html"])


def test_notebook_is_saved_by_its_shortcut_from_inside_a_box(open_notebook) -> None:
    notebook = open_notebook(["from huntbook.nbwidgets import GetText\nGetText('', 'Host')"])
    notebook.run_all()
    notebook.wait_until_run(0)
    notebook.output(0).get_by_label("Host").click()
    notebook.page.keyboard.type("SRV-7")
    before = notebook.path.stat().st_mtime_ns
    notebook.page.keyboard.press("Control+s")
    deadline = time.monotonic() + 30
    while notebook.path.stat().st_mtime_ns == before:
        assert time.monotonic() < deadline, "the notebook was not saved"
        notebook.page.wait_for_timeout(100)


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_cell_waits_for_a_text_until_enter(open_notebook, app: str) -> None:
    notebook = open_notebook(
        [
            "from huntbook.nbwidgets import GetText\nhost = GetText('WS-001', 'Host', timeout=60).ask()",
            "print('host', host)",
        ],
        app=app,
    )
    notebook.run_all()
    box = notebook.output(0).get_by_label("Host")
    box.wait_for()
    notebook.wait_for_text("s left, then “WS-001”", 0)
    notebook.screenshot(f"text-waits-{app}")
    assert notebook.prompt(1) == "[*]:"
    box.fill("SRV-9")
    box.press("Enter")
    notebook.wait_for_text("host SRV-9", 1)
    notebook.wait_for_text("typed, 20", 0)
    assert notebook.output(0).get_by_role("textbox").count() == 0


def test_cell_waits_for_a_text_until_ok_is_clicked(open_notebook) -> None:
    notebook = open_notebook(
        ["from huntbook.nbwidgets import GetText\nprint(GetText('a', 'Host', timeout=60).ask())"]
    )
    notebook.run_all()
    notebook.output(0).get_by_label("Host").fill("b")
    notebook.button("OK", 0).click()
    notebook.wait_until_run(0)
    assert notebook.text(0).splitlines()[-1] == "b"


KEPT = [
    "from huntbook.nbwidgets import *\nstore = registry.keep({store!r})",
    "host = GetText('WS-001', 'Host', id='host')\nhost",
    "key = GetEnvironmentKey('HUNT_KEY', description='Key')\nkey",
    "times = QueryTime(description='When', units='day', before=1)\ntimes",
    "item = SelectItem('Table', ['SigninLogs', 'AuditLogs', 'DnsEvents'])\nitem",
    "print('host', host.value, '| key', len(key.value), '|', times.start.date(), '|', item.value)",
]


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_values_come_back_after_a_restart_and_a_secret_does_not(
    open_notebook, tmp_path: Path, app: str
) -> None:
    notebook = open_notebook([KEPT[0].format(store=str(tmp_path / "store")), *KEPT[1:]], app=app)
    notebook.run_all()
    notebook.wait_for_text("host WS-001 | key 0", 5)
    notebook.output(1).get_by_label("Host").fill("SRV-7")
    notebook.output(2).get_by_label("Key", exact=True).fill(SECRET)
    notebook.button("Set", 2).click()
    notebook.output(3).get_by_label("Start (UTC)").fill("2026-11-20 08:00")
    notebook.output(3).get_by_label("Start (UTC)").press("Enter")
    notebook.output(4).get_by_role("option", name="DnsEvents").click()
    notebook.run(5)
    notebook.wait_for_text(f"host SRV-7 | key {len(SECRET)} | 2026-11-20 | DnsEvents", 5)
    notebook.run_all()
    notebook.wait_for_text(f"host SRV-7 | key {len(SECRET)} | 2026-11-20 | DnsEvents", 5)
    toggle = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"
    if not notebook.page.evaluate("name => window.jupyterapp.commands.isToggled(name)", toggle):
        notebook.command(toggle)
    saved = json.dumps(notebook.save())
    assert "get_text" not in saved or "SRV-7" in saved
    assert "application/vnd.jupyter.widget-state+json" in saved
    notebook.restart_and_run_all()
    notebook.wait_for_text("host SRV-7 | key 0 | 2026-11-20 | DnsEvents", 5)
    notebook.screenshot(f"kept-{app}")
    saved += json.dumps(notebook.save())
    (file,) = (tmp_path / "store").iterdir()
    kept = file.read_text()
    assert "SRV-7" in kept
    assert SECRET not in saved + kept
    assert "hunter2" not in notebook.page.content()


def test_progress_moves_while_its_cell_runs(open_in_both) -> None:
    notebook = open_in_both(
        [
            """import time
from huntbook.nbwidgets import Progress
steps = Progress(40, description='Looking up')
for _ in range(40):
    time.sleep(0.1)
    steps.update_progress(delta=1)"""
        ]
    )
    notebook.run_all()
    bar = notebook.output(0).get_by_role("progressbar", name="Looking up")
    bar.wait_for()
    notebook.page.wait_for_function(
        "() => { const bar = document.querySelector('.huntbook-progress [role=progressbar]');"
        " const now = Number(bar?.getAttribute('aria-valuenow')); return now > 2 && now < 38; }"
    )
    assert notebook.prompt(0) == "[*]:"
    notebook.wait_for_text("40 of 40, 100 %", 0)


@pytest.mark.parametrize("app", ["lab", "notebook"])
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_boxes_are_drawn(open_notebook, app: str, theme: str) -> None:
    notebook = open_notebook(
        [
            "from huntbook.nbwidgets import GetEnvironmentKey, GetText, Progress\nworkspace = 'contoso'",
            "GetText('', 'Workspace', param='workspace')",
            "GetEnvironmentKey('HUNT_KEY', 'The key of the look-up service', 'API key')",
            "Progress(50, description='Looking up').update_progress(20)",
            "GetText('WS-001', 'Host', timeout=60).ask()",
        ],
        app=app,
    )
    notebook.theme(f"JupyterLab {theme}")
    notebook.run_all()
    notebook.button("OK", 4).wait_for()
    notebook.screenshot(f"boxes-{app}-{theme.lower()}")
    notebook.page.set_viewport_size({"width": 420, "height": 900})
    notebook.page.wait_for_timeout(500)
    notebook.screenshot(f"boxes-{app}-{theme.lower()}-narrow")
    notebook.button("OK", 4).click()
    notebook.wait_until_run(4)
