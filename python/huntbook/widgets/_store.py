"""What widgets remember, on disk: one file for each notebook.

Only `registry.keep()` brings it about. A kernel that saves writes the entries
of its own widgets and leaves the others as they are in the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huntbook.errors import HuntbookError
from huntbook.widgets._codec import NotPlainError, decoded, encoded
from huntbook.widgets._files import write_whole
from huntbook.widgets._memory import Origin, Sourced, describe, stable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from huntbook.widgets._memory import Key, Memory

SCHEMA = 1
_KEPT = (Origin.TYPED, Origin.CHOSEN, Origin.CODE, Origin.PARAMETER)


class StoreError(HuntbookError, RuntimeError):
    """What widgets remember cannot be kept on disk."""


@dataclass
class Store:
    """The file of one notebook.

    Attributes
    ----------
    path
        The file; it exists after the first `save`.
    notebook
        The notebook's path, which the file states for a person who finds it.
    """

    path: Path
    notebook: str
    _at_start: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: str | os.PathLike[str] | None, notebook: str | None) -> Store:
        """Return the store of a notebook; its folder is made, and closed to others.

        Raises
        ------
        StoreError
            If the notebook is not known, or the folder cannot be made or is not the user's own.
        """
        if not notebook:
            raise StoreError(
                "the path of this notebook is not known here, so that nothing can be kept for it"
            )
        place = Path(folder) if folder is not None else _default_folder()
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            _close(place)
        except OSError as error:
            raise StoreError(f"{place} cannot hold what widgets remember: {error}") from error
        name = hashlib.sha256(notebook.encode("utf-8", "surrogatepass")).hexdigest()
        store = cls(place / f"{name}.json", notebook)
        store._at_start = store._read()
        return store

    def restore(self, key: Key, memory: Memory) -> None:
        """Give a memory what the file had for its key when it was opened, where it has nothing itself."""
        entry = self._at_start.get(_digest(key))
        if not isinstance(entry, dict) or memory.secret:
            return
        for attribute, stored in _items(entry.get("values")):
            try:
                when = datetime.fromisoformat(stored["when"]) if stored["when"] else None
                value = Sourced(decoded(stored["value"]), Origin[stored["origin"]], stored["name"], when)
            except (KeyError, TypeError, ValueError):
                continue
            memory.values.setdefault(attribute, value)
        for attribute, stored in _items(entry.get("parameters")):
            try:
                memory.parameters.setdefault(attribute, decoded(stored))
            except (TypeError, ValueError):
                continue

    def save(self, memories: Mapping[Key, Memory]) -> None:
        """Write these memories into the file; entries of other keys stay.

        Raises
        ------
        StoreError
            If the file cannot be written; it is as it was then.
        """
        entries = self._read()
        for key, memory in memories.items():
            entry = None if memory.secret else _entry(key, memory)
            if entry is None:
                entries.pop(_digest(key), None)
            else:
                entries[_digest(key)] = entry
        self._write(entries)

    def forget(self, text: str | None) -> None:
        """Remove the entries whose description contains `text`; None removes all."""
        entries = self._read()
        left = {
            digest: entry
            for digest, entry in entries.items()
            if text is not None and text not in str(entry.get("widget", ""))
        }
        self._at_start = {digest: entry for digest, entry in self._at_start.items() if digest in left}
        self._write(left)

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(content, dict) or content.get("schema") != SCHEMA:
            return {}
        widgets = content.get("widgets")
        return {k: v for k, v in _items(widgets) if isinstance(v, dict)}

    def _write(self, entries: Mapping[str, Any]) -> None:
        content = {
            "schema": SCHEMA,
            "notebook": self.notebook,
            "saved": datetime.now(UTC).isoformat(timespec="seconds"),
            "widgets": entries,
        }
        try:
            write_whole(self.path, json.dumps(content, indent=1))
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error}") from error


def _entry(key: Key, memory: Memory) -> dict[str, Any] | None:
    values = {}
    for attribute, sourced in memory.values.items():
        if sourced.origin not in _KEPT:
            continue
        try:
            value = encoded(sourced.value)
        except NotPlainError:
            continue
        values[attribute] = {
            "value": value,
            "origin": sourced.origin.name,
            "name": sourced.name,
            "when": sourced.when.isoformat() if sourced.when else "",
        }
    parameters = {}
    for attribute, value in memory.parameters.items():
        try:
            parameters[attribute] = encoded(value)
        except NotPlainError:
            continue
    if not values:
        return None
    return {"widget": describe(key), "values": values, "parameters": parameters}


def _items(mapping: object) -> list[tuple[str, Any]]:
    return list(mapping.items()) if isinstance(mapping, dict) else []


def _digest(key: Key) -> str:
    name, identity = key
    return hashlib.sha256(f"{name}\0{stable(identity)}".encode("utf-8", "surrogatepass")).hexdigest()


def _default_folder() -> Path:
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "huntbook" / "widgets"


def _close(folder: Path) -> None:
    """Close the folder to others."""
    if os.name != "posix":
        return
    found = folder.stat()
    if found.st_uid != os.getuid():
        raise PermissionError("it belongs to somebody else")
    if stat.S_IMODE(found.st_mode) & 0o077:
        folder.chmod(0o700)
