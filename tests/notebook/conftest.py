"""Kernels for notebooks: each installed ipykernel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kernels import PYTHONS, kernel_name

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=PYTHONS, ids=kernel_name)
def kernel(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    """Return the name and version of a kernel that Jupyter can start."""
    folder = tmp_path / "jupyter" / "kernels" / "huntbook-test"
    folder.mkdir(parents=True)
    argv = [request.param, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "huntbook test", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    return "huntbook-test", kernel_name(request.param)
