"""A box for one line of text, which remembers what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from huntbook.widgets._decision import Decision, How, value_record
from huntbook.widgets._kernel_pump import running_kernel
from huntbook.widgets._memory import Origin
from huntbook.widgets._question import Question
from huntbook.widgets._registered import RegisteredWidget
from huntbook.widgets._stdin import ask_line
from huntbook.widgets._text import css_length, sendable, visible

if TYPE_CHECKING:
    from huntbook.widgets._display import Bundle

HIDDEN = "••••••"
"""What is shown in the place of a secret, however long that is."""


class GetText(RegisteredWidget, Question):
    """A box for one line of text.

    The text comes from the notebook parameter if that is new or has changed, else from what was
    typed before in this kernel, else from the environment, else it is the default. The widget
    says which. `ask()` waits for it.

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
    secret
        Whether the text may be shown nowhere: not in the box, the notebook, a record or a file.
    timeout
        For `ask()`: seconds after which the present text is taken; 0 waits for ever.
    unattended
        For `ask()` where nobody can be asked: `"default"` takes the present text at once, `"wait"`
        waits for the timeout first, `"error"` raises.
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
        "secret",
        "timeout",
        "unattended",
    ]
    _MODULE = "get_text"

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
        secret: bool = False,
        timeout: float = 0,
        unattended: str = "default",
        **registered: Any,
    ) -> None:
        self.description = str(prompt if prompt is not None else description)
        self._secret = secret
        self._save_answer = False
        self._be_question(timeout, unattended)
        registered.setdefault("id_vals", [None if secret else default, self.description])
        registered.setdefault("val_attrs", ["value"])
        super().__init__(**registered, secret=secret)
        start = value if value is not None else default
        self._start("value", None if start is None else _line(start))
        self._width = css_length(width)
        self._description_width = css_length(description_width)
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
        self._redisplay()

    # -------------------------------------------------------------- asking

    def ask(self) -> str:
        """Wait until the text is confirmed, and return it; see `Question.ask`."""
        return str(super().ask())

    def _decided_by_parameter(self) -> Decision | None:
        if self._main.origin is not Origin.PARAMETER:
            return None
        return Decision.now(self.value, How.PARAMETER, f"“{self._main.name}”")

    def _fallback(self) -> tuple[str, str]:
        return self.value, "" if self._main.origin in _GIVEN_BY_NOBODY else f"as {self.value_source}"

    def _ask_line(self, deadline: float | None) -> str | None:
        shown = "" if self._secret or not self.value else f" [empty: {visible(self.value, 80)}]"
        prompt = f"{visible(self.description, 200)}{shown} "
        line = ask_line(running_kernel(), prompt, deadline, secret=self._secret)
        return None if line is None else _line(line) or self.value

    def _settle(self, decision: Decision) -> None:
        if decision.how is How.TYPED:
            self._take(decision.value, self._save_answer)

    # -------------------------------------------------------------- the view

    def _state(self) -> dict[str, Any]:
        return {
            "description": visible(self.description),
            "value": "" if self._secret else sendable(self.value),
            "secret": self._secret,
            "filled": bool(self.value),
            "source": self._source(),
            "problem": visible(self._problem),
            "width": self._width,
            "description_width": self._description_width,
            "fallback": self._shown,
            "help": "",
            "variable": "",
            **self._question_state(),
        }

    @property
    def _shown(self) -> str:
        """The text as it may be shown."""
        if self._secret:
            return HIDDEN if self.value else ""
        return visible(self.value)

    def _told_value(self, value: Any) -> str:
        return HIDDEN if self._secret else super()._told_value(value)

    def _source(self) -> str:
        origin = self._main.origin
        return "" if origin is Origin.MISSING else visible(self.value_source, 200)

    def _on_event(self, event: str, content: dict[str, Any]) -> None:
        text, save = content.get("value"), content.get("save") is True
        if event == "shown":
            self._show_state()
        elif event == "typed" and isinstance(text, str):
            self._take(_line(text), save)
            self._show_state()
        elif event == "answer" and isinstance(text, str) and self._is_current(content):
            self._save_answer = save
            self._answer_with(_line(text), How.TYPED)
        elif event == "keep" and self._is_current(content):
            self._answer_with(self.value, How.TYPED)

    def _take(self, text: str, save: bool) -> None:  # noqa: ARG002 (for keys of the environment)
        """Take what a person typed, and save it if they wish."""
        self._set("value", text, Origin.TYPED)

    def _record(self) -> Bundle:
        return value_record(self.description, self._shown, self._told(), self._problem)

    def _answered_record(self) -> Bundle:
        if self._decision is None or self._decision.how is How.INTERRUPTED:
            reason = self._decision.reason if self._decision else "no answer yet"
            return value_record(self.description, "(no answer)", reason, self._problem)
        return value_record(self.description, self._shown, self._decision.reason, self._problem)

    def __repr__(self) -> str:
        """Return the description and the value, cut to one line."""
        return f"{type(self).__name__}({visible(self.description, 60)!r}, value={visible(self._shown, 60)!r})"


_GIVEN_BY_NOBODY = {Origin.DEFAULT, Origin.MISSING}


def _line(text: object) -> str:
    return "" if text is None else str(text).strip()


__all__ = ["GetText"]
