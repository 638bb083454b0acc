"""The gallery of KQL, unattended: every cell runs, charts are charts, the error is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = pytest.mark.notebook

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "kql.ipynb"
VEGA_LITE = "application/vnd.vegalite.v5+json"


@pytest.fixture
def cells(kernel: str, demo: Demo, tmp_path: Path) -> list[Any]:
    import nbformat
    import papermill

    target = tmp_path / "out.ipynb"
    parameters = {"data": str(demo.folder), "host": demo.truth["hosts"][0]}
    papermill.execute_notebook(
        str(NOTEBOOK), str(target), parameters=parameters, kernel_name=kernel, progress_bar=False
    )
    return list(nbformat.read(target, as_version=4).cells)


def outputs(cells: list[Any], part: str) -> list[Any]:
    """Return the outputs of the cell whose source has `part`."""
    return next(list(cell.outputs) for cell in cells if cell.cell_type == "code" and part in cell.source)


def test_the_gallery_finds_the_attacker_and_draws_its_charts(cells: list[Any], demo: Demo) -> None:
    (spray,) = outputs(cells, "top 5 by Users")
    assert demo.truth["attacker_ip"] in spray.data["text/html"]
    charts = [
        output.data[VEGA_LITE]
        for cell in cells
        for output in cell.get("outputs", [])
        if VEGA_LITE in output.get("data", {})
    ]
    assert [chart["title"]["text"] for chart in charts] == [
        "sign-ins",
        "the busiest hosts",
        "events by day",
        "outcomes",
    ]
    assert all(chart["data"]["values"] for chart in charts)
    (printed,) = outputs(cells, "Acount")
    assert printed.text.count("^^^^^^") == 2
    assert "`Account`" in printed.text
    assert "`EventID`" in printed.text
