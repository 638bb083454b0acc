"""`msticpy.init_notebook`: puts huntbook's names where a notebook expects them."""

from __future__ import annotations

import importlib
from collections.abc import MutableMapping
from typing import Any

from huntbook.widgets._parameters import notebook_namespace

_WANTED = (
    ("msticpy", "msticpy", ""),
    ("nbwidgets", "msticpy.nbwidgets", ""),
    ("GetText", "msticpy.nbwidgets", "GetText"),
    ("OptionButtons", "msticpy.nbwidgets", "OptionButtons"),
    ("QueryProvider", "msticpy.data", "QueryProvider"),
    ("TILookup", "msticpy.context", "TILookup"),
    ("pd", "pandas", ""),
)
"""Name in the notebook, module, attribute (the module itself if empty)."""


def init_notebook(namespace: MutableMapping[str, Any] | None = None, *ignored: Any, **options: Any) -> None:
    """Put the widgets, the query provider, the look-up and pandas into a notebook.

    What is put there is printed, and what is not, with the reason. A name that the notebook has
    already is left as it is.

    Parameters
    ----------
    namespace
        The notebook's `globals()`; found if not given.
    *ignored, **options
        Options of msticpy. huntbook has nothing to configure here; they are printed as having no
        effect.
    """
    if namespace is None:
        found = notebook_namespace()
        namespace = found if isinstance(found, MutableMapping) else {}
    put, left, missing = [], [], []
    for name, module, attribute in _WANTED:
        if name in namespace:
            left.append(name)
            continue
        try:
            value = importlib.import_module(module)
            namespace[name] = getattr(value, attribute) if attribute else value
        except (ImportError, AttributeError) as error:
            missing.append(f"{name} ({error})")
        else:
            put.append(name)
    lines = ["huntbook stands in for msticpy."]
    for title, names in (
        ("Imported", put),
        ("Already there", left),
        ("Not available", missing),
        ("Options without effect", [*map(repr, ignored), *options]),
    ):
        if names:
            lines.append(f"{title}: {', '.join(names)}.")
    print("\n".join(lines))  # noqa: T201 (what the function is for)
