"""A question with a row of buttons, for which the notebook waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from huntbook.widgets._decision import Decision, How, record_html, record_text
from huntbook.widgets._kernel_pump import running_kernel
from huntbook.widgets._memory import Origin, Sourced, frozen
from huntbook.widgets._parameters import given_parameters, parameter_names
from huntbook.widgets._question import Question
from huntbook.widgets._registry import registry
from huntbook.widgets._stdin import ask_option
from huntbook.widgets._text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from huntbook.widgets._display import Bundle


class OptionButtons(Question):
    """Buttons of which one is chosen.

    `ask()` and `await ask_async()` block the notebook until a click or the timeout: cells that
    were started meanwhile ("Run All") run afterwards. `display()` only shows the buttons.

    Parameters
    ----------
    description
        The question.
    buttons
        The options' labels, each different; Yes, No and Cancel if not given.
    default
        The option taken if nobody chooses, in any case of letters; the first if not given.
    timeout
        Seconds after which the default is taken; 0 waits for ever.
    debug
        Add to the record how long the wait was and how many messages it handled.
    options
        The same as `buttons`.
    unattended
        What to do where nobody can be asked (papermill, nbconvert, a script): `"default"` takes
        the default at once, `"wait"` waits for the timeout first, `"error"` raises.
    param
        Notebook variable which, if it is given, decides without asking.
    nb_params
        The same as a mapping: `{"value": "variable"}`.
    name_space, ns
        Where that variable is looked up; the notebook's own variables if not given.
    id
        Identifier under which the registry lists the decision; the question's text if not given.
        A question is asked anew each time: nothing is remembered for it but for an export.

    Raises
    ------
    TypeError
        If the options are one text in place of a list.
    ValueError
        If there is no option, a label occurs twice, the default or the parameter's value is not
        among them, or the timeout is negative.

    Examples
    --------
    >>> proceed = OptionButtons("Isolate it?", ["Isolate", "Leave"], default="leave", timeout=30)
    >>> proceed.default
    'Leave'
    >>> proceed.value is None
    True
    """

    _MODULE = "option_buttons"
    _REOPENS: ClassVar[bool] = False

    def __init__(
        self,
        description: str | None = "Select an option to continue",
        buttons: Iterable[str] | None = None,
        default: str | None = None,
        timeout: float = 0,
        debug: bool = False,
        *,
        options: Iterable[str] | None = None,
        unattended: str = "default",
        param: str | None = None,
        nb_params: Mapping[str, str] | None = None,
        name_space: Mapping[str, Any] | None = None,
        ns: Mapping[str, Any] | None = None,
        id: str | None = None,  # noqa: A002 (what users write)
    ) -> None:
        if buttons is not None and options is not None:
            raise ValueError("buttons= and options= are the same parameter; give one")
        chosen = buttons if buttons is not None else options
        self.description = str(description or "")
        self.options = _labels(("Yes", "No", "Cancel") if chosen is None else chosen)
        self.default = self.options[0] if default is None else self._option(default, "default")
        self.debug = debug
        self._be_question(timeout, unattended)
        self._variables = parameter_names(nb_params, param, ["value"])
        self._name_space = name_space if name_space is not None else ns
        self._key = (type(self).__name__, frozen(id if id is not None else [self.description, *self.options]))

    # -------------------------------------------------------------- what was chosen

    @property
    def value(self) -> str | None:
        """The chosen option as its author wrote it; None before a choice."""
        return self._decision.value if self._decision else None

    def display(self) -> None:
        """Show the buttons without waiting; `value` follows each click."""
        given = self._decided_by_parameter()
        if given is not None:
            self._finish(given)
            self._publish()
            return
        super().display()

    # -------------------------------------------------------------- asking

    def ask(self) -> str:
        """Ask, block the notebook until there is an answer, and return it; see `Question.ask`.

        Returns
        -------
        str
            The option that was clicked; the default after the timeout; the parameter's value,
            without asking, if one is given.
        """
        return str(super().ask())

    def _decided_by_parameter(self) -> Decision | None:
        given = given_parameters(self._variables, self._name_space)
        if "value" not in given:
            return None
        variable = self._variables["value"]
        value = self._option(given["value"], f"the notebook parameter `{variable}`")
        return Decision.now(value, How.PARAMETER, f"“{variable}”")

    def _fallback(self) -> tuple[str, str]:
        return self.default, ""

    def _ask_line(self, deadline: float | None) -> str | None:
        default = self.options.index(self.default)
        chosen = ask_option(running_kernel(), self.description, self.options, default, deadline)
        return None if chosen is None else self.options[chosen]

    def _settle(self, decision: Decision) -> None:
        self._list(decision)

    def _list(self, decision: Decision) -> None:
        """List the decision in the registry, which can export it as a parameter."""
        if not self._variables:
            return
        memory, _ = registry.memory(self._key)
        memory.variables = dict(self._variables)
        origin = _ORIGINS[decision.how]
        name = self._variables["value"] if origin is Origin.PARAMETER else ""
        memory.values["value"] = Sourced(decision.value, origin, name, decision.when)
        memory.current["value"] = decision.value

    def _option(self, text: object, role: str) -> str:
        """Return the option that `text` names, in any case of letters."""
        if isinstance(text, str) and text in self.options:
            return text
        alike = [option for option in self.options if option.casefold() == str(text).casefold()]
        if len(alike) != 1:
            raise ValueError(
                f"{role} is {visible(repr(text), 100)}, which is not one of "
                f"{visible(', '.join(map(repr, self.options)), 500)}"
            )
        return alike[0]

    # -------------------------------------------------------------- the browser's half

    def _state(self) -> dict[str, Any]:
        chosen = self.options.index(self.value) if self.value is not None else -1
        return {
            "description": visible(self.description),
            "options": [visible(option, 200) for option in self.options],
            "fallback": visible(self.default, 200),
            "chosen_index": chosen,
            **self._question_state(),
        }

    def _on_event(self, event: str, content: dict[str, Any]) -> None:
        if not self._is_current(content):
            return  # A click on an earlier question, late.
        index = content.get("index")
        if event == "shown":
            self._show_state()
        elif event == "choose" and type(index) is int and 0 <= index < len(self.options):
            self._on_click(self.options[index])

    def _on_click(self, option: str) -> None:
        if self._waiting:
            self._answer_with(option)
        elif not self._shows_answer:
            self._decision = Decision.now(option, How.CLICK)
            self._list(self._decision)
            self._show_state()
            self._redisplay()

    # -------------------------------------------------------------- what is shown

    def _record(self) -> Bundle:
        note = self._wait_note() if self.debug else ""
        return {
            "text/plain": record_text(self.description, self._decision, note),
            "text/html": record_html(self.description, self.options, self._decision, note),
        }

    def _answered_record(self) -> Bundle:
        return self._record()

    def __repr__(self) -> str:
        """Return the record of what was asked and answered."""
        return record_text(self.description, self._decision)


def _labels(options: Iterable[str]) -> list[str]:
    if isinstance(options, str):
        raise TypeError(f"the options are one text, {visible(options, 60)!r}; write a list of labels")
    labels = [str(option) for option in options]
    if not labels:
        raise ValueError("there is no option to choose")
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise ValueError(f"these options occur twice: {visible(', '.join(map(repr, twice)), 200)}")
    return labels


_ORIGINS = {
    How.CLICK: Origin.CHOSEN,
    How.TYPED: Origin.TYPED,
    How.DEFAULT: Origin.DEFAULT,
    How.PARAMETER: Origin.PARAMETER,
}
