"""A widget with a decision, for which a cell can wait.

`ask()` and `await ask_async()` block the notebook until there is an answer or
the timeout; cells that were started meanwhile ("Run All") run afterwards. What
was asked then becomes a record without a widget.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, ClassVar

from huntbook.widgets import _kernel_pump
from huntbook.widgets._attendance import UnattendedError, checked_unattended, is_attended
from huntbook.widgets._decision import Decision, How
from huntbook.widgets._display import IPyDisplayMixin
from huntbook.widgets._kernel_pump import PumpUnavailableError, WaitReport, running_kernel
from huntbook.widgets._stdin import NoInputError
from huntbook.widgets._text import visible
from huntbook.widgets._warnings import NobodyToAskWarning, warn

if TYPE_CHECKING:
    from huntbook.widgets._display import Bundle


class Question(IPyDisplayMixin):
    """Adds `ask`, `ask_async` and `display_async` to a widget.

    The widget says what a parameter decides (`_decided_by_parameter`), what is taken if nobody
    answers (`_fallback`), how a typed line is read (`_ask_line`), and takes a decision over
    (`_settle`). It calls `_answer_with` when its view sends an answer.
    """

    description: str

    _REOPENS: ClassVar[bool] = True
    """Whether `display()` after an answer shows the widget again, and not the answer."""

    def _be_question(self, timeout: float, unattended: str) -> None:
        """Set up what a question needs; part of the widget's construction."""
        self.timeout = seconds(timeout)
        self.unattended = checked_unattended(unattended)
        self.report = WaitReport()
        self._decision: Decision | None = None
        self._settled = threading.Event()
        self._lock = threading.Lock()
        self._question = 0
        self._deadline: float | None = None
        self._waiting = False
        self._shows_answer = False

    # -------------------------------------------------------------- what the widget says

    def _decided_by_parameter(self) -> Decision | None:
        """Return the decision that a notebook parameter makes, or None."""
        return None

    def _fallback(self) -> tuple[Any, str]:
        """Return what is taken if nobody answers, and what else is to be said of it."""
        raise NotImplementedError

    def _ask_line(self, deadline: float | None) -> Any:
        """Return the answer to a line of input; None without one."""
        raise NotImplementedError

    def _settle(self, decision: Decision) -> None:
        """Take a decision over as the widget's value."""

    def _told_value(self, value: Any) -> str:
        """Return a value as a message names it."""
        return visible(repr(value), 100)

    def _answered_record(self) -> Bundle:
        """Return the record of what was asked and decided."""
        raise NotImplementedError

    # -------------------------------------------------------------- asking

    @property
    def decision(self) -> Decision | None:
        """What was decided, by whom and when; None before an answer."""
        return self._decision

    def ask(self) -> Any:
        """Ask, block the notebook until there is an answer, and return it.

        Returns
        -------
        object
            What was chosen or typed; the default after the timeout; the parameter's value, without
            asking, if one is given.

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

    async def ask_async(self) -> Any:
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

    async def display_async(self, reset: bool = False) -> Any:
        """Show the widget, block the notebook until there is a decision, and return it.

        Parameters
        ----------
        reset
            True: forget an earlier decision and ask again. False: keep it, and don't ask.
        """
        if self._decision is None or self._decision.how is How.INTERRUPTED or reset:
            return await self.ask_async()
        self._publish()
        return self._decision.value

    def display(self) -> None:
        """Show the widget without waiting."""
        if self._REOPENS:
            self._shows_answer = False
        super().display()

    def _begin(self) -> bool:
        """Start a question; return whether it is to be waited for."""
        with self._lock:
            self._question += 1
            self._decision = None
            self._shows_answer = False
            self._settled.clear()
        self.report = WaitReport()
        self._deadline = time.monotonic() + self.timeout if self.timeout else None
        attended = is_attended()
        given = self._decided_by_parameter()
        if given is not None:
            self._decide(given)
        elif not attended:
            self._meet_absence()
        self._waiting = self._decision is None
        if self._waiting and attended and running_kernel() is not None:
            self._live()
        self._publish()
        if self._waiting and attended and self._view is None:
            self._ask_by_input()
        elif self._waiting and running_kernel() is None:
            self._settled.wait(self.timeout)
        return self._waiting and running_kernel() is not None and not self._settled.is_set()

    def _meet_absence(self) -> None:
        if self.unattended == "error":
            raise UnattendedError(f"nobody can be asked: {visible(self.description, 200)}")
        if self.unattended == "default":
            self._decide(self._default_decision("nobody to ask"))
        elif not self.timeout:
            raise UnattendedError(
                f"nobody can be asked, and without a timeout the wait would have no end: "
                f"{visible(self.description, 200)}"
            )

    def _ask_by_input(self) -> None:
        try:
            answer = self._ask_line(self._deadline)
        except NoInputError as error:
            decision = self._default_decision("no answer can reach the cell")
            warn(
                f"{visible(self.description, 200)}: took {self._told_value(decision.value)}, as no answer "
                f"can reach the running cell here ({error})",
                NobodyToAskWarning,
            )
            self._decide(decision)
            return
        if answer is not None:
            self._decide(Decision.now(answer, How.TYPED))

    def _default_decision(self, why: str) -> Decision:
        value, more = self._fallback()
        return Decision.now(value, How.DEFAULT, f"{why}; {more}" if more else why)

    def _answer(self) -> Any:
        if self._decision is None:
            self._decide(self._default_decision(f"no answer in {self.timeout:g} s"))
        self._finish(self._decision)
        return self._decision.value if self._decision else None

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
            self._shows_answer = True
            self._settled.set()
        if decision is not None and decision.how is not How.INTERRUPTED:
            self._settle(decision)
        self._show_state()
        self._redisplay()

    # -------------------------------------------------------------- the view

    def _question_state(self) -> dict[str, Any]:
        """Return what the countdown draws (`countdown.js`)."""
        left = 0.0
        if self._waiting and self._deadline is not None:
            left = max(0.0, self._deadline - time.monotonic())
        return {
            "question": self._question,
            "waiting": self._waiting and not self._settled.is_set(),
            "timeout": float(self.timeout),
            "remaining": left,
            "reason": self._decision.reason if self._decision else "",
        }

    def _is_current(self, content: dict[str, Any]) -> bool:
        """Whether a message is about the present question, and not late from an earlier one."""
        return bool(content.get("question") == self._question)

    def _answer_with(self, value: Any, how: How = How.CLICK) -> None:
        """Decide the question that waits."""
        if self._waiting:
            self._decide(Decision.now(value, how))

    def _repr_mimebundle_(self, **_: Any) -> tuple[Bundle, Bundle]:
        if self._shows_answer:
            return self._answered_record(), {}
        return super()._repr_mimebundle_()

    def _wait_note(self) -> str:
        """Return how long the wait was and what it did."""
        report = self.report
        waited = f"waited {report.seconds:.1f} s; meanwhile ran {report.ran} message(s)"
        return f"{waited} and held {report.held} request(s)"


def seconds(timeout: float) -> float:
    """Return a timeout in seconds; 0 is for ever.

    Raises
    ------
    ValueError
        If it is negative, no number, or longer than a wait can be.
    """
    number = float(timeout or 0)
    if not 0 <= number < threading.TIMEOUT_MAX:
        raise ValueError(f"timeout={timeout!r} is not a number of seconds from 0 up")
    return number
