"""Notebooks without a person: papermill with parameters, nbconvert."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import nbformat
import pytest

from kernels import ENDS, kernel_name

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.notebook

CELLS = [
    ("parameters", "host = 'pc0'\nproceed = None"),
    ("", "from huntbook.widgets import GetText, OptionButtons"),
    ("", "name = GetText('default', 'Host', param='host'); name"),
    ("", "answer = OptionButtons('Continue?', timeout=600, param='proceed').ask()"),
    ("", "print('value', name.value, answer)"),
]


@pytest.fixture(params=ENDS, ids=kernel_name)
def notebook(
    request: pytest.FixtureRequest,
    huntbook_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    request.param.install(tmp_path, huntbook_path)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    cells = [nbformat.v4.new_code_cell(code, metadata={"tags": [tag] if tag else []}) for tag, code in CELLS]
    content = nbformat.v4.new_notebook(cells=cells)
    name = request.param.name
    content.metadata["kernelspec"] = {"name": name, "display_name": name, "language": "python"}
    path = tmp_path / "notebook.ipynb"
    nbformat.write(content, path)
    return path


def outputs(path: Path) -> str:
    return json.dumps(nbformat.read(path, as_version=4).cells, ensure_ascii=False)


def test_papermill_gives_parameters_and_takes_the_default_at_once(notebook: Path) -> None:
    import papermill

    started = time.monotonic()
    done = notebook.with_name("done.ipynb")
    papermill.execute_notebook(notebook, done, {"host": "pc7"}, progress_bar=False)
    assert time.monotonic() - started < 60
    text = outputs(done)
    assert "value pc7 Yes" in text
    assert "Host pc7 (notebook parameter “host”)" in text
    assert "Continue? -> Yes (default taken: nobody to ask, 20" in text


def test_papermill_decides_by_parameter(notebook: Path) -> None:
    import papermill

    done = notebook.with_name("done.ipynb")
    papermill.execute_notebook(notebook, done, {"proceed": "cancel"}, progress_bar=False)
    text = outputs(done)
    assert "value pc0 Cancel" in text
    assert "Continue? -> Cancel (notebook parameter: “proceed”, 20" in text


@pytest.mark.parametrize(("form", "suffix"), [("html", ".html"), ("markdown", ".md")])
def test_nbconvert_shows_the_records(notebook: Path, form: str, suffix: str) -> None:
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", form, str(notebook)]
    subprocess.run(command, check=True, capture_output=True)
    text = notebook.with_suffix(suffix).read_text(encoding="utf-8")
    assert "<strong>Continue?</strong>" in text
    assert "✓ Yes</b>" in text
    assert "<strong>pc0</strong>" in text
    assert "application/vnd.jupyter.widget-view+json" not in text
