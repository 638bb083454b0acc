"""The gallery of widgets without a person: papermill and nbclient, on ipykernel 6 and 7."""

from __future__ import annotations

import ast
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.notebook

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "widgets.ipynb"


def outputs(path: Path) -> dict[str, str]:
    """Return what stands below each cell, as text: its records and what it printed."""
    import nbformat

    found: dict[str, str] = {}
    for cell in nbformat.read(path, as_version=4).cells:
        texts = []
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output
            texts.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
        found[cell.id] = "\n".join(texts)
    return found


def run(kernel: str, target: Path, parameters: dict[str, Any]) -> dict[str, str]:
    import papermill

    papermill.execute_notebook(
        NOTEBOOK, target, parameters, kernel_name=kernel, progress_bar=False, log_output=False
    )
    return outputs(target)


def test_gallery_takes_its_defaults_at_once_and_records_them(kernel: str, tmp_path: Path) -> None:
    started = time.monotonic()
    texts = run(kernel, tmp_path / "out.ipynb", {})
    assert time.monotonic() - started < 60
    assert texts["get-text"] == "Workspace contoso (notebook parameter “workspace”)"
    assert "2026-11-20 02:00:00 to 2026-11-20 10:00:00 UTC" in texts["query-time"]
    assert texts["select-item"].startswith("Host WS-00000 (default)")
    assert "SigninLogs" in texts["select-subset"]
    assert "Password spray" in texts["select-alert"]
    assert "2026-11-20 07:12:00" in texts["follow"] or "06:12:00" in texts["follow"]
    assert texts["progress"] == "Looking up 50 of 50, 100 %"
    assert "Isolate WS-00042? -> Leave (default taken: nobody to ask, 20" in texts["ask"]
    assert "Ticket none (default taken: nobody to ask, 20" in texts["ask-text"]
    assert ast.literal_eval(texts["export"]) == {
        "workspace": "contoso",
        "period": "2026-11-20T02:00:00+00:00/2026-11-20T10:00:00+00:00",
        "proceed": "Leave",
    }


def test_gallery_takes_parameters_and_an_export_decides_the_same_again(kernel: str, tmp_path: Path) -> None:
    given = {"workspace": "fabrikam", "period": ["-1d@d", "@d"], "proceed": "isolate"}
    first = run(kernel, tmp_path / "first.ipynb", given)
    assert first["get-text"] == "Workspace fabrikam (notebook parameter “workspace”)"
    assert "00:00:00 to" in first["query-time"]
    assert "Isolate WS-00042? -> Isolate (notebook parameter: “proceed”, 20" in first["ask"]
    exported = ast.literal_eval(first["export"])
    second = run(kernel, tmp_path / "second.ipynb", exported)
    assert second["export"] == first["export"]
    assert second["query-time"].partition(" (")[0] == first["query-time"].partition(" (")[0]


WAITS = [
    "from huntbook.nbwidgets import GetText, OptionButtons, SelectItem",
    "button = OptionButtons('Go on?', ['Yes', 'No'], default='No', timeout=1, unattended='wait').ask()",
    "text = await GetText('pc1', 'Host', timeout=1, unattended='wait').ask_async()",
    "item = await SelectItem('Table', ['a', 'b'], timeout=1, unattended='wait').display_async()",
    "print(button, text, item)",
]


def test_nbclient_waits_for_each_timeout_where_the_notebook_wishes(kernel: str, tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in WAITS])
    started = time.monotonic()
    NotebookClient(notebook, kernel_name=kernel).execute()
    assert 3 <= time.monotonic() - started < 60
    nbformat.write(notebook, tmp_path / "out.ipynb")
    texts = list(outputs(tmp_path / "out.ipynb").values())
    assert [text.partition(", 20")[0] for text in texts[1:4]] == [
        "Go on? -> No (default taken: no answer in 1 s",
        "Host pc1 (default taken: no answer in 1 s",
        "Table a (default taken: no answer in 1 s",
    ]
    assert texts[4] == "No pc1 a\n"
