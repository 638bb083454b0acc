"""Names: labels, hosts, accounts."""

from __future__ import annotations

import functools
import importlib.resources
import re
from typing import TYPE_CHECKING

from reference.addresses import Addresses, parse_v4
from reference.primitives import Keys, NotOfKindError, mac_number, token
from reference.public_names import WHITE_SPACE, ascii_lower, is_in

if TYPE_CHECKING:
    from reference.identifiers import SecurityIdentifiers, Uuids

LONGEST_NAME = 254
REVERSE_SUFFIX = ".in-addr.arpa"
MAIL_PROTOCOLS = "mailto|smtp|sip|sips|xmpp|eum|x500|spo"


def is_well_known(name: str) -> bool:
    """Tell whether a name is the same everywhere."""
    return name == "" or is_in("well_known", name) or bool(re.fullmatch("(?ai:dwm|umfd)-[0-9]{1,4}", name))


@functools.cache
def _public_suffix_rules() -> frozenset[str]:
    """Read the rules of the public suffix list."""
    file = importlib.resources.files("publicsuffixlist") / "public_suffix_list.dat"
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    rules = [line for line in lines if line and not line.startswith("//")]
    return frozenset(rules) | {".".join(map(_in_ascii, rule.split("."))) for rule in rules}


def _in_ascii(label: str) -> str:
    """Give the label of a rule as DNS spells it."""
    return label if label.isascii() else "xn--" + label.encode("punycode").decode()


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


def mail_items(text: str) -> list[str]:
    """Cut a list of mail addresses into items and separators, by turns."""
    items = [""]
    for place, character in enumerate(text):
        is_end = "@" in items[-1] or items[-1].strip(WHITE_SPACE) == ""
        rest = text[place + 1 :]
        if character in ",;" and is_end and ("@" in rest or rest.strip(WHITE_SPACE) == ""):
            items += [character, ""]
        else:
            items[-1] += character
    return items


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
                if parse_v4(image) is not None:
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
        if "@" not in text or not re.search("[<;,:]", text):
            return self._plain_account(text)
        items = mail_items(text)
        items[::2] = [self._mail(item) for item in items[::2]]
        return "".join(items)

    def _mail(self, item: str) -> str:
        """Map one item of a list."""
        inner = item.strip(WHITE_SPACE)
        before, _, after = item.partition(inner) if inner else (item, "", "")
        if "<" in inner and inner.endswith(">"):
            name, _, address = inner[:-1].rpartition("<")
            words = re.sub(rf"""[^{WHITE_SPACE},"()]+""", lambda word: self._labels.image(word[0]), name)
            return before + words + "<" + self._plain(address) + ">" + after
        return before + self._plain(inner) + after

    def _plain(self, text: str) -> str:
        """Map one account, behind a protocol or not."""
        protocol = re.match(rf"(?ai:{MAIL_PROTOCOLS}):", text)
        if protocol is None:
            return self._plain_account(text)
        return protocol[0] + self._plain_account(text[protocol.end() :])

    def _plain_account(self, text: str) -> str:
        if is_well_known(text):
            return text
        if "\\" in text:
            domain, _, user = text.partition("\\")
            return self._domain(domain) + "\\" + self._user(user)
        if "@" in text:
            local, _, domain = text.rpartition("@")
            return self._mailbox(local) + "@" + self._domain(domain)
        return self._local(text)

    def _mailbox(self, text: str) -> str:
        """Map what stands before the `@`."""
        if re.fullmatch('".*"', text, re.DOTALL):
            return '"' + self._user(text[1:-1]) + '"'
        if "/" not in text and "#" not in text and "+" in text and not text.startswith("+"):
            user, _, tag = text.partition("+")
            return self._user(user) + "+" + self._user(tag)
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
