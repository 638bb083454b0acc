"""Indicators in data, and one honest verdict for each from all sources."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from huntbook import _native
from huntbook.errors import ConfigError
from huntbook.local import Paths, clock, path_list
from huntbook.tables import from_any

if TYPE_CHECKING:
    from datetime import datetime

    from huntbook.tables import Table


def extract_iocs(data: object, columns: list[str] | None = None) -> Table:
    """Return the indicators in a text or a table, defanged or not, the most frequent first.

    Parameters
    ----------
    data
        A text, or a table of any kind.
    columns
        The columns to look into; default: every text column.

    Returns
    -------
    Table
        ``IoCType`` (the peer's names: ipv4, ipv6, dns, url, md5_hash, sha1_hash, sha256_hash, email),
        ``Observable``, ``Column``, ``SourceIndex`` (first row, from 0), ``Count``.

    Raises
    ------
    IndicatorError
        If a column is missing; the message has near names.

    Examples
    --------
    >>> found = extract_iocs("see hxxps://evil[.]example[.]net/a and 203.0.113[.]9")
    >>> sorted(found["Observable"])
    ['203.0.113.9', 'https://evil.example.net/a']
    """
    if isinstance(data, str):
        data = {"text": [data]}
    return _native.extract(from_any(data), columns)


class TILookup:
    """Asks the feeds about indicators; a state of *not found* is never shown as clean.

    Parameters
    ----------
    feeds
        Files or folders of feeds: CSV, STIX 2.1 bundles, lists of values. Default: those that the
        environment variable ``HUNTBOOK_FEEDS`` names, separated as in ``PATH``.
    providers
        Names of the feeds to ask; default: all.
    now
        The clock that decides whether an entry is stale; default: the present moment.

    Raises
    ------
    ConfigError
        If there is no feed, or `providers` names one that is not there.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> feed = pathlib.Path(tempfile.mkdtemp()) / "demo.csv"
    >>> _ = feed.write_text("type,value,verdict,confidence\\nipv4,203.0.113.9,malicious,90\\n")
    >>> ti = TILookup(feeds=feed)
    >>> ti.lookup_iocs(["203.0.113.9", "198.51.100.1"])["Verdict"]
    ['malicious', 'not found']
    """

    def __init__(
        self,
        providers: list[str] | None = None,
        *,
        feeds: Paths | None = None,
        now: datetime | None = None,
    ) -> None:
        if feeds is None:
            feeds = [path for path in os.environ.get("HUNTBOOK_FEEDS", "").split(os.pathsep) if path]
        self._native = _native.Lookup(path_list(feeds), clock(now))
        self._providers = self._checked(providers)

    @property
    def loaded_providers(self) -> list[str]:
        """Return the names of the feeds."""
        return self._native.names

    @property
    def feed_problems(self) -> list[str]:
        """Return what could not be read in the feeds, one line each; the rest was loaded."""
        return self._native.problems

    def _checked(self, providers: list[str] | None) -> list[str] | None:
        unknown = set(providers or []) - set(self._native.names)
        if unknown:
            msg = f"no feed {sorted(unknown)}; there are: {', '.join(self._native.names)}"
            raise ConfigError(msg)
        return providers

    def lookup_ioc(
        self,
        ioc: str | None = None,
        ioc_type: str | None = None,
        *,
        observable: str | None = None,
        providers: list[str] | None = None,
    ) -> Table:
        """Return what the feeds say of one indicator; columns as `lookup_iocs`."""
        value = ioc if ioc is not None else observable
        if value is None:
            msg = "lookup_ioc needs an indicator: lookup_ioc('203.0.113.9')"
            raise ConfigError(msg)
        return self._ask([(value, ioc_type)], providers)

    def lookup_iocs(
        self,
        data: object,
        ioc_col: str | None = None,
        ioc_type_col: str | None = None,
        *,
        providers: list[str] | None = None,
    ) -> Table:
        """Return one row an indicator and source, and the verdict of all sources together.

        Parameters
        ----------
        data
            A list of values, a mapping of value to type, or a table of any kind.
        ioc_col, ioc_type_col
            The columns of a table; default: ``Observable`` and ``IoCType``, as `extract_iocs` makes.
        providers
            Names of the feeds to ask this time.

        Returns
        -------
        Table
            QuerySubtype, Result (bool), Details, RawResult, Reference, Status (0 ok, 1 not supported,
            2 bad format, 4 no data), Ioc, IocType, SafeIoc (defanged), Severity, Provider, then Verdict,
            Confidence (0-100), Evidence, FirstSeen, LastSeen (UTC).
        """
        return self._ask(_pairs(data, ioc_col, ioc_type_col), providers)

    def _ask(self, pairs: list[tuple[str, str | None]], providers: list[str] | None) -> Table:
        return self._native.ask(pairs, self._checked(providers) or self._providers)

    def __repr__(self) -> str:
        return f"TILookup({', '.join(self.loaded_providers)})"


def _pairs(data: object, ioc_col: str | None, ioc_type_col: str | None) -> list[tuple[str, str | None]]:
    """Return ``(value, type or None)``, each value once, in the order first seen."""
    pairs: Iterable[tuple[Any, Any]]
    if isinstance(data, str):
        pairs = [(data, None)]
    elif isinstance(data, Mapping):
        pairs = data.items()
    elif isinstance(data, list | tuple | set | frozenset):
        pairs = [(value, None) for value in data]
    else:
        table = from_any(data)
        values = table[ioc_col or "Observable"]
        types: list[Any] = [None] * len(values)
        if ioc_type_col or (ioc_col is None and "IoCType" in table.column_names):
            types = table[ioc_type_col or "IoCType"]
        pairs = zip(values, types, strict=True)
    seen = {str(value): kind for value, kind in pairs if value is not None}
    return [(value, None if kind is None else str(kind)) for value, kind in seen.items()]
