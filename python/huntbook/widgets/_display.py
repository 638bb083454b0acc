"""Showing a widget: its live view, with a record beside it that needs no widget.

Every output holds `text/html` and `text/plain` beside the live view, for
nbconvert, GitHub, and a reader without a kernel.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from huntbook.widgets._attendance import is_attended
from huntbook.widgets._cell import running_cell
from huntbook.widgets._view import NoWidgetsError, make_view, view_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping

Bundle = dict[str, Any]
"""An output: content by media type."""


class IPyDisplayMixin:
    """Gives a widget `display()`, and makes it show itself as a cell's last value.

    A widget names its ES module in `_MODULE`, and says what the module draws (`_state`), what stays
    in the notebook (`_record`) and what a message of the module does (`_on_event`).
    """

    _MODULE: ClassVar[str] = ""
    _view: Any = None
    _handle: Any = None
    _recorded: Bundle | None = None
    _shown_in: str = ""

    # -------------------------------------------------------------- what a widget says

    def _state(self) -> dict[str, Any]:
        raise NotImplementedError(f"{type(self).__name__} doesn't say what its view draws")

    def _record(self) -> Bundle:
        raise NotImplementedError(f"{type(self).__name__} doesn't say how it is shown")

    def _on_event(self, event: str, content: dict[str, Any]) -> None:
        """Do what a message of the view asks for; it comes from the browser and may be anything."""

    # -------------------------------------------------------------- what is shown

    def display(self) -> None:
        """Show the widget below the running cell; where nobody can be asked, its record."""
        if is_attended():
            self._live()
        self._publish()

    @property
    def layout(self) -> Any:
        """The live view: an ipywidgets widget, to be put beside others in a box.

        Raises
        ------
        ImportError
            If anywidget is not installed.
        """
        return self._made_view()

    def _repr_mimebundle_(self, **_: Any) -> tuple[Bundle, Bundle]:
        record = self._record()
        if self._view is None:
            return record, {}
        bundle, metadata = view_bundle(self._view)
        return {**bundle, **record}, metadata

    def _ipython_display_(self) -> None:
        # What its own cell has shown already (`auto_display`) isn't shown twice as its last value.
        run = _running()
        if not run or run != self._shown_in:
            self.display()

    def _publish(self) -> None:
        self._shown_in = _running()
        bundle, metadata = self._repr_mimebundle_()
        self._recorded = _record_of(bundle)
        self._handle = publish(bundle, metadata)

    def _redisplay(self) -> None:
        """Bring what is shown up to date, if it is shown."""
        bundle, metadata = self._repr_mimebundle_()
        self._recorded = _record_of(bundle)
        republish(self._handle, bundle, metadata)

    # -------------------------------------------------------------- the view

    def _made_view(self) -> Any:
        if self._view is None:
            self._view = make_view(self._MODULE, self._state(), self._on_message)
        return self._view

    def _live(self) -> None:
        """Make the view, if there can be one, and bring it up to date."""
        if self._view is None:
            with contextlib.suppress(NoWidgetsError):
                self._made_view()
        else:
            self._show_state()

    def _show_state(self) -> None:
        if self._view is not None:
            with self._view.hold_sync():
                for name, value in self._state().items():
                    setattr(self._view, name, value)

    def _send(self, content: dict[str, Any]) -> None:
        """Send the view a message."""
        if self._view is not None:
            self._view.send(content)

    def _on_message(self, content: dict[str, Any]) -> None:
        event = content.get("event")
        if event == "left":
            # Drawing the output anew takes the focus away, so that it waits until the box is left.
            if self._handle is not None and self._record() != self._recorded:
                self._redisplay()
        elif isinstance(event, str):
            self._on_event(event, content)


def _running() -> str:
    """Return which run of which cell this is; empty outside a notebook."""
    cell, _ = running_cell()
    return cell.run if cell is not None else ""


def _record_of(bundle: Mapping[str, Any]) -> Bundle:
    return {media: bundle[media] for media in ("text/plain", "text/html")}


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
