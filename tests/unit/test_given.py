"""What a user gives beside the tables: files for URLs and watchlists, functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import huntbook as hb

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_stands_for_a_url(tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("203.0.113.7\n203.0.113.8\n")
    query = 'externaldata(ip:string)["https://feeds.example/ips.csv"] | count'
    table = hb.kql(query, urls={"https://feeds.example/ips.csv": feed})
    assert table.to_pydict() == {"Count": [2]}


def test_a_file_stands_for_a_watchlist(tmp_path: Path) -> None:
    people = tmp_path / "vip.csv"
    people.write_text("Room,User\n1,ada\n2,bob\n")
    query = "_GetWatchlist('vip') | where SearchKey == 'bob' | project tostring(Room)"
    database = hb.Database([], watchlists={"vip": (people, "User")})
    assert database.query(query).to_pydict() == {"Room": ["2"]}
    by_first_column = hb.Database([], watchlists={"vip": people})
    assert len(by_first_column.query("_GetWatchlist('vip') | where SearchKey == '1'")) == 1


def test_functions_of_the_user_are_called_by_name(tmp_path: Path) -> None:
    (tmp_path / "mine.kql").write_text("let Twice = (n:long) { print r = 2 * n };")
    assert hb.kql("Twice(2)", functions=tmp_path).to_pydict() == {"r": [4]}
    assert hb.kql("Twice(3)", functions=[tmp_path / "mine.kql"]).to_pydict() == {"r": [6]}


def test_asim_is_there_by_default() -> None:
    assert len(hb.kql("imDns(domain_has_any=dynamic(['example.com']))")) == 0


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.kql"
    wrong.write_text("let a = () { print 1 };\nlet b = 3;\n")
    with pytest.raises(hb.HuntbookError, match=r"wrong\.kql:2:1"):
        hb.kql("print 1", functions=wrong)
    with pytest.raises(hb.HuntbookError, match=r"gone\.csv"):
        hb.kql("print 1", urls={"https://feeds.example/": tmp_path / "gone.csv"})
    with pytest.raises(hb.HuntbookError, match=r"gone\.mmdb"):
        hb.kql("print 1", geo=tmp_path / "gone.mmdb")
    with pytest.raises(TypeError, match="'watchlist'"):
        hb.kql("print 1", watchlist={})  # type: ignore[call-arg]
    with pytest.raises(hb.ConfigError, match="vip"):
        hb.kql("print 1", watchlists={"vip": 3})  # type: ignore[dict-item]


def test_a_provider_takes_the_same(tmp_path: Path) -> None:
    (tmp_path / "Logons.csv").write_text("User,Count\nada,3\nbob,1\n")
    (tmp_path / "mine.kql").write_text("let Busy = () { Logons | where Count > 2 };")
    provider = hb.QueryProvider("LocalData", data_paths=tmp_path, functions=[tmp_path / "mine.kql"])
    assert provider.exec_query("Busy | project User").to_pydict() == {"User": ["ada"]}
    with pytest.raises(hb.ConfigError, match="functions"):
        hb.QueryProvider("LocalData", functions=[tmp_path / "mine.kql"])
