"""SelectAlert over each kind of table."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from huntbook.tables import from_any
from huntbook.widgets import AlertSelector, How, SelectAlert, registry

ROWS: list[dict[str, Any]] = [
    {
        "TimeGenerated": "2026-01-03T00:00:00Z",
        "SystemAlertId": "c",
        "AlertName": "Dump",
        "ProductName": "EDR",
        "ProviderAlertId": "p-c",
        "Entities": '[{"Type": "host", "HostName": "WS-1"}, {"Type": "ip", "Address": "10.0.0.1"}]',
        "ExtendedProperties": '{"k": "v"}',
    },
    {
        "TimeGenerated": "2026-01-01T00:00:00Z",
        "SystemAlertId": "a",
        "AlertName": "Spray",
        "ProductName": "IdP",
        "ProviderAlertId": "",
        "Entities": "[not JSON",
        "ExtendedProperties": None,
    },
    {
        "TimeGenerated": "2026-01-02T00:00:00Z",
        "SystemAlertId": "b",
        "AlertName": "Spray",
        "ProductName": "IdP",
        "ProviderAlertId": "p-b",
        "Entities": None,
        "ExtendedProperties": '"text"',
    },
]
COLUMNS = {name: [row[name] for row in ROWS] for name in ROWS[0]}


def as_pandas() -> Any:
    import pandas as pd

    return pd.DataFrame(ROWS)


def as_pandas_with_times() -> Any:
    import pandas as pd

    frame = pd.DataFrame(ROWS)
    return frame.assign(TimeGenerated=pd.to_datetime(frame["TimeGenerated"]))


def as_polars() -> Any:
    import polars as pl

    frame = pl.DataFrame(ROWS)
    return frame.with_columns(pl.col("TimeGenerated").str.to_datetime(time_zone="UTC"))


def as_pyarrow() -> Any:
    import pyarrow as pa

    return pa.table(COLUMNS)


KINDS = [
    pytest.param(as_pandas, marks=pytest.mark.pandas, id="pandas"),
    pytest.param(as_pandas_with_times, marks=pytest.mark.pandas, id="pandas with times"),
    pytest.param(as_polars, marks=pytest.mark.polars, id="polars"),
    pytest.param(as_pyarrow, marks=pytest.mark.pyarrow, id="pyarrow"),
    pytest.param(lambda: from_any(COLUMNS), id="table"),
    pytest.param(lambda: ROWS, id="mappings"),
]


def alerts(table: Any, **more: Any) -> SelectAlert:
    return SelectAlert(table, **{"register": False, **more})


@pytest.mark.parametrize("made", KINDS)
def test_rows_are_listed_by_time_and_the_first_one_shown_is_selected(made: Callable[[], Any]) -> None:
    alert = alerts(made())
    assert [label for label, _ in alert.options] == [
        "2026-01-01 00:00:00 - Spray - IdP",
        "2026-01-02 00:00:00 - Spray - IdP",
        "2026-01-03 00:00:00 - Dump - EDR",
    ]
    assert (alert.alert_id, alert.value) == ("a", "a")
    assert alert.selected_alert["SystemAlertId"] == "a"
    assert alert.selected_alert["Entities"] == "[not JSON"
    assert alert.event_time == datetime(2026, 1, 1, tzinfo=UTC)
    alert.value = "c"
    assert alert.selected_alert["Entities"][0] == {"Type": "host", "HostName": "WS-1"}
    assert alert.selected_alert["ExtendedProperties"] == {"k": "v"}
    assert alert.query_params == {
        "system_alert_id": "c",
        "provider_alert_id": "p-c",
        "alert_name": "Dump",
        "host_name": "WS-1",
        "ip_address": "10.0.0.1",
    }
    alert.value = "b"
    assert alert.selected_alert["ExtendedProperties"] == '"text"'


@pytest.mark.pandas
def test_row_of_a_pandas_frame_is_a_series_and_the_frame_stays_as_it_is() -> None:
    frame = as_pandas()
    before = frame.copy()
    alert = alerts(frame, default_alert="c")
    assert type(alert.selected_alert).__name__ == "Series"
    assert alert.selected_alert.name == 0
    assert frame.equals(before)


@pytest.mark.parametrize(("default", "identifier"), [("b", "b"), (0, "c"), (2, "b"), (-1, "b"), (None, "a")])
def test_default_alert_is_an_identifier_or_a_row(default: Any, identifier: str) -> None:
    assert alerts(ROWS, default_alert=default).alert_id == identifier


def test_default_alert_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="default_alert is 3, which is none of the 3 options"):
        alerts(ROWS, default_alert=3)


def test_identifiers_that_are_numbers_come_before_rows() -> None:
    rows = [{"Id": i, "TimeGenerated": None, "AlertName": "x"} for i in (2, 0, 1)]
    assert alerts(rows, id_col="Id", default_alert=0)._position == 1


def test_rows_with_the_same_text_or_identifier_stay_apart_and_are_remembered() -> None:
    rows = [{**ROWS[1], "ProviderAlertId": str(i)} for i in range(3)]
    alert = SelectAlert(rows, id="same")
    assert len(alert.options) == 3
    alert._on_event("select", {"index": 2, "question": 0, "stamp": 1})
    assert alert.selected_alert["ProviderAlertId"] == "2"
    assert SelectAlert(rows, id="same").selected_alert["ProviderAlertId"] == "2"


@pytest.mark.parametrize("table", [None, [], pytest.param("pandas", marks=pytest.mark.pandas)])
def test_without_rows_it_says_so(table: Any, capsys: pytest.CaptureFixture[str]) -> None:
    empty = as_pandas().head(0) if table == "pandas" else table
    alert = alerts(empty, param="p", name_space={"p": "x"}, auto_display=True)
    assert capsys.readouterr().out.strip() == "Select alert: no alerts"
    assert (alert.selected_alert, alert.alert_id, alert.event_time) == (None, None, None)
    assert (alert.query_params, alert.label, alert._state()["empty"]) == ({}, "", "no alerts")
    assert alert.ask() is None
    assert "there is nothing to select" in alert._repr_mimebundle_()[0]["text/plain"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"columns": ["AlertNme"]},
            "columns names the column 'AlertNme', which is not there; near: 'AlertName'",
        ),
        ({"id_col": "SystemAlertID"}, "id_col names .* near: 'SystemAlertId'"),
        ({"time_col": "Time"}, "time_col names"),
    ],
)
def test_column_that_is_not_there_is_named(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        alerts(ROWS, **arguments)


def test_table_of_another_kind_and_unknown_arguments_are_type_errors() -> None:
    with pytest.raises(TypeError, match="holds a str"):
        alerts(["a"])
    with pytest.raises(TypeError, match="expected a pandas"):
        alerts(5)
    with pytest.raises(TypeError, match="no parameter `options`"):
        alerts(ROWS, options=["a"])


def test_frame_of_the_seed_is_sorted_by_its_start() -> None:
    rows = [
        {
            "StartTimeUtc": datetime(2026, 1, day),  # noqa: DTZ001 (as that release has them)
            "AlertName": "x",
            "CompromisedEntity": "h",
            "SystemAlertId": str(day),
        }
        for day in (2, 1)
    ]
    selector = AlertSelector(rows, None, ["AlertName"], False, register=False)
    assert selector.alert_id == "1"
    assert alerts(rows).label == "2026-01-01 00:00:00 - x - h"


def test_rows_without_a_time_come_last() -> None:
    rows = [{**ROWS[0], "TimeGenerated": moment} for moment in ("soon", None, "2026-01-01")]
    assert [label[:9] for label, _ in alerts(rows).options] == ["2026-01-0", "(no time)", "(no time)"]
    assert alerts(rows, default_alert=0).event_time is None


def test_columns_are_shown_in_the_order_given() -> None:
    alert = alerts(ROWS, columns=["ProductName", "TimeGenerated", "AlertName"])
    assert alert.label == "2026-01-01 00:00:00 - IdP - Spray"
    assert alerts(ROWS, columns="AlertName").label == "2026-01-01 00:00:00 - Spray"


def test_identifier_is_exported_and_a_parameter_selects_by_it() -> None:
    alert = SelectAlert(ROWS, param="alert", name_space={})
    alert.value = "b"
    assert registry.export() == {"alert": "b"}
    registry.reset()
    again = SelectAlert(ROWS, param="alert", name_space={"alert": "b"})
    assert (again.alert_id, again.ask()) == ("b", "b")
    assert again.decision.how is How.PARAMETER  # type: ignore[union-attr]


def test_action_gets_the_alert_and_followers_the_widget() -> None:
    seen: list[Any] = []
    alert = alerts(ROWS, action=lambda row: seen.append(row["SystemAlertId"]))
    alert.on_change(lambda widget: seen.append(widget.event_time.day))
    alert.display()
    alert.value = "c"
    assert seen == ["a", "c", 3]


def test_summary_has_the_tables_columns_in_their_order_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"SystemAlertId": "<b>", "TimeGenerated": None, "AlertName": "\u202e", "<i>": {"k": [1, "<x>"]}}]
    alert = alerts(rows)
    alert.display()
    printed = capsys.readouterr().out.splitlines()
    assert printed[1:4] == ["SystemAlertId: <b>", "TimeGenerated: ", "AlertName: \\u202e"]
    html = alert._summary(alert.selected_alert)._repr_html_()
    assert html.index("SystemAlertId") < html.index("TimeGenerated") < html.index("&lt;i&gt;")
    assert "&lt;x&gt;" in html
    assert not {"<b>", "<i>", "<x>", "\u202e"} & {html[i : i + 3] for i in range(len(html))}


def test_record_has_the_summary_if_the_action_shows_something_else() -> None:
    assert "EDR" not in alerts(ROWS)._repr_mimebundle_()[0]["text/plain"]
    own = alerts(ROWS, action=lambda _: None)._repr_mimebundle_()[0]
    assert own["text/plain"].splitlines()[1] == "TimeGenerated: 2026-01-01T00:00:00Z"
    assert "<table>" in own["text/html"]


def test_deeply_nested_json_stays_text() -> None:
    deep = "[" * 100_000
    alert = alerts([{**ROWS[0], "Entities": deep}])
    assert alert.selected_alert["Entities"] == deep


@pytest.mark.pandas
def test_frames_of_one_type_give_their_row() -> None:
    import pandas as pd

    columns = {
        "SystemAlertId": ["b", "a"],
        "TimeGenerated": ["2026-01-02", "2026-01-01"],
        "Entities": ["[]", '[{"Type": "account", "Name": "ada"}]'],
    }
    frame = pd.DataFrame(columns, dtype="str")
    alert = alerts(frame)
    assert alert.selected_alert["Entities"] == [{"Type": "account", "Name": "ada"}]
    assert alert.query_params == {"system_alert_id": "a", "account_name": "ada"}


def test_no_frame_library_is_imported_for_plain_rows() -> None:
    code = """
import sys
from huntbook.widgets import SelectAlert
SelectAlert([{"SystemAlertId": "a", "TimeGenerated": None, "AlertName": "x"}]).display()
heavy = {"pandas", "polars", "pyarrow", "numpy", "IPython", "anywidget"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
