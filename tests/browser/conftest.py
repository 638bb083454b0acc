"""A real Jupyter in headless Chromium: one server, one browser, one page a test.

    def test_it(open_notebook):
        page = open_notebook(["print(1 + 1)"])        # or a path to an .ipynb
        page.run_all()
        page.wait_for_text("2")

Pages show JupyterLab, or Notebook 7 with `app="notebook"`. Screenshots go to
HUNTBOOK_SCREENSHOTS (`tests/browser/_screenshots` if unset). HUNTBOOK_CHROMIUM may
name the browser, HUNTBOOK_PATIENCE the seconds after which a wait fails (90).
Kernels: see `tests/kernels.py`.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from browser.jupyter import FRONT_ENDS, PATIENCE_SECONDS, JupyterServer, NotebookPage

HELP = (
    "{missing} is missing. Browser tests need: pip install jupyterlab notebook ipykernel ipywidgets "
    "anywidget playwright, and Chromium (apt-get install chromium, or playwright install "
    "chromium). To leave them out: pytest -m 'not browser'"
)
PACKAGES = ("jupyterlab", "notebook", "ipykernel", "ipywidgets", "anywidget", "nbformat", "playwright")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def _require() -> None:
    for package in PACKAGES:
        if find_spec(package) is None:
            pytest.fail(HELP.format(missing=package), pytrace=False)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """Return the one server."""
    _require()
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return the one browser."""
    _require()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = [os.environ.get("HUNTBOOK_CHROMIUM"), *map(shutil.which, BROWSERS)]
        found.append(playwright.chromium.executable_path)
        path = next((item for item in found if item and Path(item).exists()), None)
        if path is None:
            pytest.fail(HELP.format(missing="Chromium"), pytrace=False)
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_OPTIONS)
        yield browser
        browser.close()


OpenNotebook = Callable[..., NotebookPage]


@pytest.fixture
def with_parameters(tmp_path: Path) -> Callable[[Path, str], tuple[Path, list[str]]]:
    """Return a function that copies a notebook with another source in its parameters' cell.

    It gives the copy and the sources of its cells.
    """
    import nbformat

    def copy(path: Path, source: str) -> tuple[Path, list[str]]:
        notebook = nbformat.read(path, as_version=4)
        tagged = (cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
        next(tagged).source = source
        nbformat.write(notebook, tmp_path / path.name)
        return tmp_path / path.name, [cell.source for cell in notebook.cells]

    return copy


@pytest.fixture
def open_notebook(server: JupyterServer, chromium: Any) -> Iterator[OpenNotebook]:
    """Return a function that opens a notebook: a path, or the sources of its code cells.

    It takes `app=` (`lab` or `notebook`), `kernel=` (a kernel's name), `files=` (files and folders
    to put beside the notebook) and `name=`. Kernels and pages are ended after the test.
    """
    import nbformat

    default = Path(__file__).parent / "_screenshots"
    screenshots = Path(os.environ.get("HUNTBOOK_SCREENSHOTS") or default)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    number = 0

    def open_it(
        notebook: Path | Sequence[str],
        *,
        app: str = "lab",
        kernel: str = "python3",
        files: Sequence[Path] = (),
        name: str | None = None,
    ) -> NotebookPage:
        nonlocal number
        number += 1
        folder = server.root / f"{time.monotonic_ns()}-{number}"
        folder.mkdir()
        for file in files:
            copy = shutil.copytree if file.is_dir() else shutil.copy2
            copy(file, folder / file.name)
        if isinstance(notebook, Path):
            content = nbformat.read(notebook, as_version=4)
        else:
            cells = [nbformat.v4.new_code_cell(source) for source in notebook]
            content = nbformat.v4.new_notebook(cells=cells)
        content.metadata["kernelspec"] = {
            "name": kernel,
            "display_name": kernel,
            "language": "python",
        }
        path = folder / f"{name or 'notebook'}.ipynb"
        nbformat.write(content, path)
        page = context.new_page()
        page.goto(f"{server.url}/{FRONT_ENDS[app].format(path.relative_to(server.root))}")
        return NotebookPage(page, path, screenshots)

    yield open_it
    context.close()
    server.end_sessions()
    server.reset_theme()


@pytest.fixture(params=["lab", "notebook"])
def open_in_both(request: pytest.FixtureRequest, open_notebook: OpenNotebook) -> OpenNotebook:
    """Return `open_notebook` for JupyterLab, then for Notebook 7."""
    return partial(open_notebook, app=request.param)
