"""What a user gives to local queries beside the tables: files for what the service would fetch."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from huntbook.errors import ConfigError

#: A path.
Path = str | os.PathLike[str]

#: URL, or the beginning of URLs -> file, or folder of files.
Urls = Mapping[str, Path]

#: Alias -> CSV file, or CSV file and the column that is also ``SearchKey``.
Watchlists = Mapping[str, "Path | tuple[Path, str]"]


class Given(TypedDict, total=False):
    """Keyword arguments of `huntbook.kql`, `huntbook.Database` and `QueryProvider.connect`."""

    #: The file that stands for each URL of ``externaldata``; a folder stands for all URLs that begin so.
    urls: Urls
    #: The CSV that stands for each watchlist; ``(path, column)`` names its ``SearchKey``.
    watchlists: Watchlists
    #: A file in MaxMind's format (``.mmdb``) for ``geo_info_from_ip_address``.
    geo: Path | None
    #: Files of functions ``let name = (parameters) { body };``, and folders of such ``.kql`` files.
    functions: Path | Sequence[Path]


def for_native(given: Given) -> dict[str, Any]:
    """Return `given` as the keyword arguments of the native classes."""
    unknown = given.keys() - Given.__annotations__.keys()
    if unknown:
        known = ", ".join(sorted(Given.__annotations__))
        msg = f"unknown argument {min(unknown)!r}; there are: {known}"
        raise TypeError(msg)
    functions = given.get("functions", ())
    if isinstance(functions, str | os.PathLike):
        functions = [functions]
    geo = given.get("geo")
    return {
        "urls": [(url, os.fspath(path)) for url, path in given.get("urls", {}).items()],
        "watchlists": [watchlist(alias, file) for alias, file in given.get("watchlists", {}).items()],
        "geo": None if geo is None else os.fspath(geo),
        "functions": [os.fspath(path) for path in functions],
    }


def watchlist(alias: str, file: Path | tuple[Path, str]) -> tuple[str, str, str | None]:
    """Return alias, path and the name of the key column, or None."""
    if isinstance(file, str | os.PathLike):
        return alias, os.fspath(file), None
    try:
        path, key = file
        return alias, os.fspath(path), str(key)
    except (TypeError, ValueError):
        msg = f"watchlist {alias!r} needs a path, or (path, column); not {file!r}"
        raise ConfigError(msg) from None
