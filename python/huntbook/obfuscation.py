"""Keyed, structure-preserving obfuscation of tables, and the proof that nothing leaked."""

from __future__ import annotations

import html
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from huntbook import _native
from huntbook.tables import from_any, is_pandas, like

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


class Key:
    """The 32 bytes that make tokens; whoever holds them can reveal.

    Never printed, logged or pickled: what is shown is the fingerprint.

    Examples
    --------
    >>> Key.from_bytes(bytes(range(32)))
    Key(fingerprint='...')
    """

    def __init__(self, native: _native.Key) -> None:
        self._native = native

    @classmethod
    def generate(cls) -> Key:
        """Return a new random key; it is lost with the process unless it is kept."""
        return cls(_native.Key.generate())

    @classmethod
    def from_bytes(cls, raw: bytes) -> Key:
        """Return the key of these 32 bytes.

        Raises
        ------
        ObfuscationError
            If there are not 32 of them.
        """
        return cls(_native.Key.from_bytes(raw))

    @classmethod
    def load_or_create(cls, path: str | os.PathLike[str] | None = None) -> Key:
        """Return the key kept at `path`, making it there (mode 0600) on first use.

        Parameters
        ----------
        path
            Default: the environment variable ``HUNTBOOK_KEY_FILE``, else
            ``~/.config/huntbook/key``.

        Raises
        ------
        ObfuscationError
            If others may read the file; the message has the command that mends it.
        """
        if path is None:
            path = os.environ.get("HUNTBOOK_KEY_FILE") or Path.home() / ".config" / "huntbook" / "key"
        return cls(_native.Key.load_or_create(os.fspath(path)))

    @property
    def fingerprint(self) -> str:
        """Return a short name of the key, safe to show."""
        return self._native.fingerprint

    def __repr__(self) -> str:
        return f"Key(fingerprint={self.fingerprint!r})"

    def __reduce__(self) -> str:
        msg = "a Key is not pickled: keep it in a file with Key.load_or_create"
        raise TypeError(msg)


class Obfuscator:
    """Replaces what identifies people and machines, and keeps what analysis needs.

    Addresses, GUIDs and SIDs are permuted and can be revealed by the key's holder; names become tokens.
    The same value gives the same token in every column, table and process with the same key and realm,
    so joins, group-bys, subnets and order survive.

    Parameters
    ----------
    key
        The key; None makes a new one, kept nowhere.
    realm
        Who the data goes to. Data of two realms cannot be joined.
    column_map
        Column name (``*`` matches any run) -> kind (``ip``, ``uuid``, ``sid``, ``account``, ``host``,
        ``string``, ``null``, ``keep``), before the built-in policy.

    Examples
    --------
    >>> ob = Obfuscator(Key.from_bytes(bytes(32)), realm="report")
    >>> ob.value("ip", "10.1.2.3").startswith("10.")
    True
    >>> ob.reveal("ip", ob.value("ip", "10.1.2.3"))
    '10.1.2.3'
    >>> safe = ob.obfuscate({"Account": ["CONTOSO\\\\ada", "ada@contoso.com"]})
    >>> user = safe["Account"][0].partition("\\\\")[2]
    >>> safe["Account"][1].startswith(user + "@")
    True
    """

    def __init__(
        self,
        key: Key | None = None,
        realm: str = "default",
        column_map: Mapping[str, str] | None = None,
    ) -> None:
        self.key = key or Key.generate()
        self.realm = realm
        self._native = _native.Obfuscator(self.key._native, realm, dict(column_map or {}))  # noqa: SLF001
        self._report: list[dict[str, Any]] = []

    def obfuscate(self, table: T) -> T:
        """Return `table` with sensitive columns replaced; the same kind of table comes out.

        Text that no rule names is obfuscated, not passed. Numbers, booleans and times pass. `report`
        says what was done to each column and why. The input is not changed.
        """
        return self._transformed(table, reveal=False)

    def _transformed(self, table: T, *, reveal: bool) -> T:
        if is_pandas(table):
            from huntbook import frames

            out, self._report = frames.transform(self._native, table, reveal=reveal)  # type: ignore[arg-type]
            return out  # type: ignore[return-value]
        work = self._native.reveal_table if reveal else self._native.obfuscate
        native, report = work(from_any(table))
        self._report = json.loads(report)
        return like(native, table)

    @property
    def report(self) -> list[dict[str, Any]]:
        """Return one dict a column of the last table: ``column``, ``kind``, ``reason``, counts."""
        return self._report

    def value(self, kind: str, text: str) -> str:
        """Return the obfuscated form of one value of `kind`."""
        return self._native.value(kind, text)

    def reveal(self, kind: str, text: str) -> str:
        """Return the original of one obfuscated value of an invertible kind.

        Raises
        ------
        ObfuscationError
            If the kind is a one-way token, or the value was not made by it.
        """
        return self._native.reveal(kind, text)


class Proof:
    """What a check of obfuscated data against the original found; holds counts and hashes only."""

    def __init__(self, text: str) -> None:
        self._json = text
        self.data: dict[str, Any] = json.loads(text)

    @property
    def ok(self) -> bool:
        """Return True if no original value was found where it must not be."""
        return bool(self.data["ok"])

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Return what is wrong, one dict each; empty when `ok`."""
        return list(self.data["findings"])

    def to_json(self) -> str:
        """Return the whole proof as JSON."""
        return self._json

    def __repr__(self) -> str:
        return f"Proof(ok={self.ok}, findings={len(self.findings)})"

    def _repr_html_(self) -> str:
        verdict = "no leak found" if self.ok else f"{len(self.findings)} finding(s)"
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td style='text-align: left'>{html.escape(_shown(column.get(name)))}</td>"
                for name in ("column", "kind", "values", "distinct")
            )
            + "</tr>"
            for column in self.data.get("columns", [])
        )
        found = "".join(f"<li>{html.escape(str(finding))}</li>" for finding in self.findings)
        return (
            f"<b>Proof: {html.escape(verdict)}</b> (key {html.escape(str(self.data['key_fingerprint']))})"
            f"<ul>{found}</ul><table><tr><th>column</th><th>kind</th><th>values</th><th>distinct</th></tr>"
            f"{rows}</table>"
        )


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def prove(
    original: object,
    obfuscated: object,
    *,
    key: Key,
    realm: str = "default",
    column_map: Mapping[str, str] | None = None,
) -> Proof:
    """Return the leak report of `obfuscated` against `original`.

    Parameters
    ----------
    original, obfuscated
        Tables of any kind with the same columns, rows in the same order.
    key, realm, column_map
        Those that the obfuscated table was made with.

    Examples
    --------
    >>> key = Key.from_bytes(bytes(32))
    >>> data = {"Account": ["ada.king@contoso.com", "bob.stone@contoso.com"]}
    >>> prove(data, Obfuscator(key).obfuscate(data), key=key).ok
    True
    >>> prove(data, data, key=key).ok
    False
    """
    native = _native.Obfuscator(key._native, realm, dict(column_map or {}))  # noqa: SLF001
    if is_pandas(original) and is_pandas(obfuscated):
        from huntbook import frames

        pair = (frames.flatten(native, original), frames.flatten(native, obfuscated))  # type: ignore[arg-type]
        return Proof(native.prove(*pair))
    return Proof(native.prove(from_any(original), from_any(obfuscated)))
