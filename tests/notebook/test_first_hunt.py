"""The notebook of the README, unattended, on the oldest ipykernel and the newest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = pytest.mark.notebook

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "first-hunt.ipynb"


def run(kernel: str, target: Path, **parameters: str) -> str:
    """Return all text that the notebook printed."""
    import nbformat
    import papermill

    papermill.execute_notebook(
        str(NOTEBOOK), str(target), parameters=parameters, kernel_name=kernel, progress_bar=False
    )
    cells = nbformat.read(target, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n".join(output.get("text", "") for output in outputs)


def test_the_hunt_finds_the_intruder_and_takes_the_default(kernel: str, demo: Demo, tmp_path: Path) -> None:
    printed = run(kernel, tmp_path / "out.ipynb", data=str(demo.folder))
    truth = demo.truth
    assert f"attacker's address: {truth['attacker_ip']}\n" in printed
    assert f"account:            {truth['victim']['upn']}\n" in printed
    assert f"domain:             {truth['c2_domain']}\n" in printed
    hosts = printed.rpartition("hosts:")[2].splitlines()[0].strip().split(", ")
    assert hosts == truth["hosts"]
    assert "decision:           Yes\n" in printed
    assert "proof:              holds\n" in printed


def test_parameters_reach_the_widget_and_the_queries(kernel: str, demo: Demo, tmp_path: Path) -> None:
    import nbformat

    target = tmp_path / "out.ipynb"
    other = demo.truth["hosts"][1]
    run(
        kernel,
        target,
        data=str(demo.folder),
        host=other,
        start="2026-11-13T00:00:00Z",
        end="2026-11-20T00:00:00Z",
    )
    cells = nbformat.read(target, as_version=4).cells
    box = next(cell for cell in cells if "GetText(" in cell.source)
    shown = json.dumps(box.outputs)
    assert other in shown
    assert "host" in shown
