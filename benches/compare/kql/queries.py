"""The queries, each as KQL, as SQL that was written by hand for DuckDB, and as pandas.

The SQL gives what the KQL means, not what is near: `has` wants whole terms, `contains` ignores case, an inner
join without a kind takes one left row for each key.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas


@dataclass(frozen=True)
class Query:
    """One question in three languages."""

    name: str
    kql: str
    sql: str
    #: The tables, each with the columns that pandas has to read.
    columns: dict[str, list[str]]
    frame: Callable[..., pandas.DataFrame]


def _terms() -> list[str]:
    words = ["mimikatz", "svchost", "certutil", "bitsadmin", "psexec", "rundll32", "regsvr32", "mshta"]
    dice = random.Random(7)
    while len(words) < 200:
        words.append("".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(5, 12))))
    return words


TERMS = _terms()
_ANY = "|".join(TERMS)
_LISTED = ", ".join(f'"{term}"' for term in TERMS)
_BORDER = "(^|[^A-Za-z0-9])"
_END = "($|[^A-Za-z0-9])"
_SHOWN = "TimeGenerated, Computer, Account, CommandLine"


def _where(pattern: str) -> Callable[..., Any]:
    def frame(events: Any) -> Any:
        # A pattern once for each distinct text, as anybody would who knows that texts repeat.
        codes, texts = events["CommandLine"].factorize()
        found = texts.to_series().str.contains(pattern, regex=True, case=False).to_numpy(dtype=bool)
        return events[found[codes]]

    return frame


def _json(column: Any, key: str) -> Any:
    import json

    codes, texts = column.factorize()
    values = [json.loads(text).get(key) or "" if text else "" for text in texts]
    return [values[code] if code >= 0 else "" for code in codes]


def _regex(events: Any) -> Any:
    found = events[events["CommandLine"].str.contains(_REGEX, regex=True)]
    return found.groupby("CommandLine").size().reset_index(name="Count")


def _one_key(events: Any) -> Any:
    groups = events.groupby("Account")["TimeGenerated"]
    return groups.agg(["size", "min", "max"]).reset_index()


def _last_rows(events: Any) -> Any:
    events = events.reset_index(drop=True)
    last = events.loc[events.groupby("Computer")["TimeGenerated"].idxmax()]
    return last[["Computer", "TimeGenerated"]]


def _join(logons: Any, starts: Any) -> Any:
    logons = logons[logons["ActionType"] == "LogonSuccess"]
    keys = logons[["DeviceName", "AccountName"]].drop_duplicates()
    joined = keys.merge(starts, on=["DeviceName", "AccountName"])
    return joined.groupby("FileName").size().reset_index(name="Count")


def _parse(events: Any) -> Any:
    parts = events["CommandLine"].str.extract(r"svchost\.exe -k (.*?) -p")[0]
    return parts[parts.notna()].value_counts().reset_index()


def _path(signins: Any) -> Any:
    country = _json(signins["LocationDetails"], "countryOrRegion")
    system = _json(signins["DeviceDetail"], "operatingSystem")
    return signins.assign(c=country, s=system).groupby(["c", "s"]).size().reset_index(name="Count")


def _expand(activity: Any) -> Any:
    import json

    items = activity["AffectedItems"].map(lambda text: json.loads(text) if text else [])
    parts = activity.assign(item=items).explode("item")
    parts = parts[parts["item"].notna()]
    counts = parts["item"].map(lambda item: item.get("Count", 0))
    return parts.assign(n=counts).groupby("UserId")["n"].sum().reset_index()


def _union(*tables: Any) -> Any:
    import pandas

    rows = pandas.concat(tables)
    day = rows["TimeGenerated"].dt.floor("D")
    return rows.assign(day=day).groupby(["Type", "day"]).size().reset_index(name="Count")


_REGEX = r"\\(svchost|taskhostw)\.exe\s+-k\s+\w+"
_EVENTS = {"SecurityEvent": ["TimeGenerated", "Computer", "Account", "CommandLine"]}
_FOUR = ["SecurityEvent", "DeviceProcessEvents", "DnsEvents", "CommonSecurityLog"]

QUERIES = [
    Query(
        "has",
        f'SecurityEvent | where CommandLine has "svchost" | project {_SHOWN}',
        # The plain search first is what makes it quick.
        f"SELECT {_SHOWN} FROM SecurityEvent WHERE contains(lower(CommandLine), 'svchost')"
        f" AND regexp_matches(CommandLine, '(?i){_BORDER}svchost{_END}')",
        _EVENTS,
        _where(r"(?:^|[^A-Za-z0-9])svchost(?:$|[^A-Za-z0-9])"),
    ),
    Query(
        "has_any of 200",
        f"SecurityEvent | where CommandLine has_any ({_LISTED}) | project {_SHOWN}",
        f"SELECT {_SHOWN} FROM SecurityEvent"
        f" WHERE regexp_matches(CommandLine, '(?i){_BORDER}({_ANY}){_END}')",
        _EVENTS,
        _where(f"(?:^|[^A-Za-z0-9])(?:{_ANY})(?:$|[^A-Za-z0-9])"),
    ),
    Query(
        "regex",
        f"SecurityEvent | where CommandLine matches regex @'{_REGEX}' | summarize Count = count() by CommandLine",
        f"SELECT CommandLine, count(*) FROM SecurityEvent WHERE regexp_matches(CommandLine, '{_REGEX}') GROUP BY 1",
        {"SecurityEvent": ["CommandLine"]},
        _regex,
    ),
    Query(
        "contains",
        f'SecurityEvent | where CommandLine contains "renderer" | project {_SHOWN}',
        f"SELECT {_SHOWN} FROM SecurityEvent WHERE contains(lower(CommandLine), 'renderer')",
        _EVENTS,
        _where("renderer"),
    ),
    Query(
        "summarize by 1 key",
        "SecurityEvent | summarize Count = count(), First = min(TimeGenerated), Last = max(TimeGenerated) by Account",
        "SELECT Account, count(*), min(TimeGenerated), max(TimeGenerated) FROM SecurityEvent GROUP BY 1",
        {"SecurityEvent": ["Account", "TimeGenerated"]},
        _one_key,
    ),
    Query(
        "summarize by 2 keys",
        "SecurityEvent | summarize Count = count() by Computer, Account",
        "SELECT Computer, Account, count(*) FROM SecurityEvent GROUP BY 1, 2",
        {"SecurityEvent": ["Computer", "Account"]},
        lambda events: events.groupby(["Computer", "Account"]).size().reset_index(name="Count"),
    ),
    Query(
        "arg_max *",
        "SecurityEvent | summarize arg_max(TimeGenerated, *) by Computer",
        # Of all ways that were tried the quickest.
        "SELECT Computer, unnest(arg_max(row, TimeGenerated)) FROM"
        " (SELECT Computer, TimeGenerated, row FROM SecurityEvent row) GROUP BY 1",
        {"SecurityEvent": []},
        _last_rows,
    ),
    Query(
        "dcount",
        "SecurityEvent | summarize Accounts = dcount(Account) by Computer",
        "SELECT Computer, count(DISTINCT Account) FROM SecurityEvent GROUP BY 1",
        {"SecurityEvent": ["Computer", "Account"]},
        lambda events: events.groupby("Computer")["Account"].nunique().reset_index(),
    ),
    Query(
        "join innerunique",
        'DeviceLogonEvents | where ActionType == "LogonSuccess" | project DeviceName, AccountName'
        " | join (DeviceProcessEvents | project DeviceName, AccountName, FileName) on DeviceName, AccountName"
        " | summarize Count = count() by FileName",
        "SELECT FileName, count(*) FROM (SELECT DISTINCT DeviceName, AccountName FROM DeviceLogonEvents"
        " WHERE ActionType = 'LogonSuccess') JOIN DeviceProcessEvents USING (DeviceName, AccountName) GROUP BY 1",
        {
            "DeviceLogonEvents": ["ActionType", "DeviceName", "AccountName"],
            "DeviceProcessEvents": ["DeviceName", "AccountName", "FileName"],
        },
        _join,
    ),
    Query(
        "parse",
        'SecurityEvent | parse CommandLine with * "svchost.exe -k " Group " -p" * | where isnotempty(Group)'
        " | summarize Count = count() by Group",
        "SELECT g, count(*) FROM (SELECT regexp_extract(CommandLine, 'svchost\\.exe -k (.*?) -p', 1) g"
        " FROM SecurityEvent) WHERE g <> '' GROUP BY 1",
        {"SecurityEvent": ["CommandLine"]},
        _parse,
    ),
    Query(
        "dynamic path",
        "SigninLogs | summarize Count = count() by Country = tostring(LocationDetails.countryOrRegion),"
        " System = tostring(DeviceDetail.operatingSystem)",
        "SELECT coalesce(LocationDetails ->> '$.countryOrRegion', ''),"
        " coalesce(DeviceDetail ->> '$.operatingSystem', ''), count(*) FROM SigninLogs GROUP BY 1, 2",
        {"SigninLogs": ["LocationDetails", "DeviceDetail"]},
        _path,
    ),
    Query(
        "mv-expand",
        "OfficeActivity | mv-expand Item = todynamic(AffectedItems) | where isnotnull(Item)"
        " | summarize Count = sum(tolong(Item.Count)) by UserId",
        "SELECT UserId, sum(CAST(item ->> '$.Count' AS BIGINT))::BIGINT FROM (SELECT UserId,"
        " unnest(from_json(nullif(AffectedItems, ''), '[\"JSON\"]')) item FROM OfficeActivity) GROUP BY 1",
        {"OfficeActivity": ["UserId", "AffectedItems"]},
        _expand,
    ),
    Query(
        "union of 4",
        f"union {', '.join(_FOUR)} | summarize Count = count() by Type, Day = bin(TimeGenerated, 1d)",
        "SELECT Type, date_trunc('day', TimeGenerated) AS day, count(*) FROM ("
        + " UNION ALL ".join(f"SELECT Type, TimeGenerated FROM {table}" for table in _FOUR)
        + ") GROUP BY 1, 2",
        {table: ["Type", "TimeGenerated"] for table in _FOUR},
        _union,
    ),
]
