"""Keyed, structure-preserving obfuscation of tables, and the proof that nothing leaked."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping as _Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from huntbook import _native
from huntbook.errors import ObfuscationError
from huntbook.tables import from_any, is_pandas, like

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from huntbook.tables import Table

T = TypeVar("T")


class Key:
    """The 32 bytes that make tokens; whoever holds them can reveal.

    Never printed, logged or pickled: what is shown is the fingerprint.

    Examples
    --------
    >>> Key.from_bytes(bytes(range(32)))
    Key(fingerprint='...')
    """

    def __init__(self, native: _native.Key) -> None:
        self._native = native

    @classmethod
    def generate(cls) -> Key:
        """Return a new random key; it is lost with the process unless it is kept."""
        return cls(_native.Key.generate())

    @classmethod
    def from_bytes(cls, raw: bytes) -> Key:
        """Return the key of these 32 bytes.

        Raises
        ------
        ObfuscationError
            If there are not 32 of them.
        """
        return cls(_native.Key.from_bytes(raw))

    @classmethod
    def load_or_create(cls, path: str | os.PathLike[str] | None = None) -> Key:
        """Return the key kept at `path`, making it there (mode 0600) on first use.

        Parameters
        ----------
        path
            Default: the environment variable ``HUNTBOOK_KEY_FILE``, else
            ``~/.config/huntbook/key``.

        Raises
        ------
        ObfuscationError
            If others may read the file; the message has the command that mends it.
        """
        if path is None:
            path = os.environ.get("HUNTBOOK_KEY_FILE") or Path.home() / ".config" / "huntbook" / "key"
        return cls(_native.Key.load_or_create(os.fspath(path)))

    @classmethod
    def from_env(cls, name: str = "HUNTBOOK_KEY") -> Key:
        """Return the key that the environment variable `name` holds as 64 hexadecimal digits or base64.

        Raises
        ------
        ObfuscationError
            If the variable is not set, or holds no key.

        Examples
        --------
        >>> os.environ["HUNTBOOK_KEY"] = bytes(range(32)).hex()
        >>> Key.from_env().fingerprint == Key.from_bytes(bytes(range(32))).fingerprint
        True
        >>> del os.environ["HUNTBOOK_KEY"]
        """
        text = os.environ.get(name)
        if not text:
            msg = f"the environment variable `{name}` is not set: it holds a key as 64 hexadecimal digits"
            raise ObfuscationError(msg)
        return cls(_native.Key.from_text(text))

    @classmethod
    def from_passphrase(cls, passphrase: str, salt: str = "") -> Key:
        """Return the key that Argon2id derives from a passphrase; it takes a second or so on purpose.

        Parameters
        ----------
        passphrase
            Some words that nobody guesses; whoever knows them can reveal.
        salt
            What makes the same passphrase another key elsewhere, such as the name of a team.

        Raises
        ------
        ObfuscationError
            If the passphrase is too short.
        """
        return cls(_native.Key.from_passphrase(passphrase, salt))

    @classmethod
    def from_keyring(cls, service: str = "huntbook", username: str = "obfuscation-key") -> Key:
        """Return the key kept in the operating system's keyring, making it there on first use.

        Parameters
        ----------
        service, username
            What the entry is called in the keyring.

        Raises
        ------
        ObfuscationError
            If the package ``keyring`` is not installed, or the system has no keyring, or the entry is no key.
        """
        try:
            import keyring
            import keyring.errors
        except ImportError:
            msg = "keys in the keyring need the package `keyring`: run `pip install 'huntbook[keyring]'`"
            raise ObfuscationError(msg) from None
        try:
            text = keyring.get_password(service, username)
            if text is None:
                keyring.set_password(service, username, secrets.token_hex(32))
                text = keyring.get_password(service, username)
        except keyring.errors.KeyringError as error:
            msg = f"the keyring cannot be used: {type(error).__name__}"
            raise ObfuscationError(msg, hints=["Key.load_or_create keeps the key in a file"]) from None
        if not text:
            msg = f"the keyring does not keep the entry `{username}` of `{service}`"
            raise ObfuscationError(msg, hints=["Key.load_or_create keeps the key in a file"])
        return cls(_native.Key.from_text(text))

    @property
    def fingerprint(self) -> str:
        """Return a short name of the key, safe to show."""
        return self._native.fingerprint

    def __repr__(self) -> str:
        return f"Key(fingerprint={self.fingerprint!r})"

    def __reduce__(self) -> str:
        msg = "a Key is not pickled: keep it in a file with Key.load_or_create"
        raise TypeError(msg)


class Obfuscator:
    """Replaces what identifies people and machines, and keeps what analysis needs.

    Addresses, GUIDs, SIDs and the like are permuted and can be revealed by the key's holder; names become
    tokens. The same value gives the same token in every column, table and process with the same key and
    realm, so joins, group-bys, subnets and order survive.

    Parameters
    ----------
    key
        The key; None makes a new one, kept nowhere.
    realm
        Who the data goes to. Data of two realms cannot be joined.
    policy
        The name of a built-in policy (``default``, ``strict``, ``sentinel``, ...), the path of a policy file,
        or a policy as YAML of more than one line.
    column_map
        Column name (``*`` matches any run, ``a.b`` a key inside a dict) -> kind (``ip``, ``account``,
        ``host``, ``text``, ``null``, ``keep``, ...) or delimiters, before the policy.
    ip
        How addresses are mapped: ``prefix``, ``subnet``, ``flat``, ``ipcrypt-pfx``,
        ``ipcrypt-deterministic``. None: as the policy says.
    times
        What happens to times that no rule names: ``keep`` or ``shift``.
    words
        Which words of free text stay: ``public``, or ``all`` that no typed column holds.

    Raises
    ------
    ObfuscationError
        If there is no such policy, kind or setting.

    Examples
    --------
    >>> ob = Obfuscator(Key.from_bytes(bytes(32)), realm="report")
    >>> ob.value("ip", "10.1.2.3").startswith("10.")
    True
    >>> ob.reveal("ip", ob.value("ip", "10.1.2.3"))
    '10.1.2.3'
    >>> safe = ob.obfuscate({"Account": ["CONTOSO\\\\ada", "ada@contoso.com"]})
    >>> user = safe["Account"][0].partition("\\\\")[2]
    >>> safe["Account"][1].startswith(user + "@")
    True
    """

    def __init__(
        self,
        key: Key | None = None,
        realm: str = "default",
        policy: str | os.PathLike[str] = "default",
        column_map: Mapping[str, str] | None = None,
        *,
        ip: str | None = None,
        times: str | None = None,
        words: str | None = None,
    ) -> None:
        if isinstance(policy, _Mapping):
            msg = "policy is a name, a path or YAML; what maps columns to kinds is column_map"
            raise TypeError(msg)
        self.key = key or Key.generate()
        self.realm = realm
        settings = {"ip": ip, "times": times, "words": words}
        self._native = _native.Obfuscator(
            self.key._native,  # noqa: SLF001
            realm,
            os.fspath(policy),
            {str(column): str(kind) for column, kind in (column_map or {}).items()},
            {name: value for name, value in settings.items() if value is not None},
        )
        self._report: list[dict[str, Any]] = []

    def obfuscate(self, table: T) -> T:
        """Return `table` with sensitive values replaced; the same kind of table comes out.

        Text that no rule names is obfuscated, not passed. Numbers, booleans and times pass unless a rule or
        the settings say otherwise. `report` says what was done to each column and why. The input is not
        changed.

        Cells of pandas' object columns may be dicts and lists of any depth: texts in them are typed by their
        path (``DeviceDetail.displayName``) and content, keys and other values stay.

        Raises
        ------
        ObfuscationError
            If a column can be neither passed nor obfuscated.

        Examples
        --------
        >>> ob = Obfuscator(Key.from_bytes(bytes(32)))
        >>> ob.obfuscate({"IpAddress": ["10.1.2.3", None, "-"], "Count": ["1", "2", "3"]})["IpAddress"][1:]
        [None, '-']
        >>> ob.report[0]["kind"]
        'ip'
        """
        return self._transformed(table, reveal=False)

    def _transformed(self, table: T, *, reveal: bool) -> T:
        if is_pandas(table):
            from huntbook import frames

            frame, self._report = frames.transform(self._native, table, reveal=reveal)
            return cast("T", frame)
        work = self._native.reveal_table if reveal else self._native.obfuscate
        native, report = work(from_any(table))
        self._report = json.loads(report)
        return like(native, table)

    def learn(self, table: object) -> None:
        """Learn the names in `table`, so that free text of *other* tables hides them, too.

        A table's own names are always learnt when it is obfuscated. To hide the names of one table in the
        text of another, learn all of them first.

        Examples
        --------
        >>> ob = Obfuscator(Key.from_bytes(bytes(32)))
        >>> ob.learn({"Account": ["may"]})
        >>> "may" in ob.text("user may logged on")
        False
        """
        self._native.learn(self._leaves(table))

    def _leaves(self, table: object) -> Table:
        if is_pandas(table):
            from huntbook import frames

            return frames.flatten(self._native, table)
        return from_any(table)

    @property
    def report(self) -> list[dict[str, Any]]:
        """Return one dict a column of the last table: ``column``, ``kind``, ``reason``, counts."""
        return self._report

    def value(self, kind: str, text: str) -> str:
        """Return the obfuscated form of one value of `kind`."""
        return self._native.value(kind, text)

    def text(self, free_text: str) -> str:
        """Return text with what identifies anyone in it replaced, such as that of a ticket or a command line.

        Examples
        --------
        >>> ob = Obfuscator(Key.from_bytes(bytes(32)))
        >>> safe = ob.text("logon failed from 10.20.30.40")
        >>> safe.startswith("logon failed from 10."), "10.20.30.40" in safe
        (True, False)
        """
        return self._native.value("text", free_text)

    @overload
    def reveal(self, kind: str, text: str, /) -> str: ...
    @overload
    def reveal(self, table: T, /) -> T: ...
    def reveal(self, kind: Any, text: str | None = None, /) -> Any:
        """Return the original of one obfuscated value, or of a whole table.

        Parameters
        ----------
        kind
            The kind of `text`; or a table that this obfuscator, or one with the same key, realm and rules,
            has made: its reversible columns (by the policy, `column_map` and content) are revealed, while
            tokens stay.
        text
            One obfuscated value.

        Raises
        ------
        ObfuscationError
            If the kind is a one-way token, or the value was not made by it. A table does not raise this: a
            value that no reversible map made stays.

        Examples
        --------
        >>> ob = Obfuscator(Key.from_bytes(bytes(32)))
        >>> safe = ob.obfuscate({"IpAddress": ["10.1.2.3"], "Account": ["ada"]})
        >>> back = ob.reveal(safe)
        >>> back["IpAddress"], back["Account"] == safe["Account"]
        (['10.1.2.3'], True)
        """
        if text is None:
            return self._transformed(kind, reveal=True)
        return self._native.reveal(kind, text)

    def file(
        self,
        source: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        destination: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        skip_unknown: bool = False,
    ) -> dict[str, Any]:
        """Obfuscate files or folders (Parquet, CSV, NDJSON, JSON, zips and gzips of them, text).

        Parameters
        ----------
        source
            A file, a folder, or several of them.
        destination
            A file for one file, else a folder; it appears whole, or not at all.
        overwrite
            Whether what is there is replaced.
        skip_unknown
            Whether files that cannot be read are left out and listed, instead of being an error.

        Returns
        -------
        dict
            What was done to each file and column: ``files``, ``left_out``, ``rows``, ``bytes_in``, ...

        Raises
        ------
        ObfuscationError
            If a file cannot be read or written; nothing is left behind then, nor after Ctrl-C.
        """
        sources = [source] if isinstance(source, str | os.PathLike) else list(source)
        report = self._native.files(
            [os.fspath(path) for path in sources], os.fspath(destination), overwrite, skip_unknown
        )
        return cast("dict[str, Any]", json.loads(report))

    def __repr__(self) -> str:
        return f"Obfuscator(key={self.key!r}, realm={self.realm!r})"


class Proof:
    """What a check of obfuscated data against the original found; holds counts and hashes only."""

    def __init__(self, as_json: str, as_html: str) -> None:
        self._json = as_json
        self._html = as_html
        self.data: dict[str, Any] = json.loads(as_json)

    @property
    def _proofs(self) -> list[dict[str, Any]]:
        """Return one proof for each table; that of a table is the only one."""
        if "files" in self.data:
            return [{**file["proof"], "file": file["file"]} for file in self.data["files"]]
        return [self.data]

    @property
    def ok(self) -> bool:
        """Return True if no original value was found where it must not be."""
        return bool(self.data["ok"])

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Return what is wrong, one dict each; empty when `ok`."""
        missing = [
            {"rule": "missing", "file": name, "message": f"`{name}` should be there and is not"}
            for name in self.data.get("missing", [])
        ]
        return missing + [_of(proof, finding) for proof in self._proofs for finding in proof["findings"]]

    @property
    def attack(self) -> dict[str, Any]:
        """Return what somebody with the scheme and without the key could try, and what came of it."""
        proofs = [proof["attack"] for proof in self._proofs if "attack" in proof]
        total: dict[str, Any] = {}
        for attack in proofs:
            for name, value in attack.items():
                counts = isinstance(value, int) and not name.endswith("_bits") and name in total
                total[name] = total[name] + value if counts else value
        return total

    @property
    def left_in_clear(self) -> list[dict[str, Any]]:
        """Return the columns that pass as they are, and why: worth a look before the data is shared."""
        return [
            _of(proof, {name: column.get(name) for name in ("column", "reason", "distinct")})
            for proof in self._proofs
            for column in proof["columns"]
            if column["kind"] == "keep" and column.get("values")
        ]

    def to_json(self) -> str:
        """Return the whole proof as JSON."""
        return self._json

    def __repr__(self) -> str:
        return f"Proof(ok={self.ok}, findings={len(self.findings)})"

    def _repr_html_(self) -> str:
        return self._html


def _of(proof: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    return {"file": proof["file"], **item} if "file" in proof else item


def prove(
    original: object,
    obfuscated: object,
    *,
    key: Key | None = None,
    realm: str = "default",
    policy: str | os.PathLike[str] = "default",
    column_map: Mapping[str, str] | None = None,
    obfuscator: Obfuscator | None = None,
) -> Proof:
    """Return the leak report of `obfuscated` against `original`.

    Parameters
    ----------
    original, obfuscated
        Tables of any kind with the same columns, rows in the same order; or the paths of two files or
        folders.
    key, realm, policy, column_map
        Those that the obfuscated table was made with.
    obfuscator
        In place of those: the obfuscator that made it, with its settings.

    Raises
    ------
    TypeError
        If neither `key` nor `obfuscator` is given.

    Examples
    --------
    >>> key = Key.generate()
    >>> data = {"Account": ["ada.king@contoso.com", "bob.stone@contoso.com"]}
    >>> prove(data, Obfuscator(key).obfuscate(data), key=key).ok
    True
    >>> prove(data, data, key=key).ok
    False
    """
    if obfuscator is None:
        if key is None:
            msg = "prove needs the key, or the obfuscator, that the data was obfuscated with"
            raise TypeError(msg)
        obfuscator = Obfuscator(key, realm, policy, column_map)
    native = obfuscator._native  # noqa: SLF001
    if isinstance(original, str | os.PathLike) and isinstance(obfuscated, str | os.PathLike):
        return Proof(*native.prove_files(os.fspath(original), os.fspath(obfuscated)))
    if is_pandas(original) and is_pandas(obfuscated):
        from huntbook import frames

        leaves = frames.flatten(native, original)
        return Proof(*native.prove(leaves, frames.flatten(native, obfuscated, leaves)))
    return Proof(*native.prove(from_any(original), from_any(obfuscated)))
