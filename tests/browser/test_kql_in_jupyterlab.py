"""KQL in JupyterLab: Tab offers columns, a render is a chart, an error has its caret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

TIMECHART = """%%kql
Logons
| summarize sum(Failures) by bin(TimeGenerated, 1h), AccountName
| render timechart with (title='failures by hour')"""
HOSTILE = "<img src=x onerror='document.title=1'>"


def logs(folder: Path) -> Path:
    (folder / "logs").mkdir()
    rows = [
        f"2026-11-19T{hour:02}:00:00Z,{who},{(hour * (3 + place)) % 17}"
        for hour in range(24)
        for place, who in enumerate(["ada", "bob", f'"{HOSTILE}"'])
    ]
    (folder / "logs" / "Logons.csv").write_text("\n".join(["TimeGenerated,AccountName,Failures", *rows]))
    return folder / "logs"


def test_tab_offers_columns_of_the_table(open_notebook: Any, tmp_path: Path) -> None:
    page = open_notebook(
        ["%load_ext huntbook\n%kql --data logs --now 2026-11-20", "%%kql\nLogons\n| where Acc"],
        files=[logs(tmp_path)],
    )
    page.run_all()
    page.wait_until_run(1)
    page.cell(1).locator(".cm-content").click()
    page.page.keyboard.press("Control+End")
    page.page.keyboard.press("Backspace")
    page.page.keyboard.press("Tab")
    item = page.page.locator(".jp-Completer-item", has_text="AccountName")
    item.first.wait_for()
    page.screenshot("kql-completion")
    item.first.click()
    page.page.wait_for_function(
        "() => document.querySelectorAll('.jp-Notebook .jp-Cell')[1].innerText.includes('AccountName')"
    )


def test_a_render_is_a_chart_and_an_error_has_a_caret(open_notebook: Any, tmp_path: Path) -> None:
    page = open_notebook(
        [
            "%load_ext huntbook\n%kql --data logs --now 2026-11-20",
            TIMECHART,
            "%%kql\nLogons\n| summarize total = sum(Failures) by AccountName\n| render barchart",
            "%%kql\nLogons\n| where AcountName == 'ada'",
        ],
        files=[logs(tmp_path)],
    )
    page.run_all()
    for index in (1, 2):
        page.output(index).locator(".vega-embed svg, .vega-embed canvas").first.wait_for()
    page.wait_for_text("similar column", 3)
    assert "^^^^^^^^^^" in page.text(3)
    assert "Traceback" not in page.text(3)
    page.cell(1).scroll_into_view_if_needed()
    page.screenshot("kql-timechart")
    page.cell(3).scroll_into_view_if_needed()
    page.screenshot("kql-barchart-and-error")
    mark = page.output(2).locator(".vega-embed path[aria-roledescription=bar]")
    if mark.count():
        mark.last.hover()
    assert page.page.locator("#vg-tooltip-element img, .vega-embed img").count() == 0
    assert page.page.title() != "1"
