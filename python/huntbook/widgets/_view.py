"""The live half of a widget: its state in the browser, drawn by a plain ES module.

anywidget and ipywidgets are imported here, when the first view is made.
Decisions and typed text come back as messages, not as state: a front end
holds back a change of state until the kernel is idle, and it is not idle while
a cell waits.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

INSTALL_HINT = 'pip install "huntbook[notebook]"'
_FOLDER = Path(__file__).parent


class NoWidgetsError(ImportError):
    """anywidget is not installed."""


def make_view(name: str, state: Mapping[str, Any], on_message: Callable[[dict[str, Any]], None]) -> Any:
    """Return a live view.

    Parameters
    ----------
    name
        Name of the ES module beside this file, without `.js`.
    state
        What the module reads: text, numbers, truth values and lists of them.
    on_message
        Called with each message of the module, an object with an `event`. May be called in
        another thread.

    Raises
    ------
    NoWidgetsError
        If anywidget is not installed; says how it can be.
    """
    view = _view_class(name, tuple(state))(**state)
    view.on_msg(lambda _, content, __: on_message(content if isinstance(content, dict) else {}))
    return view


@functools.cache
def _view_class(name: str, attributes: tuple[str, ...]) -> type[Any]:
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        raise NoWidgetsError(f"live widgets need anywidget: {INSTALL_HINT}") from error
    members: dict[str, Any] = {
        "_esm": module_text(name),
        "_css": (_FOLDER / "widgets.css").read_text(encoding="utf-8"),
        "__module__": __name__,
    }
    for attribute in attributes:
        members[attribute] = traitlets.Any().tag(sync=True)
    title = "".join(word.capitalize() for word in name.split("_"))
    return type(f"{title}View", (anywidget.AnyWidget,), members)


_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|class|const)", re.MULTILINE)


def module_text(name: str) -> str:
    """Return the ES module of a view with the modules that it imports written into it.

    A front end is given one text, from which no other file can be reached.
    """
    seen: dict[str, str] = {}

    def visit(module: str) -> None:
        text = (_FOLDER / f"{module}.js").read_text(encoding="utf-8")
        for imported in _IMPORT.findall(text):
            if imported not in seen:
                visit(imported)
        seen[module] = _IMPORT.sub("", text)

    visit(name)
    own = seen.pop(name)
    return "\n".join([*(_EXPORT.sub("", text) for text in seen.values()), own])


def view_bundle(view: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the output that shows a view, and its metadata."""
    bundle, metadata = view._repr_mimebundle_()
    return dict(bundle), dict(metadata)
