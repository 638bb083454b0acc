"""The kernels that the tests run on are those that their names say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kernels import KERNELS, kernel_name

if TYPE_CHECKING:
    from front_end import FrontEnd

pytestmark = pytest.mark.notebook


@pytest.mark.parametrize("session_kernel", KERNELS, ids=kernel_name, indirect=True)
def test_environment_holds_the_ipykernel_of_its_name(
    kernel: FrontEnd, request: pytest.FixtureRequest
) -> None:
    found = kernel.run_now("import ipykernel; print(ipykernel.__version__)").text.strip()
    assert f"[ipykernel-{found}]" in request.node.name
