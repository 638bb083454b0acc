"""The notebook that shares a data set, in the browser: what a reader sees of a proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = pytest.mark.browser

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "share-a-dataset.ipynb"


def show(page: Any, index: int, name: str) -> None:
    """Take a screenshot of a cell's output, once the cells around it have stopped moving."""
    for _ in range(3):
        page.output(index).scroll_into_view_if_needed()
        page.page.wait_for_timeout(400)
    page.screenshot(name)


def test_the_proof_is_drawn_and_the_notebook_ends_with_its_verdict(
    open_notebook: Any, with_parameters: Any, demo: Demo
) -> None:
    copy, sources = with_parameters(NOTEBOOK, f'data = "{demo.folder}"\nrealm = "browser"')
    proving = next(i for i, source in enumerate(sources) if source.endswith("\nproof"))
    sharing = next(i for i, source in enumerate(sources) if source.endswith("\nsafe"))

    page = open_notebook(copy)
    page.run_all()
    page.wait_for_text("proof:  holds", len(sources) - 1)
    show(page, sharing, "share-a-dataset-table")
    show(page, proving, "share-a-dataset-proof")
    drawn = page.output(proving)
    text = drawn.inner_text()
    assert "no original value was found" in text
    assert "UserPrincipalName" in text
    assert demo.truth["victim"]["upn"] not in text
