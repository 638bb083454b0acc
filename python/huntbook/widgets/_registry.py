"""What widgets remember.

Re-running a cell makes a new widget. The registry, one for each kernel, holds
the values under a *key* (the widget's class with its explicit identifier, or
with the parameters that identify it), so that the new widget starts where the
old one was left, whether or not the old object is still alive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huntbook.widgets._attendance import is_attended
from huntbook.widgets._cell import notebook_path
from huntbook.widgets._export import exported, write_parameters
from huntbook.widgets._memory import Key, Memory, describe
from huntbook.widgets._store import Store, StoreError
from huntbook.widgets._text import escaped, visible
from huntbook.widgets._warnings import DuplicateWidgetWarning, WidgetWarning, warn

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from huntbook.widgets._cell import Cell


class Registry:
    """The memories of one kernel, by key."""

    def __init__(self) -> None:
        self._memories: dict[Key, Memory] = {}
        self._store: Store | None = None

    # -------------------------------------------------------------- for widgets

    def memory(
        self,
        key: Key,
        cell: Cell | None = None,
        deleted: Iterable[str] = (),
        *,
        secret: bool = False,
    ) -> tuple[Memory, str]:
        """Return the memory of `key`, made if need be, and what is amiss with it (or '').

        One key in two cells, or twice in one run of a cell, is two widgets that share a value:
        a `DuplicateWidgetWarning` names both. A cell in `deleted` doesn't count. What is `secret`
        is not kept, and what was kept of it is removed.
        """
        memory = self._memories.get(key)
        if memory is None:
            memory = self._memories[key] = Memory()
            if self._store is not None and not secret:
                self._store.restore(key, memory)
        if secret and not memory.secret:
            memory.secret = True
            self.changed(key)
        earlier, memory.cell = memory.cell, cell or memory.cell
        if cell is None or earlier is None or earlier.identity in set(deleted):
            return memory, ""
        if earlier.identity != cell.identity:
            where = f"in {earlier.label} and in {cell.label}"
        elif earlier.run == cell.run:
            where = f"twice in {cell.label}"
        else:
            return memory, ""
        problem = (
            f"{describe(key)} is made {where}: they share one value. Give each its own id=, or register=False"
        )
        warn(problem, DuplicateWidgetWarning)
        return memory, problem

    def changed(self, key: Key) -> None:
        """Keep what a memory holds now, if memories are kept."""
        memory = self._memories.get(key)
        if self._store is None or memory is None:
            return
        try:
            self._store.save({key: memory})
        except StoreError as error:
            self._store = None
            warn(f"{error}; from now on, values are remembered in this kernel only", WidgetWarning)

    # -------------------------------------------------------------- for people

    def keep(self, folder: str | os.PathLike[str] | None = None) -> str | None:
        """Let the values of this notebook's widgets survive a restart of the kernel.

        Call it before the first widget is made. There is one file for each notebook, which only its
        owner can read. Secrets are never written; nor is a value that is no text, number, time, truth
        value, or list or mapping of these.

        Parameters
        ----------
        folder
            Where the files lie; `~/.local/state/huntbook/widgets` (or below `$XDG_STATE_HOME`) if not
            given.

        Returns
        -------
        str | None
            The file. None where nothing is kept: in an unattended run, whose values shall come from
            its parameters alone.

        Raises
        ------
        StoreError
            If the path of the notebook isn't known, or the folder cannot be used.
        """
        if not is_attended():
            return None
        self._store = Store.open(folder, notebook_path())
        for key, memory in self._memories.items():
            self._store.restore(key, memory)
        self._store.save(self._memories)
        return str(self._store.path)

    @property
    def kept_in(self) -> str | None:
        """The file in which values are kept; None if they last as long as the kernel."""
        return str(self._store.path) if self._store is not None else None

    def export(self, path: str | os.PathLike[str] | None = None) -> dict[str, Any]:
        """Return the present values as notebook parameters: variable -> value.

        Each widget that names a variable (`param=`, `nb_params=`) gives its value, whoever it came
        from, so that an unattended run with these parameters takes what was chosen here:
        `papermill in.ipynb out.ipynb -f parameters.yaml`.

        Parameters
        ----------
        path
            Write them there too, as YAML. The file appears whole or not at all.

        Warns
        -----
        WidgetWarning
            If a value is left out because it is secret or cannot be a parameter, or if two widgets
            give one variable different values.
        """
        parameters, problems = exported(self._memories)
        for problem in problems:
            warn(problem, WidgetWarning)
        if path is not None:
            write_parameters(path, parameters)
        return parameters

    def reset(self, text: str | None = None) -> int:
        """Forget, also in the file, and return how many memories that were.

        Parameters
        ----------
        text
            Forget only keys whose description contains it; None forgets all.
        """
        gone = [key for key in self._memories if text is None or text in describe(key)]
        for key in gone:
            del self._memories[key]
        if self._store is not None:
            self._store.forget(text)
        return len(gone)

    def list(self) -> list[dict[str, str]]:
        """Return a row for each remembered value: widget, attribute, value, source, parameter, cell."""
        return [
            {
                "widget": describe(key),
                "attribute": attribute,
                "value": "(secret)" if memory.secret else visible(str(sourced.value), 200),
                "source": sourced.told,
                "parameter": memory.variables.get(attribute, ""),
                "cell": memory.cell.label if memory.cell else "",
            }
            for key, memory in self._memories.items()
            for attribute, sourced in memory.values.items()
        ]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._memories)

    def __len__(self) -> int:
        return len(self._memories)

    def __repr__(self) -> str:
        rows = self.list()
        lines = [f"{row['widget']}.{row['attribute']} = {row['value']!r} ({row['source']})" for row in rows]
        kept = f", kept in {self.kept_in}" if self._store is not None else ""
        return "\n".join([f"{len(rows)} remembered value(s){kept}", *lines])

    def _repr_html_(self) -> str:
        rows = self.list()
        if not rows:
            return "<p>Nothing is remembered.</p>"
        left = 'style="text-align:left"'
        head = "".join(f"<th {left}>{escaped(name)}</th>" for name in rows[0])
        body = "".join(
            f"<tr>{''.join(f'<td {left}>{escaped(text)}</td>' for text in row.values())}</tr>" for row in rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


registry = Registry()
"""The registry of this kernel."""
