"""A question with a row of buttons, for which the notebook waits."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

from huntbook.widgets import _kernel_pump
from huntbook.widgets._attendance import UnattendedError, checked_unattended, is_attended
from huntbook.widgets._decision import Decision, How, record_html, record_text
from huntbook.widgets._display import Bundle, IPyDisplayMixin, publish, republish
from huntbook.widgets._kernel_pump import PumpUnavailableError, WaitReport, running_kernel
from huntbook.widgets._parameters import given_parameters, parameter_names
from huntbook.widgets._stdin import NoInputError, ask_by_input
from huntbook.widgets._text import visible
from huntbook.widgets._view import NoWidgetsError, make_view, view_bundle
from huntbook.widgets._warnings import NobodyToAskWarning, warn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class OptionButtons(IPyDisplayMixin):
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
    ) -> None:
        if buttons is not None and options is not None:
            raise ValueError("buttons= and options= are the same parameter; give one")
        chosen = buttons if buttons is not None else options
        self.description = str(description or "")
        self.options = _labels(("Yes", "No", "Cancel") if chosen is None else chosen)
        self.default = self.options[0] if default is None else self._option(default, "default")
        self.timeout = _seconds(timeout)
        self.debug = debug
        self.unattended = checked_unattended(unattended)
        self.report = WaitReport()
        self._variables = parameter_names(nb_params, param, ["value"])
        self._name_space = name_space if name_space is not None else ns
        self._view: Any = None
        self._decision: Decision | None = None
        self._settled = threading.Event()
        self._lock = threading.Lock()
        self._question = 0
        self._deadline: float | None = None
        self._waiting = False

    # -------------------------------------------------------------- what was chosen

    @property
    def value(self) -> str | None:
        """The chosen option as its author wrote it; None before a choice."""
        return self._decision.value if self._decision else None

    @property
    def decision(self) -> Decision | None:
        """What was decided, by whom and when; None before a choice."""
        return self._decision

    # -------------------------------------------------------------- asking

    def display(self) -> None:
        """Show the buttons without waiting; `value` follows each click."""
        if self._from_parameter() is None and is_attended():
            self._make_view()
        super().display()

    def ask(self) -> str:
        """Ask, block the notebook until there is an answer, and return it.

        Returns
        -------
        str
            The option that was clicked; the default after the timeout; the parameter's value,
            without asking, if one is given.

        Raises
        ------
        UnattendedError
            If nobody can be asked and `unattended="error"`, or the wait would have no end.
        KeyboardInterrupt
            If the kernel is interrupted.

        Warns
        -----
        NobodyToAskWarning
            If neither a click nor a line of input can reach the cell; the default is taken.
        """
        if self._begin():
            try:
                self.report = _kernel_pump.wait(running_kernel(), self._settled, self._deadline)
            except PumpUnavailableError:
                self._ask_by_input()
            except KeyboardInterrupt:
                self._finish(Decision.now(None, How.INTERRUPTED))
                raise
        return self._answer()

    async def ask_async(self) -> str:
        """Like `ask`, while other tasks of the cell go on. Later cells are held back too."""
        import asyncio

        if self._begin():
            try:
                self.report = await _kernel_pump.wait_async(running_kernel(), self._settled, self._deadline)
            except PumpUnavailableError:
                self._ask_by_input()
            except (KeyboardInterrupt, asyncio.CancelledError):
                self._finish(Decision.now(None, How.INTERRUPTED))
                raise
        return self._answer()

    async def display_async(self, reset: bool = False) -> str:
        """Show the buttons, block the notebook until there is a choice, and return it.

        Parameters
        ----------
        reset
            True: forget an earlier choice and ask again. False: keep it, and don't ask.
        """
        if self.value is None or reset:
            return await self.ask_async()
        super().display()
        return self.value

    def _begin(self) -> bool:
        """Start a question; return whether it is to be waited for."""
        with self._lock:
            self._question += 1
            self._decision = None
            self._settled.clear()
        self.report = WaitReport()
        self._deadline = time.monotonic() + self.timeout if self.timeout else None
        attended = is_attended()
        if self._from_parameter() is None and not attended:
            self._meet_absence()
        self._waiting = self._decision is None
        if self._waiting and attended and running_kernel() is not None:
            self._make_view()
        self._handle = publish(*self._repr_mimebundle_())
        if self._waiting and attended and self._view is None:
            self._ask_by_input()
        elif self._waiting and running_kernel() is None:
            self._settled.wait(self.timeout)
        return self._waiting and running_kernel() is not None and not self._settled.is_set()

    def _meet_absence(self) -> None:
        if self.unattended == "error":
            raise UnattendedError(f"nobody can be asked: {visible(self.description, 200)}")
        if self.unattended == "default":
            self._decide(Decision.now(self.default, How.DEFAULT, "nobody to ask"))
        elif not self.timeout:
            raise UnattendedError(
                f"nobody can be asked, and without a timeout the wait would have no end: "
                f"{visible(self.description, 200)}"
            )

    def _ask_by_input(self) -> None:
        default = self.options.index(self.default)
        try:
            chosen = ask_by_input(running_kernel(), self.description, self.options, default, self._deadline)
        except NoInputError as error:
            warn(
                f"{visible(self.description, 200)}: took {self.default!r}, as no answer can "
                f"reach the running cell here ({error})",
                NobodyToAskWarning,
            )
            self._decide(Decision.now(self.default, How.DEFAULT, "no answer can reach the cell"))
            return
        if chosen is not None:
            self._decide(Decision.now(self.options[chosen], How.TYPED))

    def _answer(self) -> str:
        if self._decision is None:
            detail = f"no answer in {self.timeout:g} s"
            self._decide(Decision.now(self.default, How.DEFAULT, detail))
        self._finish(self._decision)
        return self.value or ""

    def _decide(self, decision: Decision) -> None:
        """Settle the question, unless it already is."""
        with self._lock:
            if not self._settled.is_set():
                self._decision = decision
                self._settled.set()

    def _finish(self, decision: Decision | None) -> None:
        """End the wait: what was asked becomes a static record."""
        with self._lock:
            self._decision = decision
            self._waiting = False
            self._settled.set()
        self._show_state()
        republish(self._handle, self._record())

    def _from_parameter(self) -> str | None:
        given = given_parameters(self._variables, self._name_space)
        if "value" not in given:
            return None
        variable = self._variables["value"]
        value = self._option(given["value"], f"the notebook parameter `{variable}`")
        self._decide(Decision.now(value, How.PARAMETER, f"“{variable}”"))
        return value

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

    def _make_view(self) -> None:
        if self._view is None:
            with contextlib.suppress(NoWidgetsError):
                self._view = make_view("option_buttons", self._state(), self._on_message)
        else:
            self._show_state()

    def _state(self) -> dict[str, Any]:
        chosen = self.options.index(self.value) if self.value is not None else -1
        left = 0.0
        if self._waiting and self._deadline is not None:
            left = max(0.0, self._deadline - time.monotonic())
        return {
            "description": visible(self.description),
            "options": [visible(option, 200) for option in self.options],
            "default_index": self.options.index(self.default),
            "chosen_index": chosen,
            "reason": self._decision.reason if self._decision else "",
            "question": self._question,
            "waiting": self._waiting and not self._settled.is_set(),
            "timeout": float(self.timeout),
            "remaining": left,
        }

    def _show_state(self) -> None:
        if self._view is not None:
            with self._view.hold_sync():
                for name, value in self._state().items():
                    setattr(self._view, name, value)

    def _on_message(self, content: dict[str, Any]) -> None:
        if content.get("question") != self._question:
            return  # A click on an earlier question, late.
        event, index = content.get("event"), content.get("index")
        if event == "shown":
            self._show_state()
        elif event == "choose" and type(index) is int and 0 <= index < len(self.options):
            self._on_click(self.options[index])

    def _on_click(self, option: str) -> None:
        decision = Decision.now(option, How.CLICK)
        if self._waiting:
            self._decide(decision)
            return
        if self._handle is None or self._is_recorded():
            return
        self._decision = decision
        self._show_state()
        self._redisplay()

    def _is_recorded(self) -> bool:
        """Whether a finished question stands in the notebook: it is not changed by a late click."""
        return self._settled.is_set()

    # -------------------------------------------------------------- what is shown

    def _note(self) -> str:
        if not self.debug:
            return ""
        report = self.report
        waited = f"waited {report.seconds:.1f} s; meanwhile ran {report.ran} message(s)"
        return f"{waited} and held {report.held} request(s)"

    def _record(self) -> Bundle:
        return {
            "text/plain": record_text(self.description, self._decision, self._note()),
            "text/html": record_html(self.description, self.options, self._decision, self._note()),
        }

    def _repr_mimebundle_(self, **_: Any) -> tuple[Bundle, Bundle]:
        if self._view is None or self._is_recorded():
            return self._record(), {}
        bundle, metadata = view_bundle(self._view)
        return {**bundle, **self._record()}, metadata

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


def _seconds(timeout: float) -> float:
    seconds = float(timeout or 0)
    if not 0 <= seconds < threading.TIMEOUT_MAX:
        raise ValueError(f"timeout={timeout!r} is not a number of seconds from 0 up")
    return seconds
