"""The notebook of the README, attended: it waits for a click, and goes on with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = pytest.mark.browser

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "first-hunt.ipynb"


def test_the_first_hunt_waits_for_a_click_and_later_cells_run_after_it(
    open_notebook: Any, with_parameters: Any, demo: Demo
) -> None:
    copy, sources = with_parameters(NOTEBOOK, f'data = "{demo.folder}"\nhost = start = end = ""')
    asking = next(i for i, source in enumerate(sources) if "OptionButtons(" in source and ".ask()" in source)
    last = len(sources) - 1

    page = open_notebook(copy)
    page.run_all()
    button = page.output(asking).get_by_role("button", name="No")
    button.wait_for(timeout=90_000)
    button.scroll_into_view_if_needed()
    page.screenshot("first-hunt-before-the-click")
    assert page.prompt(last) == "[*]:", "a cell below the question ran before there was an answer"
    button.click()
    page.wait_for_text("decision:           No", last)
    found = page.output(last).inner_text()
    assert demo.truth["attacker_ip"] in found
    assert demo.truth["c2_domain"] in found
    page.wait_for_text("\u2713 No", asking)
    page.output(asking).scroll_into_view_if_needed()
    page.screenshot("first-hunt-after-the-click")
