"""Names: labels, hosts, accounts."""

from __future__ import annotations

import functools
import importlib.resources
import re
from typing import TYPE_CHECKING

from reference.addresses import Addresses, parse_v4
from reference.primitives import Keys, NotOfKindError, mac_number, token
from reference.public_names import ascii_lower, is_in

if TYPE_CHECKING:
    from reference.identifiers import SecurityIdentifiers, Uuids

LONGEST_NAME = 254
REVERSE_SUFFIX = ".in-addr.arpa"
MAIL_PROTOCOLS = "mailto|smtp|sip|sips|xmpp|eum|x500|spo"


def is_well_known(name: str) -> bool:
    """Tell whether a name is the same everywhere."""
    return name == "" or is_in("well_known", name) or bool(re.fullmatch("(?i:dwm|umfd)-[0-9]{1,4}", name))


@functools.cache
def _public_suffix_rules() -> frozenset[str]:
    """Read the rules of the public suffix list."""
    file = importlib.resources.files("publicsuffixlist") / "public_suffix_list.dat"
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    return frozenset(line for line in lines if line and not line.startswith("//"))


def public_suffix_labels(labels: list[str]) -> int:
    """Give how many of the last labels are the public suffix."""
    rules = _public_suffix_rules()
    for start in range(len(labels)):
        here = ".".join(labels[start:])
        below = ".".join(["*", *labels[start + 1 :]])
        count = len(labels) - start
        if "!" + here in rules:
            return count - 1
        if here in rules or (count > 1 and below in rules):
            return count
    return 0


def suffix_labels(name: str) -> int:
    """Give how many of the last labels are the suffix of a name without trailing dot."""
    labels = ascii_lower(name).split(".")
    if len(labels) == 1:
        return 0
    if is_in("private_suffixes", labels[-1]):
        return 1
    return public_suffix_labels(labels)


def is_dotted_name(text: str) -> bool:
    """Tell whether a text is a name of two labels or more under a public suffix."""
    labels = text.removesuffix(".").split(".")
    return (
        len(labels) > 1
        and all(re.fullmatch("[A-Za-z0-9_-]{1,63}", label) for label in labels)
        and len(text.removesuffix(".")) <= LONGEST_NAME
        and public_suffix_labels(ascii_lower(text).removesuffix(".").split(".")) > 0
    )


def mail_pieces(text: str) -> list[str] | None:
    """Cut a list of mail addresses; none if there is but one, or if something else is among them."""
    pieces = re.findall(r"""(?:"[^"]*"|[^,;"]|")+|[,;]""", text)
    if len(pieces) < 2 or "@" not in text:
        return None
    parts: list[str] = []
    item = ""
    for piece in [*pieces, ""]:
        is_end = piece in (",", ";", "")
        if is_end and ("@" in item or not item.strip()):
            start = len(item) - len(item.lstrip())
            parts += [item[:start], item[start:].rstrip(), item[len(item.rstrip()) :] if item.strip() else ""]
            parts.append(piece)
            item = ""
        else:
            item += piece
    return None if item.strip() else parts


class Labels:
    """The map of labels."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.subkey("label")
        self._case_key = keys.subkey("label-case")

    def image(self, label: str) -> str:
        """Map a label that is not empty."""
        if is_well_known(label):
            return label
        if len(label) > 1 and label.endswith("$") and not is_well_known(label[:-1]):
            return self.token(label[:-1]) + "$"
        return self.token(label)

    def token(self, label: str) -> str:
        """Give the token of a label in its case style."""
        plain = token(mac_number(self._key, label.lower().encode()))
        capitals = [position for position, letter in enumerate(label) if letter.isupper()]
        has_small = any(letter.islower() for letter in label)
        if not capitals:
            return plain
        if not has_small:
            return plain.upper()
        if capitals == [0]:
            return plain[0].upper() + plain[1:]
        return self._mixed(label, plain)

    def _mixed(self, label: str, plain: str) -> str:
        """Choose the capitals of a token by the label as written."""
        code = mac_number(self._case_key, label.encode())
        characters = [plain[0]]
        number = 0
        for character in plain[1:]:
            if character.isdigit():
                characters.append(character)
                continue
            is_capital = number == 0 or code >> number & 1 == 1
            characters.append(character.upper() if is_capital else character)
            number += 1
        return "".join(characters)


class Hosts:
    """The map of hosts."""

    def __init__(self, labels: Labels, addresses: Addresses, string_key: bytes) -> None:
        self._labels = labels
        self._addresses = addresses
        self._string_key = string_key

    def text(self, text: str) -> str:
        """Map a host."""
        rest = text.lstrip("\\")
        slashes = text[: len(text) - len(rest)]
        image = self._without_slashes(rest)
        if image is None:
            image = token(mac_number(self._string_key, text.encode()))
        return slashes + image

    def _without_slashes(self, text: str) -> str | None:
        """Map a host without leading `\\`; none if it is no host."""
        if re.search(r"[0-9A-Fa-f\]]\Z", text) and (re.match(r"[0-9\[:]", text) or ":" in text):
            try:
                return self._addresses.text(text)
            except NotOfKindError:
                pass
        match = re.fullmatch(r"(.*?)(:[0-9]{1,5})?", text, re.DOTALL)
        assert match is not None
        name, port = match[1], match[2] or ""
        is_name = 1 <= len(name.encode()) <= 254 and not re.search(
            r"""[\x00-\x20\x7f\\/@:,;"'<>|=()\[\]{}]""", name
        )
        if is_name:
            return self._name(name) + port
        if is_well_known(name) and not (name == "" and port):
            return text
        return None

    def _name(self, name: str) -> str:
        if name.lower().endswith(REVERSE_SUFFIX):
            numbers = name[: -len(REVERSE_SUFFIX)]
            if parse_v4(numbers) is not None:
                image = self._addresses.text(".".join(numbers.split(".")[::-1]))
                return ".".join(image.split(".")[::-1]) + name[-len(REVERSE_SUFFIX) :]
        dot = "." if name.endswith(".") else ""
        labels = name.removesuffix(".").split(".")
        count = suffix_labels(name.removesuffix("."))
        cut = len(labels) - count
        images = [self._label(label) for label in labels[:cut]] + labels[cut:]
        return ".".join(images) + dot

    def _label(self, label: str) -> str:
        if label == "" or is_in("dns_labels", label):
            return label
        return self._labels.image(label)


class Accounts:
    """The map of accounts."""

    def __init__(
        self, labels: Labels, hosts: Hosts, security_identifiers: SecurityIdentifiers, uuids: Uuids
    ) -> None:
        self._labels = labels
        self._hosts = hosts
        self._security_identifiers = security_identifiers
        self._uuids = uuids

    def text(self, text: str) -> str:
        """Map an account."""
        identifier = self._identifier(text)
        if identifier is not None:
            return identifier
        if is_well_known(text):
            return text
        pieces = mail_pieces(text)
        if pieces is not None:
            return "".join(self._mail(piece) if "@" in piece else piece for piece in pieces)
        return self._mail(text)

    def _mail(self, text: str) -> str:
        """Map one account, with a name and in angle brackets or without."""
        match = re.fullmatch(r"(\s*)(.*)<([^<]*@[^<]*)>(\s*)", text, re.DOTALL)
        if match is not None:
            words = re.sub(r"""[^\s,"()]+""", lambda word: self._labels.image(word[0]), match[2])
            return match[1] + words + "<" + self._plain(match[3]) + ">" + match[4]
        return self._plain(text)

    def _plain(self, text: str) -> str:
        """Map one account."""
        protocol = re.match(rf"(?i:{MAIL_PROTOCOLS}):(?=.*@)", text, re.DOTALL)
        if protocol is not None:
            return protocol[0] + self._plain_account(text[protocol.end() :])
        return self._plain_account(text)

    def _plain_account(self, text: str) -> str:
        if "\\" in text:
            domain, _, user = text.partition("\\")
            return self._domain(domain) + "\\" + self._user(user)
        if "@" in text:
            local, _, domain = text.rpartition("@")
            return self._mailbox(local) + "@" + self._domain(domain)
        return self._local(text)

    def _mailbox(self, text: str) -> str:
        """Map what stands before the `@`."""
        if re.fullmatch('"[^"]*"', text):
            return '"' + self._user(text[1:-1]) + '"'
        if "/" not in text and "#" not in text and "+" in text[1:]:
            plus = text.index("+", 1)
            return self._user(text[:plus]) + "+" + self._user(text[plus + 1 :])
        return self._local(text)

    def _identifier(self, text: str) -> str | None:
        try:
            if text.startswith(("S-", "s-", "%{")):
                return self._security_identifiers.text(text)
            if 32 <= len(text.encode()) <= 45:
                return self._uuids.text(text)
        except NotOfKindError:
            pass
        return None

    def _local(self, text: str) -> str:
        guest = re.search("#EXT#", text, re.IGNORECASE | re.ASCII)
        if guest:
            return self._guest(text[: guest.start()]) + guest[0] + self._user(text[guest.end() :])
        if "/" in text:
            first, _, rest = text.partition("/")
            if is_in("service_classes", first):
                return first + "/" + self._hosts.text(rest)
            return self._domain(first) + "/" + self._user(rest)
        if "#" in text:
            domain, _, user = text.partition("#")
            if is_dotted_name(domain):
                return self._domain(domain) + "#" + self._user(user)
        return self._user(text)

    def _guest(self, text: str) -> str:
        if "_" not in text:
            return self._user(text)
        user, _, home = text.rpartition("_")
        return self._user(user) + "_" + self._domain(home)

    def _user(self, user: str) -> str:
        return self._labels.image(user) if user else user

    def _domain(self, domain: str) -> str:
        return domain if is_well_known(domain) else self._hosts.text(domain)
