"""The scheme `huntbook-v1`: the image of a value of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference.addresses import Addresses
from reference.binary import Binaries
from reference.digits import Cards, Numbers, Phones, round_coordinates
from reference.identifiers import HardwareAddresses, Hashes, SecurityIdentifiers, Uuids
from reference.names import Accounts, Hosts, Labels
from reference.paths import Paths
from reference.primitives import Keys, NotOfKindError, mac_number, token
from reference.resources import Resources
from reference.segments import Segments
from reference.times import Times
from reference.urls import Urls

if TYPE_CHECKING:
    from collections.abc import Callable


class Scheme:
    """All maps under one key, for one realm."""

    def __init__(self, key: bytes, realm: str, ip: str = "prefix") -> None:
        keys = Keys(key, realm)
        self._string_key = keys.subkey("string")
        addresses = Addresses(keys, ip)
        uuids = Uuids(keys)
        security_identifiers = SecurityIdentifiers(keys, uuids)
        labels = Labels(keys)
        hosts = Hosts(labels, addresses, self._string_key)
        accounts = Accounts(labels, hosts, security_identifiers, uuids)
        hashes = Hashes(keys)
        numbers = Numbers(keys)
        segments = Segments(
            labels, hosts, accounts, security_identifiers, uuids, addresses, hashes, self._string_key
        )
        paths = Paths(segments)
        self.bytes = Binaries(keys, uuids)
        self._maps: dict[str, Callable[[str], str]] = {
            "ip": addresses.text,
            "mac": HardwareAddresses(keys).text,
            "uuid": uuids.text,
            "sid": security_identifiers.text,
            "account": accounts.text,
            "host": hosts.text,
            "hash": hashes.text,
            "phone": Phones(keys).text,
            "card": Cards(keys).text,
            "number": numbers.text,
            "timestamp": Times(keys).text,
            "geo": round_coordinates,
            "url": Urls(segments, paths, numbers).text,
            "path": paths.text,
            "resource": Resources(keys, segments, paths).text,
            "string": self._token,
        }

    def kinds(self) -> list[str]:
        """Give the names of all kinds."""
        return list(self._maps)

    def value(self, kind: str, text: str) -> str:
        """Give the image of a value of a kind."""
        if text in ("", "-"):
            return text
        try:
            return self._maps[kind](text)
        except NotOfKindError:
            return self._token(text)

    def _token(self, text: str) -> str:
        return token(mac_number(self._string_key, text.encode()))
