"""Showing a widget, with a record beside it that needs no widget.

Every output holds `text/html` and `text/plain` beside the live view, for
nbconvert, GitHub, and a reader without a kernel.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Bundle = dict[str, Any]
"""An output: content by media type."""


class IPyDisplayMixin:
    """Gives a widget `display()`, and makes it show itself as a cell's last value."""

    _handle: Any = None

    def _repr_mimebundle_(self, **_: Any) -> tuple[Bundle, Bundle]:
        raise NotImplementedError(f"{type(self).__name__} doesn't say how it is shown")

    def display(self) -> None:
        """Show the widget below the running cell."""
        bundle, metadata = self._repr_mimebundle_()
        self._handle = publish(bundle, metadata)

    def _ipython_display_(self) -> None:
        self.display()

    def _redisplay(self) -> None:
        """Bring what is shown up to date, if it is shown."""
        bundle, metadata = self._repr_mimebundle_()
        republish(self._handle, bundle, metadata)


def publish(bundle: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> Any:
    """Show an output; return a handle by which it can be replaced (None without IPython)."""
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(bundle["text/plain"])  # noqa: T201 (a plain interpreter has no other output)
        return None
    from IPython.display import display

    return display(dict(bundle), raw=True, display_id=True, metadata=dict(metadata or {}))


def republish(handle: Any, bundle: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> None:
    """Replace a shown output; without a handle, nothing."""
    if handle is not None:
        handle.update(dict(bundle), raw=True, metadata=dict(metadata or {}))
