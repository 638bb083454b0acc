"""Obfuscation and its proof, from Python."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

import huntbook as hb

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Demo

KEY = hb.Key.from_bytes(bytes.fromhex("9b1c7e42d0a85f36c4e91a7702bd68f3551ec08ad7429f6b30f8e2a4617cd95b"))


def test_one_person_has_one_token_in_every_spelling() -> None:
    ob = hb.Obfuscator(KEY)
    nt = ob.value("account", "CONTOSO\\ada.king").partition("\\")[2].lower()
    upn = ob.value("account", "ada.king@contoso.com").partition("@")[0].lower()
    assert nt == upn != "ada.king"


def test_two_realms_and_two_keys_cannot_be_joined() -> None:
    values = {
        hb.Obfuscator(KEY, "a").value("account", "ada@contoso.com"),
        hb.Obfuscator(KEY, "b").value("account", "ada@contoso.com"),
        hb.Obfuscator(hb.Key.from_bytes(bytes(32)), "a").value("account", "ada@contoso.com"),
    }
    assert len(values) == 3


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ip", "10.20.30.40"),
        ("ip", "203.0.113.77"),
        ("ip", "2001:db8::1"),
        ("uuid", "12345678-1234-4234-8234-123456789abc"),
        ("sid", "S-1-5-21-1111111111-2222222222-3333333333-1104"),
    ],
)
def test_the_key_holder_reveals(kind: str, value: str) -> None:
    ob = hb.Obfuscator(KEY)
    assert ob.reveal(kind, ob.value(kind, value)) == value


def test_a_one_way_kind_is_not_revealed() -> None:
    with pytest.raises(hb.ObfuscationError):
        hb.Obfuscator(KEY).reveal("string", "whatever")


def test_an_unknown_kind_lists_the_kinds() -> None:
    with pytest.raises(hb.ObfuscationError, match="account"):
        hb.Obfuscator(KEY).value("acount", "x")


def test_unknown_text_is_obfuscated_and_none_stays_none() -> None:
    ob = hb.Obfuscator(KEY)
    safe = ob.obfuscate({"Whatever": ["zquagga okapi", None, ""]})
    assert safe["Whatever"][0] != "zquagga okapi"
    assert safe["Whatever"][1:] == [None, ""]
    assert ob.report[0]["column"] == "Whatever"
    assert ob.report[0]["reason"]


@pytest.mark.pandas
def test_pandas_numbers_keep_their_dtype_and_the_input_is_not_changed(demo: Demo) -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "Account": ["CONTOSO\\ada", None],
            "EventID": pd.array([4624, 4625], "int16"),
            "x": [{"ip": "10.1.1.1"}, 3],
        },
        index=[7, 5],
    )
    safe = hb.Obfuscator(KEY).obfuscate(frame)
    assert safe["EventID"].dtype == "int16"
    assert list(safe.index) == [7, 5]
    assert safe["Account"].dtype == frame["Account"].dtype
    assert pd.isna(safe["Account"].iloc[1])
    assert "10.1.1.1" not in str(safe["x"].tolist())
    assert frame["x"].iloc[0] == {"ip": "10.1.1.1"}


def test_the_proof_finds_a_value_that_was_put_back(demo: Demo) -> None:
    table = hb.kql("SigninLogs | take 500", demo.logs)
    ob = hb.Obfuscator(KEY)
    safe = ob.obfuscate(table)
    proof = hb.prove(table, safe, key=KEY)
    assert proof.ok, proof.findings
    assert table["UserPrincipalName"][0] not in proof.to_json()
    leaky = safe.to_pydict()
    leaky["UserPrincipalName"][3] = table["UserPrincipalName"][3]
    texts = {n: [None if v is None else str(v) for v in column] for n, column in leaky.items()}
    assert not hb.prove(table, texts, key=KEY).ok
    assert not hb.prove(table, table, key=KEY).ok


def test_a_key_is_made_private_and_an_open_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key"
    first = hb.Key.load_or_create(path)
    assert hb.Key.load_or_create(path).fingerprint == first.fingerprint
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().strip() not in repr(first)
    path.chmod(0o644)
    with pytest.raises(hb.ObfuscationError, match="chmod"):
        hb.Key.load_or_create(path)


def test_a_key_is_not_pickled() -> None:
    import pickle

    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(KEY)
