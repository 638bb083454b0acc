"""A box for one line of text, which remembers what was typed."""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar

from huntbook.widgets._attendance import is_attended
from huntbook.widgets._display import Bundle, IPyDisplayMixin
from huntbook.widgets._registered import RegisteredWidget
from huntbook.widgets._registry import Origin
from huntbook.widgets._text import escaped, sendable, visible
from huntbook.widgets._view import NoWidgetsError, make_view, view_bundle


class GetText(RegisteredWidget, IPyDisplayMixin):
    """A box for one line of text.

    The text comes from the notebook parameter if that is new or has changed, else from what was
    typed before in this kernel, else from the environment, else it is the default. The widget
    says which.

    Parameters
    ----------
    default
        The text before anything else gives one.
    description
        What is asked for.
    auto_display
        Show the widget at once.
    prompt
        The same as `description`.
    value
        The text to start with, in place of `default`.
    width, description_width
        Widths of the box and of the description, as CSS lengths.
    **registered
        The parameters of `RegisteredWidget`: `param`, `id`, `env_var`, `nb_params`, ...

    Examples
    --------
    >>> host = GetText("pc1", "Host", param="host", name_space={"host": "pc2"}, register=False)
    >>> host.value, host.value_source
    ('pc2', 'notebook parameter “host”')
    """

    ALLOWED_KWARGS: ClassVar[list[str]] = [
        *RegisteredWidget.ALLOWED_KWARGS,
        "default",
        "description",
        "auto_display",
        "prompt",
        "value",
        "width",
        "description_width",
    ]

    def __init__(
        self,
        default: str | None = None,
        description: str = "Enter the value: ",
        auto_display: bool = False,
        *,
        prompt: str | None = None,
        value: str | None = None,
        width: str = "50%",
        description_width: str = "initial",
        **registered: Any,
    ) -> None:
        self.description = str(prompt if prompt is not None else description)
        self._refuse_unknown({k: v for k, v in registered.items() if k not in self.ALLOWED_KWARGS})
        registered.setdefault("id_vals", [default, self.description])
        registered.setdefault("val_attrs", ["value"])
        super().__init__(**registered)
        start = value if value is not None else default
        self._start("value", None if start is None else _line(start))
        self._width = _length(width)
        self._description_width = _length(description_width)
        self._view: Any = None
        self._recorded = self.value
        if auto_display:
            self.display()

    def _from_parameter(self, attribute: str, value: Any) -> Any:
        return _line(value) if attribute == "value" else value

    @property
    def value(self) -> str:
        """The text, without white space around it; empty if there is none."""
        return str(self._sourced["value"].value or "")

    @value.setter
    def value(self, text: object) -> None:
        self._set("value", _line(text), Origin.CODE)
        self._show_state()

    def display(self) -> None:
        """Show the box; where nobody can be asked, show its value as a record."""
        if is_attended() and self._view is None:
            with contextlib.suppress(NoWidgetsError):
                self._view = make_view("get_text", self._state(), self._on_message)
        super().display()

    def _state(self) -> dict[str, Any]:
        return {
            "description": visible(self.description),
            "value": sendable(self.value),
            "source": self._source(),
            "problem": visible(self._problem),
            "width": self._width,
            "description_width": self._description_width,
        }

    def _source(self) -> str:
        origin = self._sourced["value"].origin
        return "" if origin is Origin.MISSING else visible(self.value_source, 200)

    def _show_state(self) -> None:
        if self._view is not None:
            with self._view.hold_sync():
                for name, value in self._state().items():
                    setattr(self._view, name, value)

    def _on_message(self, content: dict[str, Any]) -> None:
        event, text = content.get("event"), content.get("value")
        if event == "typed" and isinstance(text, str):
            self._set("value", _line(text), Origin.TYPED)
            self._show_state()
        elif event == "left" and self.value != self._recorded:
            # Drawing the output anew takes the focus away, so that it waits until the box is left.
            self._recorded = self.value
            self._redisplay()

    def _repr_mimebundle_(self, **_: Any) -> tuple[Bundle, Bundle]:
        source = self._source()
        shown = f" ({source})" if source else ""
        note = f"<br><small>{escaped(self._problem)}</small>" if self._problem else ""
        record = {
            "text/plain": f"{visible(self.description)} {visible(self.value)}{shown}",
            "text/html": (
                f"<div>{escaped(self.description)} <strong>{escaped(self.value)}</strong>"
                f"<small>{escaped(shown)}</small>{note}</div>"
            ),
        }
        self._recorded = self.value
        if self._view is None:
            return record, {}
        bundle, metadata = view_bundle(self._view)
        return {**bundle, **record}, metadata

    def __repr__(self) -> str:
        """Return the description and the value, cut to one line."""
        return f"GetText({visible(self.description, 60)!r}, value={visible(self.value, 60)!r})"


def _line(text: object) -> str:
    return "" if text is None else str(text).strip()


def _length(text: str) -> str:
    """Return a CSS length, or nothing if it could be more than a length."""
    plain = str(text).strip()
    return plain if plain.replace(".", "").replace("%", "").replace("-", "").isalnum() else ""


__all__ = ["GetText"]
