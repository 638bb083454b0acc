"""OptionButtons outside a notebook: construction, and what is decided without asking."""

from __future__ import annotations

import asyncio

import pytest

from huntbook.widgets import NobodyToAskWarning, OptionButtons, UnattendedError
from huntbook.widgets._attendance import ENVIRONMENT_VARIABLE


def test_constructor_takes_the_peers_positions() -> None:
    question = OptionButtons("Go on?", ["Go", "Stop"], "Stop", 5, True)
    assert (question.description, question.options) == ("Go on?", ["Go", "Stop"])
    assert (question.default, question.timeout, question.debug) == ("Stop", 5, True)


def test_options_may_come_from_a_generator_or_by_their_other_name() -> None:
    assert OptionButtons(buttons=(label for label in "ab")).options == ["a", "b"]
    assert OptionButtons(options=["a", "b"]).options == ["a", "b"]
    assert OptionButtons().options == ["Yes", "No", "Cancel"]


def test_default_is_the_first_option_as_written_and_matches_in_any_case() -> None:
    assert OptionButtons(buttons=["Go", "Stop"]).default == "Go"
    assert OptionButtons(buttons=["Go", "Stop"], default="STOP").default == "Stop"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"buttons": []}, "no option"),
        ({"buttons": ["a", "a"]}, "occur twice: 'a'"),
        ({"default": "Maybe"}, "default is 'Maybe', which is not one of 'Yes', 'No', 'Cancel'"),
        ({"buttons": ["a", "A"], "default": "á"}, "default is"),
        ({"timeout": -1}, "timeout=-1"),
        ({"timeout": float("nan")}, "timeout=nan"),
        ({"timeout": float("inf")}, "timeout=inf"),
        ({"unattended": "skip"}, "'default', 'wait', 'error'"),
        ({"buttons": ["a"], "options": ["b"]}, "give one"),
    ],
)
def test_argument_that_cannot_be_is_named(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OptionButtons("Go on?", **arguments)  # type: ignore[arg-type]


def test_text_in_place_of_a_list_of_options_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="write a list of labels"):
        OptionButtons("Go on?", "Yes")


def test_script_takes_the_default_and_prints_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    question = OptionButtons("Go on?", default="No", timeout=60)
    assert question.value is None
    assert question.ask() == question.value == "No"
    printed = capsys.readouterr().out
    assert printed.startswith("Go on? -> No (default taken: nobody to ask, 20")


@pytest.mark.parametrize("method", ["ask_async", "display_async"])
def test_asynchronous_question_is_decided_in_a_plain_event_loop(method: str) -> None:
    question = OptionButtons("Go on?", timeout=60)
    assert asyncio.run(getattr(question, method)()) == "Yes"


def test_choice_is_kept_unless_reset() -> None:
    question = OptionButtons("Go on?", param="go", name_space={"go": "no"})
    assert asyncio.run(question.display_async()) == "No"
    first = question.decision
    assert asyncio.run(question.display_async()) == "No"
    assert question.decision is first
    asyncio.run(question.display_async(reset=True))
    assert question.decision is not first


def test_parameter_that_is_no_option_is_named() -> None:
    question = OptionButtons("Go on?", param="go", name_space={"go": "perhaps"})
    with pytest.raises(ValueError, match="the notebook parameter `go` is 'perhaps'"):
        question.ask()


def test_question_that_must_be_answered_fails_where_nobody_is() -> None:
    with pytest.raises(UnattendedError, match=r"Isolate\?"):
        OptionButtons("Isolate?", unattended="error").ask()
    with pytest.raises(UnattendedError, match="no end"):
        OptionButtons("Isolate?", unattended="wait").ask()


def test_question_may_wait_where_nobody_is() -> None:
    assert OptionButtons("Isolate?", unattended="wait", timeout=0.05).ask() == "Yes"


def test_question_that_nobody_can_answer_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "no")
    with pytest.warns(NobodyToAskWarning, match=r"took 'Yes'.*no terminal") as caught:
        assert OptionButtons("Go on?", timeout=1).ask() == "Yes"
    assert caught[0].filename == __file__


def test_environment_that_says_neither_yes_nor_no_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "maybe")
    with pytest.raises(ValueError, match="HUNTBOOK_UNATTENDED='maybe'"):
        OptionButtons().ask()


def test_repr_says_what_was_asked_and_answered() -> None:
    question = OptionButtons("Go on?")
    assert repr(question) == "Go on? -> (no answer yet)"
