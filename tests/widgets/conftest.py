"""Kernels for the widget tests: each that there is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from huntbook.widgets import registry

sys.path.insert(0, str(Path(__file__).parent))

from front_end import FrontEnd

from kernels import KERNELS, huntbook_alone, kernel_name

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def huntbook_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with nothing but huntbook, for kernels with an environment of their own."""
    return huntbook_alone(tmp_path_factory.mktemp("path") / "huntbook-alone")


@pytest.fixture(scope="session", params=KERNELS, ids=kernel_name)
def session_kernel(request: pytest.FixtureRequest, huntbook_path: Path) -> Iterator[FrontEnd]:
    front_end = FrontEnd(request.param, huntbook_path)
    yield front_end
    front_end.close()


@pytest.fixture
def kernel(session_kernel: FrontEnd) -> FrontEnd:
    """Return a kernel in which nothing waits and nothing is remembered."""
    session_kernel.views.clear()
    setup = "from huntbook.widgets import *; import asyncio, time; registry.reset()"
    assert session_kernel.run_now(setup).status == "ok", session_kernel.cells
    return session_kernel


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    registry.reset()
    yield
    registry.reset()
