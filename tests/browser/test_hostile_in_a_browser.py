"""A thousand hostile texts as options, labels and values in Chromium: no script runs, nothing breaks."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from hostile import hostile

pytestmark = pytest.mark.browser

CELLS = [
    """import asyncio, json
from huntbook.nbwidgets import *
texts = json.load(open('hostile.json'))
unique = list(dict.fromkeys(texts))""",
    """buttons = OptionButtons(texts[-1], unique)
buttons""",
    """item = SelectItem(texts[0], texts, action=lambda text: text, height='400px')
item""",
    """subset = SelectSubset(texts, default_selected=texts[:500], auto_display=False, height='400px')
subset""",
    """columns = ('SystemAlertId', 'TimeGenerated', 'AlertName', 'ProductName', 'Entities')
alert = SelectAlert([dict.fromkeys(columns, text) for text in texts], height='400px')
alert""",
    """box = GetText(texts[1], texts[2], id='box')
key = GetEnvironmentKey('HUNT_KEY', texts[3], texts[4])
times = QueryTime(description=texts[5])
back = Lookback(description=texts[6])
for widget in (box, key, times, back):
    widget.display()""",
    """steps = Progress(len(texts))
for text in texts:
    box.value = text
    steps.description = text[:1000]
    steps.update_progress(delta=1)
    await asyncio.sleep(0.002)""",
    "print('values', item.value == texts[0], buttons.value, len(subset.value), box.value == texts[-1])",
    "registry",
    """OptionButtons(texts[7], unique[:50], timeout=1).ask()
GetText(texts[8], texts[9], timeout=1).ask()
print('END')""",
]
FOREIGN = (
    "script, img, svg, iframe, object, embed, link, style, form, [onerror], [onload], [onclick], [href^=java]"
)


def test_thousand_hostile_texts_run_no_script(open_notebook, tmp_path: Path) -> None:
    texts = [*hostile(999), "<img src=x onerror=window.hacked=1>" * 30_000]
    (tmp_path / "hostile.json").write_text(json.dumps(texts))
    notebook = open_notebook(CELLS, files=[tmp_path / "hostile.json"])
    errors: list[str] = []
    notebook.page.on("pageerror", lambda error: errors.append(str(error)))
    notebook.run_all()
    notebook.wait_until_run(9)
    notebook.wait_for_text("END", 9)
    notebook.output(1).locator(".huntbook-options button").nth(7).click()
    notebook.wait_for_text("chosen by click", 1)
    notebook.cell(7).scroll_into_view_if_needed()
    notebook.wait_for_text("values True None 500 True", 7)
    for cell in (2, 3, 4):
        for rows in notebook.output(cell).get_by_role("listbox").all():
            for _ in range(0, 24 * len(texts), 380):
                rows.evaluate("rows => { rows.scrollTop += 380; }")
            rows.press("End")
    time.sleep(0.5)
    assert notebook.page.evaluate("() => window.hacked === undefined")
    assert notebook.page.locator(f".huntbook :is({FOREIGN})").count() == 0
    assert notebook.page.locator(f".jp-RenderedHTML :is({FOREIGN})").count() == 0
    assert not errors
    notebook.screenshot("hostile-thousand")
    content = json.dumps(notebook.save())
    assert "hacked" in content  # They were there, as text.
