"""The notebook that shares a data set, unattended, on the oldest ipykernel and the newest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = pytest.mark.notebook

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "share-a-dataset.ipynb"


def test_what_is_shared_answers_the_same_and_shows_nobody(
    kernel: str, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nbformat
    import papermill

    monkeypatch.setenv("HUNTBOOK_KEY_FILE", str(tmp_path / "key"))
    target = tmp_path / "out.ipynb"
    papermill.execute_notebook(
        str(NOTEBOOK),
        str(target),
        parameters={"data": str(demo.folder)},
        kernel_name=kernel,
        progress_bar=False,
    )
    cells = nbformat.read(target, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    printed = "\n".join(output.get("text", "") for output in outputs)
    assert "proof:  holds" in printed
    assert "sign-ins from the subnet, before and after" in printed
    assert "AppDisplayName: 123:" in printed
    shown = [output for cell in cells if cell.source.endswith("\nsafe") for output in cell.outputs]
    assert shown
    assert demo.truth["victim"]["upn"] not in str(shown)
