"""Keys from the environment, a passphrase, a keyring."""

from __future__ import annotations

import sys
import types

import pytest

import huntbook as hb

DIGITS = bytes(range(32)).hex()
KEY = hb.Key.from_bytes(bytes(range(32)))


def test_the_environment_holds_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNTBOOK_KEY", DIGITS)
    monkeypatch.setenv("OTHER", f"{DIGITS}\n")
    assert hb.Key.from_env().fingerprint == hb.Key.from_env("OTHER").fingerprint == KEY.fingerprint


def test_a_variable_that_is_missing_or_no_key_is_refused_without_its_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HUNTBOOK_KEY", raising=False)
    with pytest.raises(hb.ObfuscationError, match="HUNTBOOK_KEY"):
        hb.Key.from_env()
    monkeypatch.setenv("HUNTBOOK_KEY", "hunter2")
    with pytest.raises(hb.ObfuscationError) as caught:
        hb.Key.from_env()
    assert "hunter2" not in str(caught.value)


def test_a_passphrase_and_its_salt_make_the_key() -> None:
    one = hb.Key.from_passphrase("correct horse battery staple")
    assert one.fingerprint == hb.Key.from_passphrase("correct horse battery staple").fingerprint
    assert one.fingerprint != hb.Key.from_passphrase("correct horse battery staple", "team").fingerprint
    with pytest.raises(hb.ObfuscationError):
        hb.Key.from_passphrase("")


def test_a_missing_keyring_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(hb.ObfuscationError, match=r"pip install 'huntbook\[keyring\]'"):
        hb.Key.from_keyring()


@pytest.fixture
def backend() -> types.SimpleNamespace:
    """Return what a keyring in memory holds; it is a real backend of the real package."""
    import keyring
    from keyring.backend import KeyringBackend
    from keyring.errors import PasswordDeleteError

    kept: dict[tuple[str, str], str] = {}

    class InMemory(KeyringBackend):
        priority = 1  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            return kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            kept[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            if kept.pop((service, username), None) is None:
                raise PasswordDeleteError(service)

    keyring.set_keyring(InMemory())
    return types.SimpleNamespace(kept=kept)


def test_the_keyring_keeps_the_key_made_on_first_use(backend: types.SimpleNamespace) -> None:
    first = hb.Key.from_keyring()
    assert list(backend.kept) == [("huntbook", "obfuscation-key")]
    assert hb.Key.from_keyring().fingerprint == first.fingerprint
    assert hb.Key.from_keyring(service="elsewhere").fingerprint != first.fingerprint
    assert next(iter(backend.kept.values())) not in repr(first)


def test_an_entry_of_the_keyring_that_is_no_key_is_refused(backend: types.SimpleNamespace) -> None:
    backend.kept["huntbook", "obfuscation-key"] = "hunter2"
    with pytest.raises(hb.ObfuscationError) as caught:
        hb.Key.from_keyring()
    assert "hunter2" not in str(caught.value)


def test_a_keyring_that_fails_is_a_named_error() -> None:
    import keyring
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    with pytest.raises(hb.ObfuscationError, match="keyring"):
        hb.Key.from_keyring()
