"""Notebook parameters, and which source of a value wins."""

from __future__ import annotations

import itertools

import pytest

from huntbook.widgets import GetText, Origin, RegisteredWidget
from huntbook.widgets._memory import Memory, Sourced, choose

PARAMETER = Sourced("parameter", Origin.PARAMETER, "host")
ENVIRONMENT = Sourced("environment", Origin.ENVIRONMENT, "HOST")
DEFAULT = Sourced("default", Origin.DEFAULT)
TYPED = Sourced("typed", Origin.TYPED)

# What is there, and what wins. "new": never seen; "changed", "same": as against the last time.
PRECEDENCE = [
    # parameter  typed  environment  default  winner
    ("new", False, False, False, "parameter"),
    ("new", True, True, True, "parameter"),
    ("changed", True, True, True, "parameter"),
    ("changed", False, True, True, "parameter"),
    ("same", True, True, True, "typed"),
    ("same", False, True, True, "parameter"),
    (None, True, True, True, "typed"),
    (None, False, True, True, "environment"),
    (None, False, False, True, "default"),
    (None, False, False, False, None),
]


@pytest.mark.parametrize(("parameter", "typed", "environment", "default", "winner"), PRECEDENCE)
def test_value_is_taken_from_the_first_source_that_has_one(
    parameter: str | None, typed: bool, environment: bool, default: bool, winner: str | None
) -> None:
    memory = Memory()
    if parameter in {"same", "changed"}:
        earlier = "parameter" if parameter == "same" else "earlier"
        choose(memory, "value", parameter=Sourced(earlier, Origin.PARAMETER, "host"))
    if typed:
        memory.values["value"] = TYPED
    chosen = choose(
        memory,
        "value",
        parameter=PARAMETER if parameter else None,
        environment=ENVIRONMENT if environment else None,
        default=DEFAULT if default else None,
    )
    assert chosen.value == winner


def test_parameter_that_goes_and_comes_back_is_new_again() -> None:
    memory = Memory()
    choose(memory, "value", parameter=PARAMETER)
    memory.values["value"] = TYPED
    assert choose(memory, "value").value == "typed"
    assert choose(memory, "value", parameter=PARAMETER).value == "parameter"


@pytest.mark.parametrize("wrong", [{"value", "host"}, {"_value", "host"}, frozenset({"value", "host"})])
def test_set_literal_is_answered_with_the_mapping_that_was_meant(wrong: object) -> None:
    with pytest.raises(TypeError, match=r'nb_params=\{"_?value": "host"\}'):
        GetText(nb_params=wrong, register=False)


@pytest.mark.parametrize("wrong", ["host", ["value", "host"], {1: "host"}, {"value": 1}, 5])
def test_nb_params_of_another_kind_is_a_type_error(wrong: object) -> None:
    with pytest.raises(TypeError, match="nb_params"):
        GetText(nb_params=wrong, register=False)


def test_unknown_attribute_is_named_with_its_nearest() -> None:
    with pytest.raises(ValueError, match=r"'valu'.*did you mean 'value'"):
        GetText(nb_params={"valu": "host"}, register=False)


@pytest.mark.parametrize("spelling", ["name_space", "ns"])
@pytest.mark.parametrize("attribute", ["value", "_value"])
def test_namespace_and_attribute_have_the_peers_spellings(spelling: str, attribute: str) -> None:
    text = GetText(nb_params={attribute: "host"}, register=False, **{spelling: {"host": "pc1"}})
    assert text.value == "pc1"


def test_param_and_nb_params_must_agree() -> None:
    with pytest.raises(ValueError, match="both name a variable"):
        GetText(param="a", nb_params={"value": "b"}, register=False)


def test_main_module_is_the_namespace_outside_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    import __main__

    monkeypatch.setattr(__main__, "my_host", "pc9", raising=False)
    assert GetText(param="my_host", register=False).value == "pc9"


@pytest.mark.parametrize("value", [0, False, "", [], 3.5])
def test_falsy_parameter_is_given_and_none_is_not(value: object) -> None:
    text = GetText("default", param="host", name_space={"host": value}, register=False)
    assert text.value == str(value)
    assert GetText("default", param="host", name_space={"host": None}, register=False).value == "default"


def test_values_that_refuse_comparison_are_new_each_time() -> None:
    class Odd:
        def __eq__(self, other: object) -> bool:
            raise ValueError

        __hash__ = None  # type: ignore[assignment]

    memory = Memory()
    choose(memory, "value", parameter=Sourced(Odd(), Origin.PARAMETER))
    memory.values["value"] = TYPED
    again = choose(memory, "value", parameter=Sourced(Odd(), Origin.PARAMETER))
    assert isinstance(again.value, Odd)


def test_environment_gives_the_main_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNT_HOST", "pc3")
    text = GetText("default", env_var="HUNT_HOST", register=False)
    assert (text.value, text.value_source) == ("pc3", "environment variable “HUNT_HOST”")


def test_unknown_keyword_is_named_with_its_nearest() -> None:
    with pytest.raises(TypeError, match="GetText has no parameter `parm`; did you mean `param`"):
        GetText(parm="host")


def test_widget_of_ones_own_remembers_several_attributes() -> None:
    class Range(RegisteredWidget):
        def __init__(self, **registered: object) -> None:
            super().__init__(["range"], ["low", "high"], **registered)  # type: ignore[arg-type]
            self.low = self._start("low", 0)
            self.high = self._start("high", 10)

        def move(self, low: int, high: int) -> None:
            self._set("low", low, Origin.TYPED)
            self._set("high", high, Origin.TYPED)

    Range().move(3, 4)
    again = Range(nb_params={"high": "top"}, name_space={"top": 7})
    assert (again.low, again.high) == (3, 7)


def test_precedence_table_has_each_combination_once() -> None:
    rows = [row[:4] for row in PRECEDENCE]
    assert len(rows) == len(set(rows))
    parameters = {row[0] for row in PRECEDENCE}
    assert all(
        any(row[0] == p and row[1] == t for row in PRECEDENCE)
        for p, t in itertools.product(parameters, [True, False])
    )
