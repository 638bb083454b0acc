"""KQL and the catalogue, from Python."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

import huntbook as hb

if TYPE_CHECKING:
    from conftest import Demo

START = dt.datetime(2026, 11, 13, tzinfo=dt.UTC)
END = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


def provider(demo: Demo) -> hb.QueryProvider:
    return hb.QueryProvider("MSSentinel", driver="local", data_paths=demo.logs, now=END)


def test_kql_types_arrive_as_python_types() -> None:
    table = hb.kql(
        'print s = "x", l = 1, r = 1.5, b = true, d = datetime(2026-01-02T03:04:05.6Z), t = 90m', []
    )
    assert table.column_types == ["string", "long", "real", "bool", "datetime", "timespan"]
    assert table.to_pydict() == {
        "s": ["x"],
        "l": [1],
        "r": [1.5],
        "b": [True],
        "d": [dt.datetime(2026, 1, 2, 3, 4, 5, 600_000, tzinfo=dt.UTC)],
        "t": [dt.timedelta(minutes=90)],
    }


def test_a_misspelt_column_has_code_span_and_hint(demo: Demo) -> None:
    query = "SecurityEvent | where Acount has 'admin'"
    with pytest.raises(hb.KqlError) as caught:
        hb.kql(query, demo.logs)
    error = caught.value
    assert error.code.startswith("KQL")
    assert query[slice(*error.span)] == "Acount"
    assert any("`Account`" in hint for hint in error.hints)
    assert "^^^^^^" in str(error)


def test_now_is_the_callers(demo: Demo) -> None:
    table = hb.kql("print ago(1d)", [], now=END)
    assert table.to_pydict() == {"print_0": [END - dt.timedelta(days=1)]}


def test_a_missing_path_is_named() -> None:
    with pytest.raises(hb.HuntbookError, match="no-such-folder"):
        hb.Database("no-such-folder")


def test_the_catalogue_lists_shows_and_completes(demo: Demo) -> None:
    qp = provider(demo)
    assert len(qp.list_queries()) >= 15
    assert "Azure" in dir(qp)
    family, _, name = qp.list_queries("spray")[0].partition(".")
    query = getattr(getattr(qp, family), name)
    assert "start" in str(query.__signature__)
    assert "SigninLogs" in qp.get_query(f"{family}.{name}")
    assert "Parameters" in query.__doc__


def test_an_unknown_query_lists_near_names(demo: Demo) -> None:
    with pytest.raises(hb.QueryError, match="list_password_spray"):
        provider(demo).get_query("Azure.list_pasword_spray")
    with pytest.raises(AttributeError, match="families"):
        provider(demo).Azur  # noqa: B018


def test_the_spray_is_found(demo: Demo) -> None:
    table = provider(demo).Azure.list_password_spray(start=START, end=END)
    assert demo.truth["attacker_ip"] in table["IPAddress"]


@pytest.mark.parametrize(
    "hostile", ["x' | union Secret //", 'x" | union Secret //', "a\\", "a\nb", "{start}", "x'||'"]
)
def test_a_hostile_value_stays_a_value(demo: Demo, hostile: str) -> None:
    qp = provider(demo)
    text = qp.WindowsSecurity.list_host_processes("print", host_name=hostile, start=START, end=END)
    assert len(hb.Database(demo.logs, now=END).query(text)) == 0


def test_a_bad_value_names_parameter_and_reason(demo: Demo) -> None:
    qp = provider(demo)
    with pytest.raises(hb.QueryError, match="start"):
        qp.Azure.list_password_spray(start="yesterdayish", end=END)
    with pytest.raises(hb.QueryError, match="host_name"):
        qp.WindowsSecurity.list_host_processes(start=START, end=END)


def test_running_unconnected_says_how_to_connect() -> None:
    with pytest.raises(hb.HuntbookError, match="connect"):
        hb.QueryProvider("MSSentinel").exec_query("print 1")


def test_an_unknown_environment_lists_near_names() -> None:
    with pytest.raises(hb.HuntbookError, match="MSSentinel"):
        hb.QueryProvider("MSSentinell")


def test_users_own_yaml_is_read_and_its_faults_are_listed(tmp_path: object, demo: Demo) -> None:
    folder = demo.folder / "packs"
    folder.mkdir(exist_ok=True)
    (folder / "good.yaml").write_text(
        "metadata:\n  version: 1\n  data_environments: [MSSentinel]\n  data_families: [Mine]\n"
        "sources:\n  count_events:\n    description: counts\n    args:\n"
        "      query: 'SecurityEvent | where EventID == {event_id} | count'\n"
        "    parameters:\n      event_id: {type: int, description: id}\n"
    )
    (folder / "bad.yaml").write_text("sources: [1, 2\n")
    qp = hb.QueryProvider("MSSentinel", data_paths=demo.logs, query_paths=folder, now=END)
    assert any("bad.yaml" in problem for problem in qp.query_file_problems)
    assert qp.Mine.count_events(event_id=4624)["Count"][0] > 0
    with pytest.raises(hb.QueryError, match="event_id"):
        qp.Mine.count_events(event_id="5 | union Secret")
