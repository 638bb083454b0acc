"""The kernels that tests run on: this Python's, and an older ipykernel's where one is named."""

from __future__ import annotations

import os
import subprocess
import sys

PYTHONS = [sys.executable, *filter(None, [os.environ.get("HUNTBOOK_KERNEL6_PYTHON")])]
"""Pythons whose kernels are tested; `HUNTBOOK_KERNEL6_PYTHON` names one with ipykernel 6."""


def kernel_name(python: str) -> str:
    """Return ``ipykernel-`` and the version of it in `python`: the name of the kernel in test names."""
    code = "import ipykernel; print(ipykernel.__version__)"
    found = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return f"ipykernel-{found.stdout.strip()}" if found.returncode == 0 else python
