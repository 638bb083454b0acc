"""The modules of msticpy, as far as huntbook has them, and the finder that imports them."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
import types
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

from huntbook.as_msticpy._names import NAMES, SAME_MODULES

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = "msticpy"


def _table() -> dict[str, dict[str, str]]:
    """Return target by attribute by module; each dotted path above a module is a module, too."""
    table: dict[str, dict[str, str]] = {}
    for module, attribute, target in NAMES:
        table.setdefault(module, {})[attribute] = target
    for older, module in SAME_MODULES.items():
        table[older] = table[module]
    for module in list(table):
        above = module
        while "." in above:
            above = above.rpartition(".")[0]
            table.setdefault(above, {})
    return table


TABLE = _table()


class MsticpyModule(types.ModuleType):
    """A module whose names are huntbook's, each imported when it is first used."""

    def __getattr__(self, name: str) -> Any:
        path = f"{self.__name__}.{name}"
        if path in TABLE:
            return importlib.import_module(path)
        target = TABLE[self.__name__].get(name)
        if target is None:
            raise AttributeError(missing(path), name=name, obj=self)
        module, _, attribute = target.partition(":")
        value = getattr(importlib.import_module(module), attribute)
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        prefix = f"{self.__name__}."
        below = {path[len(prefix) :].partition(".")[0] for path in TABLE if path.startswith(prefix)}
        return sorted({*super().__dir__(), *TABLE[self.__name__], *below})


class Finder(MetaPathFinder, Loader):
    """Imports `msticpy` and what is below it; leaves everything else alone."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 (the protocol's)
        target: types.ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Return how to import a module of msticpy that huntbook has; None for other packages.

        Raises
        ------
        ImportError
            If huntbook lacks it: the message says what exists near it. As every module here is a
            package, `from msticpy.nbwidgets import Unknown` comes by here, too.
        """
        if fullname != ROOT and not fullname.startswith(f"{ROOT}."):
            return None
        if fullname not in TABLE:
            raise ImportError(missing(fullname), name=fullname)
        return ModuleSpec(fullname, self, origin="huntbook.as_msticpy", is_package=True)

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """Return the empty module; its names come when they are asked for."""
        return MsticpyModule(spec.name, f"huntbook's names under the path `{spec.name}`.")

    def exec_module(self, module: types.ModuleType) -> None:
        """Name what `from module import *` takes."""
        if module.__name__ == ROOT:
            when_pandas_is_there()
        names = TABLE[module.__name__]
        module.__all__ = [name for name in names if not name.startswith("_")]  # type: ignore[attr-defined]


def when_pandas_is_there() -> None:
    """Put the accessors on pandas' frames: now, or when a notebook imports pandas."""
    if "pandas" in sys.modules:
        _register()
    else:
        sys.meta_path.insert(0, _PandasFinder())


def _register() -> None:
    from huntbook.as_msticpy._accessors import register

    register()


class _PandasFinder(MetaPathFinder):
    """Waits for the import of pandas; leaves everything else alone."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 (the protocol's)
        target: types.ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if fullname != "pandas":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _ThenRegister(spec.loader)
        return spec


class _ThenRegister(Loader):
    """The loader of pandas, and the accessors after it."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> types.ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        _register()


def missing(path: str) -> str:
    """Return the message for a name that huntbook lacks.

    Examples
    --------
    >>> missing("msticpy.nbwidgets.GetTxt")
    'huntbook has no `msticpy.nbwidgets.GetTxt`; near it: `msticpy.nbwidgets.GetText`'
    """
    known = {*TABLE, *(f"{module}.{name}" for module, names in TABLE.items() for name in names)}
    known = {name for name in known if "__" not in name}
    parent, _, last = path.rpartition(".")
    siblings = {name.rpartition(".")[2]: name for name in sorted(known) if _parent(name) == parent}
    same = sorted(name for name in known if name.rpartition(".")[2].casefold() == last.casefold())
    close = [siblings[name] for name in difflib.get_close_matches(last, siblings, n=3, cutoff=0.7)]
    near = [*same, *close] or list(siblings.values()) or difflib.get_close_matches(path, known)
    near = near or sorted(name for name in known if _parent(name) == ROOT)
    shown = ", ".join(f"`{name}`" for name in dict.fromkeys(near[:6]))
    return f"huntbook has no `{path}`; near it: {shown}"


def _parent(path: str) -> str:
    return path.rpartition(".")[0]
