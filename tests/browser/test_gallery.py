"""The gallery in JupyterLab, as a person goes through it; it takes the pictures of the documentation.

HUNTBOOK_PICTURES names a folder for them (`make pictures`); without it they lie beside the screenshots.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest

pytestmark = pytest.mark.browser

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "widgets.ipynb"
OWN = Path(__file__).parent / "_screenshots" / "pictures"
PICTURES = {"Light": Path(os.environ.get("HUNTBOOK_PICTURES") or OWN / "light"), "Dark": OWN / "dark"}


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_gallery_is_gone_through(open_notebook, theme: str) -> None:
    cells = [cell.id for cell in nbformat.read(NOTEBOOK, as_version=4).cells]
    notebook = open_notebook(NOTEBOOK)
    notebook.page.set_viewport_size({"width": 1280, "height": 1400})
    notebook.theme(f"JupyterLab {theme}")

    def at(cell: str) -> int:
        return cells.index(cell)

    def picture(node: Any, name: str) -> None:
        PICTURES[theme].mkdir(parents=True, exist_ok=True)
        node.scroll_into_view_if_needed()
        node.screenshot(path=PICTURES[theme] / f"{name}.png", animations="disabled")

    def box(cell: str) -> Any:
        return notebook.output(at(cell)).locator(".huntbook").first

    notebook.run_all()
    notebook.button("Isolate", at("ask")).wait_for()
    picture(box("ask"), "ask")
    notebook.button("Isolate", at("ask")).click()
    notebook.output(at("ask-text")).get_by_role("textbox").fill("INC-2041")
    picture(box("ask-text"), "ask-text")
    notebook.output(at("ask-text")).get_by_role("textbox").press("Enter")
    notebook.wait_for_text("'proceed': 'Isolate'", at("export"))
    picture(notebook.output(at("ask")).locator(".jp-OutputArea-output").first, "ask-answered")

    names = ["get-text", "get-environment-key", "query-time", "lookback", "select-subset", "progress"]
    for name in [*names, "option-buttons"]:
        picture(box(name), name)
    items = notebook.output(at("select-item"))
    items.get_by_role("searchbox").or_(items.get_by_role("textbox")).first.fill("ws 0042")
    items.get_by_role("option", name="WS-00042").click()
    notebook.wait_for_text("42 logons on WS-00042", at("select-item"))
    picture(items, "select-item")
    alerts = notebook.output(at("select-alert"))
    alerts.get_by_role("option").nth(1).click()
    notebook.wait_for_text("HostName", at("select-alert"))
    picture(alerts, "select-alert")
    origin = notebook.output(at("follow")).get_by_label("Origin (UTC)")
    notebook.page.wait_for_function(
        "origin => origin.value === '2026-11-20 07:58:30'", arg=origin.element_handle()
    )
    picture(notebook.output(at("registry")), "registry")
