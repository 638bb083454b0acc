"""Kernels for notebooks: the oldest ipykernel and the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kernels import ENDS, kernel_name

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=ENDS, ids=kernel_name)
def kernel(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a kernel that Jupyter can start: `ipykernel-` and its version."""
    request.param.install(tmp_path / "jupyter")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    return str(request.param.name)
