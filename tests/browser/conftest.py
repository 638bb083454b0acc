"""A real JupyterLab in headless Chromium: one server, one page a test.

    def test_it(open_notebook):
        page = open_notebook(["print(1 + 1)"])        # or a path to an .ipynb
        page.run_all()
        page.wait_for_text("2")

Screenshots go to HUNTBOOK_SCREENSHOTS (`tests/browser/_screenshots` if unset).
HUNTBOOK_CHROMIUM may name the browser, HUNTBOOK_KERNEL6_PYTHON a Python with
ipykernel 6, which the server then offers as the kernel `ipykernel-6`.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

HELP = (
    "{missing} is missing. Browser tests need: pip install jupyterlab ipykernel ipywidgets "
    "anywidget playwright, and Chromium (apt-get install chromium, or playwright install "
    "chromium). To leave them out: pytest -m 'not browser'"
)
PATIENCE_SECONDS = 90
PACKAGES = ("jupyterlab", "ipykernel", "ipywidgets", "anywidget", "nbformat", "playwright")
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
RUN_ALL = """async () => {
  // Without a kernel that has answered, running all cells silently does nothing.
  const context = window.jupyterapp.shell.currentWidget.sessionContext;
  await context.ready;
  await context.session.kernel.info;
  window.jupyterapp.commands.execute("notebook:run-all-cells");
}"""


START = "name => { window.jupyterapp.commands.execute(name); }"
EXECUTE = """([name, arguments]) =>
  window.jupyterapp.commands.execute(name, arguments).then(() => 1)"""
HAS_RUN = """index => {
  const cell = document.querySelectorAll(".jp-Notebook .jp-Cell")[index];
  return /\\[\\d+\\]/.test(cell?.querySelector(".jp-InputPrompt")?.textContent ?? "");
}"""


def _require() -> None:
    for package in PACKAGES:
        if find_spec(package) is None:
            pytest.fail(HELP.format(missing=package), pytrace=False)


class JupyterLab:
    """A server that listens on this machine only, with settings of its own."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "notebooks"
        for name in ("notebooks", "config", "data", "runtime", "settings"):
            (folder / name).mkdir()
        self._add_kernel(folder / "data")
        self._settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
        self._settings.mkdir(parents=True)
        news = self._settings / "notification.jupyterlab-settings"
        news.write_text('{"fetchNews": "false", "checkForUpdates": false}')
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        environment = {k: v for k, v in os.environ.items() if k != "HUNTBOOK_UNATTENDED"} | {
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTER_PREFER_ENV_PATH": "1",
        }
        options = [
            "--no-browser",
            "--allow-root",
            "--ip=127.0.0.1",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            "--IdentityProvider.token=",
            "--ServerApp.password=",
            "--ServerApp.disable_check_xsrf=True",
            f"--ServerApp.root_dir={self.root}",
            "--LabApp.news_url=",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
            "--expose-app-in-browser",
        ]
        self.log = folder / "server.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *options],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_up()

    @staticmethod
    def _add_kernel(data: Path) -> None:
        python = os.environ.get("HUNTBOOK_KERNEL6_PYTHON")
        if not python:
            return
        spec = find_spec("huntbook")
        assert spec is not None
        assert spec.submodule_search_locations
        path = data / "huntbook-only"
        path.mkdir()
        (path / "huntbook").symlink_to(Path(spec.submodule_search_locations[0]))
        folder = data / "kernels" / "ipykernel-6"
        folder.mkdir(parents=True)
        kernel = {
            "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "ipykernel 6",
            "language": "python",
            "env": {"PYTHONPATH": str(path)},
        }
        (folder / "kernel.json").write_text(json.dumps(kernel))

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                self.api("status")
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
            else:
                return
        self.close()
        pytest.fail(f"JupyterLab did not start:\n{self.log.read_text()[-3000:]}", pytrace=False)

    def api(self, path: str, method: str = "GET") -> Any:
        """Return the answer of the server's REST interface; None if it has no content."""
        request = urllib.request.Request(f"{self.url}/api/{path}", method=method)  # noqa: S310 (http, to ourselves)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            body = answer.read()
        return json.loads(body) if body else None

    def reset_theme(self) -> None:
        """Go back to JupyterLab's own theme."""
        (self._settings / "themes.jupyterlab-settings").unlink(missing_ok=True)

    def end_sessions(self) -> None:
        """End all kernels."""
        for session in self.api("sessions"):
            self.api(f"sessions/{session['id']}", "DELETE")

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class NotebookPage:
    """One notebook, open in JupyterLab."""

    def __init__(self, page: Any, path: Path, screenshots: Path) -> None:
        self.page = page
        self.path = path
        self._screenshots = screenshots

    def run_all(self) -> None:
        """Start all cells, as the menu's "Run All Cells" does; don't wait for them."""
        self.page.evaluate(RUN_ALL)

    def restart_and_run_all(self) -> None:
        """Do what the menu's "Restart Kernel and Run All Cells" does."""
        self.page.evaluate(START, "runmenu:restart-and-run-all")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> None:
        """Execute a command of JupyterLab, and wait for it."""
        self.page.evaluate(EXECUTE, [name, arguments or {}])

    def cell(self, index: int) -> Any:
        """Return the locator of a cell; the first is 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def output(self, index: int) -> Any:
        """Return the locator of a cell's outputs."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    def prompt(self, index: int) -> str:
        """Return what stands beside a cell: `[ ]:`, `[*]:` (running or queued), `[3]:` (run)."""
        return str(self.cell(index).locator(".jp-InputPrompt").inner_text()).strip()

    def wait_for_text(self, text: str, index: int | None = None) -> None:
        """Wait until a cell's output (any if not given) contains a text."""
        where = self.page.locator(".jp-Notebook") if index is None else self.output(index)
        where.get_by_text(text).first.wait_for()

    def wait_until_run(self, index: int) -> None:
        """Wait until a cell has run to its end."""
        self.page.wait_for_function(HAS_RUN, arg=index, timeout=PATIENCE_SECONDS * 1000)

    def save(self) -> dict[str, Any]:
        """Save the notebook, and return what is in its file."""
        self.command("docmanager:save")
        return dict(json.loads(self.path.read_text(encoding="utf-8")))

    def theme(self, name: str) -> None:
        """Choose `JupyterLab Light` or `JupyterLab Dark`."""
        self.command("apputils:change-theme", {"theme": name})
        self.page.wait_for_function(f"() => document.body.dataset.jpThemeName === {name!r}")

    def screenshot(self, name: str) -> Path:
        """Save a picture of the page, and return its path."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        path = self._screenshots / f"{name}.png"
        self.page.screenshot(path=path)
        return path


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """Return the one server."""
    _require()
    server = JupyterLab(tmp_path_factory.mktemp("lab"))
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
def open_notebook(lab: JupyterLab, chromium: Any) -> Iterator[OpenNotebook]:
    """Return a function that opens a notebook: a path, or the sources of its code cells.

    It takes `kernel=` (a kernel's name), `files=` (files and folders to put beside the notebook)
    and `name=`. Kernels and pages are ended after the test.
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
        kernel: str = "python3",
        files: Sequence[Path] = (),
        name: str | None = None,
    ) -> NotebookPage:
        nonlocal number
        number += 1
        folder = lab.root / f"{time.monotonic_ns()}-{number}"
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
        page.goto(f"{lab.url}/lab/tree/{path.relative_to(lab.root)}?reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        return NotebookPage(page, path, screenshots)

    yield open_it
    context.close()
    lab.end_sessions()
    lab.reset_theme()
