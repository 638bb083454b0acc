"""A real Jupyter server, and a notebook of it in a page of JupyterLab or of Notebook 7."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from kernels import IN_BROWSER, huntbook_alone

PATIENCE_SECONDS = float(os.environ.get("HUNTBOOK_PATIENCE", "90"))
FRONT_ENDS = {"lab": "lab/tree/{}?reset", "notebook": "notebooks/{}"}
"""Where each front end shows a notebook."""

EXECUTE = """([name, arguments]) =>
  window.jupyterapp.commands.execute(name, arguments).then(() => 1)"""
START = "name => { window.jupyterapp.commands.execute(name); }"
KERNEL_ANSWERS = """async (patience) => {
  const context = window.jupyterapp.shell.currentWidget.sessionContext;
  const info = async () => { await context.ready; await context.session.kernel.info; return true; };
  return Promise.race([info(), new Promise((resolve) => setTimeout(() => resolve(false), patience))]);
}"""
SHOWS_PROMPT = """([index, pattern]) => {
  const cell = document.querySelectorAll(".jp-Notebook .jp-Cell")[index];
  const shown = cell?.querySelector(".jp-InputPrompt")?.textContent ?? "";
  return new RegExp(pattern).test(shown.trim());
}"""


class JupyterServer:
    """A server that listens on this machine only, with settings of its own.

    It serves both front ends, and offers the kernels of `IN_BROWSER` by their names.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "notebooks"
        for name in ("notebooks", "config", "data", "runtime", "settings"):
            (folder / name).mkdir()
        alone = huntbook_alone(folder / "huntbook-alone")
        for kernel in IN_BROWSER:
            kernel.install(folder / "data", alone)
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
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
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
        pytest.fail(f"Jupyter did not start:\n{self.log.read_text()[-3000:]}", pytrace=False)

    def api(self, path: str, method: str = "GET") -> Any:
        """Return the answer of the server's REST interface; None if it has no content."""
        request = urllib.request.Request(f"{self.url}/api/{path}", method=method)  # noqa: S310 (http, to ourselves)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            body = answer.read()
        return json.loads(body) if body else None

    def reset_theme(self) -> None:
        """Go back to the front ends' own theme."""
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
    """One notebook, open in JupyterLab or in Notebook 7: both know the same commands."""

    def __init__(self, page: Any, path: Path, screenshots: Path) -> None:
        self.page = page
        self.path = path
        self._screenshots = screenshots
        self._wait_until_open()

    def _wait_until_open(self) -> None:
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()

    # ------------------------------------------------------------ commands

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> None:
        """Execute a command of the front end, and wait for it."""
        self.page.evaluate(EXECUTE, [name, arguments or {}])

    def run_all(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Start all cells, as the menu's "Run All Cells" does; don't wait for them.

        Raises
        ------
        TimeoutError
            If the kernel hasn't answered a first time after `patience_seconds`: without that, the
            front end would silently do nothing.
        """
        if not self.page.evaluate(KERNEL_ANSWERS, patience_seconds * 1000):
            raise TimeoutError(f"the kernel has not answered within {patience_seconds:g} s")
        self.page.evaluate(START, "notebook:run-all-cells")

    def restart_and_run_all(self) -> None:
        """Do what the menu's "Restart Kernel and Run All Cells" does."""
        self.page.evaluate(START, "runmenu:restart-and-run-all")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def interrupt(self) -> None:
        """Do what the menu's "Interrupt Kernel" does."""
        self.command("kernelmenu:interrupt")

    def run(self, index: int) -> None:
        """Start one cell, as Ctrl-Enter does; don't wait for it."""
        self.cell(index).locator(".jp-InputArea-editor").click()
        self.page.evaluate(START, "notebook:run-cell")

    def save(self) -> dict[str, Any]:
        """Save the notebook, and return what is in its file."""
        self.command("docmanager:save")
        return dict(json.loads(self.path.read_text(encoding="utf-8")))

    def reload(self) -> None:
        """Load the page anew, as the browser's button does."""
        self.page.reload()
        self._wait_until_open()

    def theme(self, name: str) -> None:
        """Choose `JupyterLab Light` or `JupyterLab Dark`."""
        self.command("apputils:change-theme", {"theme": name})
        self.page.wait_for_function(f"() => document.body.dataset.jpThemeName === {name!r}")

    # ------------------------------------------------------------ cells

    def cell(self, index: int) -> Any:
        """Return the locator of a cell; the first is 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def output(self, index: int) -> Any:
        """Return the locator of a cell's outputs."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    def button(self, name: str, index: int = 0) -> Any:
        """Return the locator of a button among a cell's outputs."""
        return self.output(index).get_by_role("button", name=name, exact=True)

    def text(self, index: int) -> str:
        """Return what stands in a cell's outputs."""
        return str(self.output(index).inner_text()).strip()

    def prompt(self, index: int) -> str:
        """Return what stands beside a cell: `[ ]:`, `[*]:` (running or queued), `[3]:` (run)."""
        return str(self.cell(index).locator(".jp-InputPrompt").inner_text()).strip()

    def wait_for_text(self, text: str, index: int | None = None) -> None:
        """Wait until a cell's output (any if not given) contains a text."""
        where = self.page.locator(".jp-Notebook") if index is None else self.output(index)
        where.get_by_text(text).first.wait_for()

    def wait_until_run(self, index: int) -> None:
        """Wait until a cell has run to its end."""
        self._wait_for_prompt(index, r"^\[\d+\]:$")

    def wait_until_dropped(self, index: int) -> None:
        """Wait until a cell that was started is given up without having run."""
        self._wait_for_prompt(index, r"^\[ \]:$")

    def _wait_for_prompt(self, index: int, pattern: str) -> None:
        patience = PATIENCE_SECONDS * 1000
        self.page.wait_for_function(SHOWS_PROMPT, arg=[index, pattern], timeout=patience)

    def screenshot(self, name: str) -> Path:
        """Save a picture of the page, and return its path."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        path = self._screenshots / f"{name}.png"
        self.page.screenshot(path=path)
        return path
