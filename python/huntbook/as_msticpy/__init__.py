"""Existing notebooks, unchanged: `import huntbook.as_msticpy` makes `msticpy` mean huntbook.

>>> import huntbook.as_msticpy
>>> from msticpy.nbwidgets import GetText
>>> GetText.__module__
'huntbook.widgets.get_text'

What resolves is listed in `huntbook.as_msticpy.NAMES`. A name that huntbook
lacks is an ImportError which names it and what exists near it.

It lasts for this process, and goes first: where msticpy is installed too, a
`MsticpyHiddenWarning` says that it is hidden. Where msticpy has been imported
already, importing this module is an ImportError, for half of the notebook
would use one and half the other.
"""

from __future__ import annotations

import sys
import warnings
from importlib.machinery import PathFinder

from huntbook.as_msticpy._modules import ROOT, Finder, MsticpyModule
from huntbook.as_msticpy._names import NAMES, Name

__all__ = ["NAMES", "MsticpyHiddenWarning", "Name"]


class MsticpyHiddenWarning(UserWarning):
    """msticpy is installed, and `import msticpy` means huntbook in this process."""


def _install() -> None:
    imported = sys.modules.get(ROOT)
    if imported is not None and not isinstance(imported, MsticpyModule):
        raise ImportError(
            f"msticpy is already imported from {getattr(imported, '__file__', 'elsewhere')}; "
            "restart the kernel and import huntbook.as_msticpy first",
            name=__name__,
        )
    if any(isinstance(finder, Finder) for finder in sys.meta_path):
        return
    found = PathFinder.find_spec(ROOT)
    if found is not None and found.loader is not None:  # A mere folder of that name has none.
        warnings.warn(
            f"msticpy{_version()} is installed; in this process `import msticpy` means huntbook",
            MsticpyHiddenWarning,
            stacklevel=2,
        )
    sys.meta_path.insert(0, Finder())


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f" {version(ROOT)}"
    except PackageNotFoundError:
        return ""


_install()
