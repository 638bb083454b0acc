"""``%%kql``: a cell of KQL. ``%load_ext huntbook`` first."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from huntbook.local import kql

if TYPE_CHECKING:
    from huntbook.tables import Table


def load_ipython_extension(ipython: Any) -> None:
    """Register the ``%%kql`` cell magic with `ipython`."""

    def run(line: str, cell: str) -> Table:
        """Run the cell over the paths on the first line: ``%%kql logs/ more/``."""
        return kql(cell, shlex.split(line))

    ipython.register_magic_function(run, magic_kind="cell", magic_name="kql")
