"""huntbook: a threat hunter's notebook toolkit with a Rust core.

Three jobs, one notebook:

* **Ask**: `QueryProvider`, `kql`: named queries and KQL, here on a folder of log files.
* **Judge**: `extract_iocs`, `TILookup`: indicators, and one honest verdict for each.
* **Share**: `Key`, `Obfuscator`, `prove`: show the evidence without exposing anyone.

Widgets (`nbwidgets`) tie them together for people, parameters for unattended runs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from huntbook._native import __version__

if TYPE_CHECKING:
    from huntbook import data_obfus, nbwidgets
    from huntbook.errors import (
        ConfigError,
        HuntbookError,
        IndicatorError,
        KqlError,
        LimitError,
        ObfuscationError,
        QueryError,
        RemoteError,
    )
    from huntbook.intel import TILookup, extract_iocs
    from huntbook.local import Database, kql
    from huntbook.magics import load_ipython_extension, unload_ipython_extension
    from huntbook.obfuscation import Key, Obfuscator, Proof, prove
    from huntbook.queries import QueryProvider
    from huntbook.scenario import write_scenario
    from huntbook.tables import Table
    from huntbook.timespan import TimeSpan

#: Public name -> the module that has it. Modules are imported when a name of theirs is first used.
_HOME = {
    "ConfigError": "errors",
    "Database": "local",
    "HuntbookError": "errors",
    "IndicatorError": "errors",
    "Key": "obfuscation",
    "KqlError": "errors",
    "LimitError": "errors",
    "ObfuscationError": "errors",
    "Obfuscator": "obfuscation",
    "Proof": "obfuscation",
    "QueryError": "errors",
    "QueryProvider": "queries",
    "RemoteError": "errors",
    "TILookup": "intel",
    "Table": "tables",
    "TimeSpan": "timespan",
    "extract_iocs": "intel",
    "kql": "local",
    "load_ipython_extension": "magics",
    "prove": "obfuscation",
    "unload_ipython_extension": "magics",
    "write_scenario": "scenario",
}
_MODULES = {"data_obfus", "errors", "nbwidgets", "widgets"}

__all__ = [
    "ConfigError",
    "Database",
    "HuntbookError",
    "IndicatorError",
    "Key",
    "KqlError",
    "LimitError",
    "ObfuscationError",
    "Obfuscator",
    "Proof",
    "QueryError",
    "QueryProvider",
    "RemoteError",
    "TILookup",
    "Table",
    "TimeSpan",
    "__version__",
    "data_obfus",
    "extract_iocs",
    "kql",
    "load_ipython_extension",
    "nbwidgets",
    "prove",
    "unload_ipython_extension",
    "write_scenario",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"huntbook.{name}")
    if name in _HOME:
        value = getattr(import_module(f"huntbook.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    msg = f"module 'huntbook' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
