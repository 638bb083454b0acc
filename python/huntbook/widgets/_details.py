"""What an action returns, prints and displays, in one output that is replaced each time."""

from __future__ import annotations

import base64
import contextlib
import io
import sys
import threading
from typing import TYPE_CHECKING, Any

from huntbook.widgets._display import publish, republish
from huntbook.widgets._options import text_of
from huntbook.widgets._text import escaped, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from huntbook.widgets._display import Bundle

_SHOWN_CHARACTERS = 100_000
_PLAIN = "text/plain"
_HTML = "text/html"
_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
_TEXT_STYLE = "white-space:pre-wrap;overflow-wrap:anywhere"


class Details:
    """An action, and the output below its widget.

    Parameters
    ----------
    action
        Called with the selected value; None for none.

    Attributes
    ----------
    on
        Whether the action is called; if not, the output is empty.
    error
        What the latest call raised, with its traceback; None if it was well.
    """

    def __init__(self, action: Callable[..., Any] | None) -> None:
        self.action = action
        self.on = True
        self.error: Exception | None = None
        self._handle: Any = None
        self._lock = threading.RLock()
        self._calling = False

    def publish(self, value: Any) -> None:
        """Call the action and show its output below the widget, which has just been shown."""
        if self.action is None:
            return
        bundle, metadata = self._output(value)
        if _shell() is not None or bundle[_PLAIN]:
            self._handle = publish(bundle, metadata)

    def update(self, value: Any) -> None:
        """Call the action and replace its output, if it is shown."""
        if self.action is None or self._calling:
            return
        bundle, metadata = self._output(value)
        republish(self._handle, bundle, metadata)

    def clear(self) -> None:
        """Empty the output."""
        republish(self._handle, *_nothing())

    def _output(self, value: Any) -> tuple[Bundle, dict[str, Any]]:
        if not self.on or self.action is None:
            return _nothing()
        with self._lock:
            self._calling = True
            try:
                pieces = self._called(self.action, value)
            finally:
                self._calling = False
        return _joined(pieces)

    def _called(self, action: Callable[..., Any], value: Any) -> list[_Piece]:
        self.error = None
        result: list[_Piece] = []
        with _captured() as captured:
            try:
                returned = action(value)
                things = list(returned) if isinstance(returned, list | tuple) else [returned]
                result = [_formatted(thing) for thing in things if thing is not None]
            except Exception as error:  # noqa: BLE001 (whatever it is, it is shown, and goes no further)
                self.error = error
        shown = [*captured.pieces(), *result]
        if self.error is not None:
            kind = type(self.error).__name__
            shown.append(_text_piece(f"The action failed: {kind}: {text_of(self.error)}"))
        return shown


_Piece = tuple[dict[str, Any], dict[str, Any]]


class _Captured:
    """What was printed and displayed inside of a block."""

    def __init__(self) -> None:
        self.printed = io.StringIO()
        self.outputs: list[Any] = []

    def pieces(self) -> list[_Piece]:
        found = []
        printed = self.printed.getvalue()
        if printed:
            found.append(_text_piece(printed))
        found += [(dict(output.data or {}), dict(output.metadata or {})) for output in self.outputs]
        return [piece for piece in found if piece[0]]


@contextlib.contextmanager
def _captured() -> Any:
    captured = _Captured()
    if _shell() is None:
        with contextlib.redirect_stdout(captured.printed), contextlib.redirect_stderr(captured.printed):
            yield captured
        return
    from IPython.utils.capture import capture_output

    with capture_output() as held:
        yield captured
    captured.printed.write(held.stdout + held.stderr)
    captured.outputs = held.outputs


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _formatted(thing: Any) -> _Piece:
    """Return an object as the notebook would show it; empty if it has displayed itself."""
    if isinstance(thing, str):
        return _text_piece(thing)
    shell = _shell()
    if shell is not None:
        data, metadata = shell.display_formatter.format(thing)
        return dict(data), dict(metadata)
    return _text_piece(repr(thing))


def _text_piece(text: str) -> _Piece:
    return {
        _PLAIN: visible(text, _SHOWN_CHARACTERS),
        _HTML: f'<div style="{_TEXT_STYLE}">{escaped(text, _SHOWN_CHARACTERS)}</div>',
    }, {}


def _nothing() -> _Piece:
    return {_PLAIN: "", _HTML: ""}, {}


def _joined(pieces: list[_Piece]) -> _Piece:
    """Return one output for several: each as HTML or an image, or else as text."""
    pieces = [piece for piece in pieces if piece[0]]
    if not pieces:
        return _nothing()
    if len(pieces) == 1:
        data, metadata = pieces[0]
        return {_PLAIN: "", **data}, metadata
    return {
        _PLAIN: "\n".join(str(data.get(_PLAIN, "")).rstrip("\n") for data, _ in pieces),
        _HTML: "".join(f"<div>{_html(data)}</div>" for data, _ in pieces),
    }, {}


def _html(data: dict[str, Any]) -> str:
    if data.get(_HTML):
        return str(data[_HTML])
    for media in _IMAGES:
        if media in data:
            return f'<img alt="" src="{_data_uri(media, data[media])}">'
    text = str(data.get(_PLAIN, ""))
    return f'<div style="{_TEXT_STYLE}">{escaped(text, _SHOWN_CHARACTERS)}</div>'


def _data_uri(media: str, content: Any) -> str:
    if media == "image/svg+xml":
        content = str(content).encode("utf-8", "backslashreplace")
    if isinstance(content, bytes | bytearray):
        content = base64.b64encode(content).decode("ascii")
    return f"data:{media};base64,{escaped(''.join(str(content).split()), len(str(content)) + 1)}"
