"""Each defect that MSTICPy 3.0.2's questions, boxes and memory have, and what happens here.

Those of the lists and of the times have files of their own beside this one.
"""

from __future__ import annotations

import gc
import json
import time
from typing import TYPE_CHECKING

import pytest

from huntbook.widgets import EnvironmentString, GetEnvironmentKey, GetText, OptionButtons, Progress, registry

if TYPE_CHECKING:
    from front_end import FrontEnd

# ------------------------------------------------------------------ waiting


@pytest.mark.notebook
def test_display_async_times_out_on_this_python_and_waits_for_it(kernel: FrontEnd) -> None:
    started = time.monotonic()
    code = "buttons = OptionButtons(timeout=2)\nawait buttons.display_async()\nprint(buttons.value)"
    cell = kernel.run_now(code)
    assert cell.text == "Yes\n"
    assert 2 <= time.monotonic() - started < 20


@pytest.mark.notebook
def test_display_async_without_a_person_leaves_a_value(kernel: FrontEnd) -> None:
    code = "buttons = OptionButtons(timeout=2)\nawait buttons.display_async()\nprint(buttons.value)"
    assert kernel.run_now(code, attended=False).text == "Yes\n"


# ------------------------------------------------------------------ parameters


def test_get_text_takes_its_value_from_a_notebook_parameter() -> None:
    text = GetText(nb_params={"value": "my_name"}, name_space={"my_name": "Ian"}, register=False)
    assert text.value == "Ian"


@pytest.mark.notebook
def test_get_text_sees_the_notebooks_variables_without_globals(kernel: FrontEnd) -> None:
    kernel.run_now("my_name = 'Ian'")
    assert kernel.run_now("print(GetText(nb_params={'value': 'my_name'}).value)").text == "Ian\n"
    kernel.run_now("del my_name")


def test_set_literal_for_nb_params_is_answered_with_what_was_meant() -> None:
    with pytest.raises(TypeError, match=r'a colon is missing: nb_params=\{"value": "my_name"\}'):
        GetText(nb_params={"value", "my_name"})  # type: ignore[arg-type]


def test_get_environment_key_takes_a_notebook_parameter_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNT_KEY", "from the environment")
    key = GetEnvironmentKey("HUNT_KEY", param="key", name_space={"key": "given"}, register=False)
    assert key.value == "given"


# ------------------------------------------------------------------ memory


def test_value_survives_the_collection_of_its_widget() -> None:
    text = GetText("", "Name")
    text.value = "Ian"
    del text
    gc.collect()
    assert GetText("", "Name").value == "Ian"


def test_parameters_that_read_the_same_when_joined_are_two_widgets() -> None:
    GetText("a", "bc").value = "first"
    assert GetText("ab", "c").value == "ab"


# ------------------------------------------------------------------ option buttons


def test_option_and_default_are_as_written_in_one_case() -> None:
    buttons = OptionButtons("Go on?", ["Yes", "No"], default="no")
    assert buttons.default == "No"
    assert buttons.ask() in buttons.options


@pytest.mark.notebook
def test_choice_can_be_changed_by_another_click(kernel: FrontEnd) -> None:
    kernel.run_now("buttons = OptionButtons(); buttons.display()")
    for option in ("No", "Cancel", "Yes"):
        kernel.click(option, kernel.views[-1])
        assert kernel.run_now("print(buttons.value)").text == f"{option}\n"


def test_options_may_come_from_a_generator() -> None:
    assert OptionButtons("Which?", (name for name in "ab")).options == ["a", "b"]


def test_no_options_are_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match="there is no option to choose"):
        OptionButtons("Which?", [])


def test_default_that_is_no_option_is_an_error_that_lists_them() -> None:
    with pytest.raises(ValueError, match=r"default is 'Maybe', which is not one of 'Yes', 'No'"):
        OptionButtons("Which?", ["Yes", "No"], default="Maybe")


# ------------------------------------------------------------------ names


def test_environment_string_of_the_seed_is_there() -> None:
    assert EnvironmentString is GetEnvironmentKey


# ------------------------------------------------------------------ progress


def test_progress_over_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    Progress(0).update_progress(delta=0)
    assert capsys.readouterr().out == "0 of 0\n"


def test_progress_starts_anew_at_zero() -> None:
    progress = Progress(10, visible=False)
    progress.update_progress(new_total=5)
    progress.update_progress(new_total=0)
    assert progress.value == 0


def test_progress_beyond_the_end_is_no_more_than_100_percent() -> None:
    progress = Progress(2, visible=False)
    progress.update_progress(delta=10)
    assert progress._text == "10 of 2, 100 %"


@pytest.mark.notebook
def test_progress_as_a_cells_last_value_is_shown_once(kernel: FrontEnd) -> None:
    cell = kernel.run_now("Progress(10)")
    assert [output["msg_type"] for output in cell.outputs] == ["display_data"]


# ------------------------------------------------------------------ secrets


def test_key_is_in_no_state_record_or_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNT_KEY", "hunter2")
    key = GetEnvironmentKey("HUNT_KEY")
    key.value = "hunter3"
    shown = [key._state(), key._record(), repr(key), registry.list(), repr(registry), registry._repr_html_()]
    assert "hunter" not in json.dumps(shown)
    assert (key.value, key._state()["secret"]) == ("hunter3", True)
