"""Which cell of which notebook is running."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from huntbook.widgets._kernel_pump import running_kernel, running_request
from huntbook.widgets._parameters import notebook_namespace
from huntbook.widgets._text import visible


@dataclass(frozen=True)
class Cell:
    """One cell, as the request that runs it describes it.

    Attributes
    ----------
    identity
        The front end's identifier of the cell, or a digest of its code where there is none
        (papermill, nbclient): the same for every run of the cell.
    run
        Identifier of this run of it.
    label
        How a person finds it: its number and the line it begins with.
    """

    identity: str
    run: str
    label: str


def running_cell() -> tuple[Cell | None, frozenset[str]]:
    """Return the running cell, and the identities of cells known to be deleted.

    The cell is None outside a notebook, and while a widget's message is handled.
    """
    kernel = running_kernel()
    request = running_request(kernel) if kernel is not None else {}
    header = request.get("header") or {}
    if header.get("msg_type") != "execute_request":
        return None, frozenset()
    metadata = request.get("metadata") or {}
    code = str((request.get("content") or {}).get("code", ""))
    identity = metadata.get("cellId") or "code-" + hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
    number = getattr(getattr(kernel, "shell", None), "execution_count", None)
    first = next((line.strip() for line in code.splitlines() if line.strip()), "")
    label = f"cell [{number}] `{visible(first, 60)}`"
    deleted = metadata.get("deletedCells") or ()
    return Cell(str(identity), str(header.get("msg_id", "")), label), frozenset(map(str, deleted))


def notebook_path() -> str | None:
    """Return the absolute path of the running notebook; None if nothing says it.

    JupyterLab and Notebook 7 put it into the kernel's environment, VS Code into a variable,
    papermill too if it is asked to.
    """
    variables = notebook_namespace()
    for path in (
        os.environ.get("JPY_SESSION_NAME"),
        variables.get("__vsc_ipynb_file__"),
        variables.get("PAPERMILL_OUTPUT_PATH"),
    ):
        if isinstance(path, str) and path.endswith(".ipynb"):
            return str(Path(path).absolute())
    return None
