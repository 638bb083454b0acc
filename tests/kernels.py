"""The kernels that tests run on: this Python's, and those of the folder HUNTBOOK_KERNELS.

Each sub-folder is an environment with another ipykernel, and is named after its version:
`6.31.0`, `7.0.1`. `make` builds them from `requirements/kernels/`.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from packaging.version import Version


class Kernel(NamedTuple):
    """An environment with an ipykernel: its version, and where the environment is."""

    version: Version
    environment: Path

    @property
    def name(self) -> str:
        """`ipykernel-` and the version: the kernel in the names of tests, and to Jupyter."""
        return f"ipykernel-{self.version}"

    @property
    def python(self) -> str:
        return str(self.environment / "bin" / "python")

    def specification(self, path: Path | None = None) -> dict[str, Any]:
        """Return the kernel's own specification; `path` is a folder that it shall import from."""
        own = self.environment / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
        found = dict(json.loads(own.read_text(encoding="utf-8")))
        found["argv"] = [self.python, *found["argv"][1:]]
        found["display_name"] = self.name
        if path is not None:
            found["env"] = {"PYTHONPATH": str(path)}
        return found

    def install(self, data: Path, path: Path | None = None) -> None:
        """Let Jupyter find the kernel by its name in a data folder (one of JUPYTER_PATH)."""
        folder = data / "kernels" / self.name
        folder.mkdir(parents=True)
        (folder / "kernel.json").write_text(json.dumps(self.specification(path)), encoding="utf-8")


def huntbook_alone(folder: Path) -> Path:
    """Make a folder to import the tested huntbook from, and nothing else, and return it."""
    spec = find_spec("huntbook")
    assert spec is not None
    assert spec.submodule_search_locations
    folder.mkdir()
    (folder / "huntbook").symlink_to(Path(spec.submodule_search_locations[0]))
    return folder


def _others() -> list[Kernel]:
    folder = os.environ.get("HUNTBOOK_KERNELS")
    paths = [path.absolute() for path in Path(folder).iterdir() if path.is_dir()] if folder else []
    return [Kernel(Version(path.name), path) for path in paths]


_OWN = Kernel(Version(version("ipykernel")), Path(sys.prefix))

KERNELS = sorted([_OWN, *(kernel for kernel in _others() if kernel.version != _OWN.version)])
"""All kernels, the oldest first."""

ENDS = sorted({KERNELS[0], _OWN})
"""The oldest kernel and this Python's: for tests that take long."""

IN_BROWSER = KERNELS if os.environ.get("HUNTBOOK_KERNELS_IN_BROWSER") == "all" else ENDS
"""The kernels of browser tests: HUNTBOOK_KERNELS_IN_BROWSER=all takes each."""


def kernel_name(kernel: Kernel) -> str:
    """Return the kernel's name: the `ids=` of a parametrised test."""
    return kernel.name
