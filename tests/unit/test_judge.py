"""Indicators and verdicts, from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import huntbook as hb

if TYPE_CHECKING:
    from conftest import Demo


def test_indicators_of_a_table_are_found_and_counted() -> None:
    found = hb.extract_iocs({"CommandLine": ["curl hxxp://evil[.]example[.]net/a", "ping 203.0.113.9"]})
    values = dict(zip(found["Observable"], found["IoCType"], strict=True))
    assert values["203.0.113.9"] == "ipv4"
    assert values["http://evil.example.net/a"] == "url"
    assert set(found["Column"]) == {"CommandLine"}


def test_a_missing_column_is_named() -> None:
    with pytest.raises(hb.IndicatorError, match="CommandLine"):
        hb.extract_iocs({"CommandLine": ["x"]}, columns=["ComandLine"])


def test_the_feed_knows_the_attacker_and_not_found_is_not_clean(demo: Demo) -> None:
    ti = hb.TILookup(feeds=demo.feed)
    answer = ti.lookup_iocs([demo.truth["c2_domain"], demo.truth["attacker_ip"], "8.8.4.4"])
    verdicts = dict(zip(answer["Ioc"], answer["Verdict"], strict=False))
    assert verdicts[demo.truth["c2_domain"]] == "malicious"
    assert verdicts[demo.truth["attacker_ip"]] in {"malicious", "suspicious"}
    assert verdicts["8.8.4.4"] == "not found"


def test_result_columns_are_the_peers_and_ours(demo: Demo) -> None:
    answer = hb.TILookup(feeds=demo.feed).lookup_ioc("198.51.100.1")
    assert answer.column_names[:11] == [
        "QuerySubtype", "Result", "Details", "RawResult", "Reference", "Status",
        "Ioc", "IocType", "SafeIoc", "Severity", "Provider",
    ]  # fmt: skip
    assert answer.column_names[11:] == [
        "Verdict",
        "Confidence",
        "Evidence",
        "FirstSeen",
        "LastSeen",
    ]


def test_an_unknown_feed_is_named(demo: Demo) -> None:
    with pytest.raises(hb.ConfigError, match="nosuch"):
        hb.TILookup(["nosuch"], feeds=demo.feed)


def test_something_that_is_no_indicator_is_a_row_that_says_so(demo: Demo) -> None:
    answer = hb.TILookup(feeds=demo.feed).lookup_iocs(["not an indicator"])
    assert answer["Verdict"] == ["unsupported"]
