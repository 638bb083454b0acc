"""URLs and URIs."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from reference.names import is_dotted_name
from reference.paths import Paths, is_path_like
from reference.primitives import NotOfKindError
from reference.public_names import WHITE_SPACE, is_alphanumeric, is_in, is_one_of
from reference.segments import URL_WORDS, Segments

if TYPE_CHECKING:
    from collections.abc import Callable

    from reference.digits import Numbers

MOST_LEVELS = 3
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.*-]+)(://|\[://\]|\[:\]//|\[:/\]/|:\[//\]|:\\\\)")
DOT = re.compile(r"\.|\[\.\]|\(\.\)|\{\.\}|(?ai:\[dot\]|\(dot\))")
ACTIONS = "me login logout register new search list current delta"
ATTRIBUTES = "dc cn ou o c l st uid street"


def decode(text: str) -> str | None:
    """Give what a percent-encoded text stands for; none if it is not encoded."""
    if re.fullmatch("([^%]|%[0-9A-Fa-f]{2})*", text) is None or "%" not in text:
        return None
    raw = re.sub(b"%(..)", lambda found: bytes.fromhex(found[1].decode()), text.encode())
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def encode(image: str, original: str) -> str:
    """Encode an image as far as the original was."""
    plain = re.findall("[!-$&-~]", original)
    encoded = []
    for byte in image.encode():
        character = chr(byte)
        is_plain = re.match("[A-Za-z0-9._~-]", character) is not None or character in plain
        encoded.append(character if is_plain else f"%{byte:02X}")
    return "".join(encoded)


def decoded(text: str, image: Callable[[str], str]) -> str:
    """Map what a text stands for, and encode the image if the text is encoded."""
    plain = decode(text)
    return image(text) if plain is None else encode(image(plain), text)


def cut(text: str, marks: str) -> tuple[str, str]:
    """Split before the first of some characters."""
    found = re.search(f"[{re.escape(marks)}]", text)
    return (text, "") if found is None else (text[: found.start()], text[found.start() :])


def split_port(host: str) -> tuple[str, str]:
    """Split before the port."""
    match = re.fullmatch(r"(.*?)((?:\[:\]|:)[0-9]{0,5})", host, re.DOTALL)
    return (host, "") if match is None else (match[1], match[2])


def split_opaque(text: str) -> tuple[str, str] | None:
    """Split at the colon of a scheme that has no authority."""
    scheme, colon, rest = text.partition(":")
    return (scheme, rest) if colon and is_in("opaque_schemes", scheme) else None


class Urls:
    """The map of URLs."""

    def __init__(self, segments: Segments, paths: Paths, numbers: Numbers) -> None:
        self._segments = segments
        self._paths = paths
        self._numbers = numbers

    def text(self, text: str) -> str:
        """Map a URL."""
        return self._url(text, 0)

    def _url(self, text: str, level: int) -> str:
        if level > MOST_LEVELS:
            return self._segments.string(text)
        match = SCHEME.match(text)
        if match is not None:
            return self._with_scheme(match[1], match[2], text[match.end() :], level)
        opaque = split_opaque(text)
        if opaque is not None:
            scheme, rest = opaque
            return scheme + ":" + self._opaque(scheme, rest, level)
        return self._relative(text, level)

    def _with_scheme(self, scheme: str, colon: str, rest: str, level: int) -> str:
        image = scheme if is_in("schemes", scheme) else self._segments.labels.token(scheme)
        authority, rest = cut(rest, "/?#\\;")
        image += colon + self._authority(authority)
        if is_one_of("file", scheme):
            return image + self._file(rest, level)
        if is_one_of("ldap ldaps gc", scheme):
            return image + self._directory(rest, level)
        return image + self._resource(rest, level)

    def _secret(self, text: str) -> str:
        return self._segments.string(text) if text else ""

    def _authority(self, authority: str) -> str:
        users, at, host = authority.rpartition("@")
        user, colon, password = users.partition(":")
        image = decoded(user, self._segments.user) + colon + self._secret(password) + at
        port = ""
        if not self._segments.is_address(host):
            host, port = split_port(host)
        return image + self._host(host) + port

    def _host(self, host: str) -> str:
        dots = DOT.findall(host)
        if all(dot == "." for dot in dots):
            return decoded(host, self._segments.hosts.text)
        image = self._segments.hosts.text(DOT.sub(".", host))
        if image.count(".") != len(dots):
            return image
        remaining = iter(dots)
        return re.sub(r"\.", lambda _: next(remaining), image)

    def _resource(self, text: str, level: int) -> str:
        path, rest = cut(text, "?#")
        images = []
        is_user = False
        for segment in path.split("/"):
            images.append(self._segment(segment, level, is_user=is_user))
            is_user = is_one_of("users home", segment)
        return "/".join(images) + self._query_and_fragment(rest, level)

    def _segment(self, segment: str, level: int, *, is_user: bool) -> str:
        name, parameters = cut(segment, ";")
        image = decoded(name, lambda plain: self._name(plain, level, is_user=is_user))
        return image + self._parameters(parameters, level)

    def _name(self, name: str, level: int, *, is_user: bool) -> str:
        if name in (".", "..", "*"):
            return name
        if is_user and not is_one_of(ACTIONS, name):
            return self._segments.user(name)
        if name.startswith("~"):
            return "~" + self._segments.user(name[1:])
        if "/" in name or "\\" in name:
            return self._value(name, level)
        return self._segments.segment(name, URL_WORDS)

    def _query_and_fragment(self, text: str, level: int) -> str:
        query, mark, fragment = text.partition("#")
        return self._parameters(query, level) + mark + self._secret(fragment)

    def _parameters(self, text: str, level: int) -> str:
        value = functools.partial(self._value, level=level)
        pieces = re.split("([?&;])", text)
        for place in range(0, len(pieces), 2):
            key, equals, rest = pieces[place].partition("=")
            if equals and self._is_public_key(key):
                pieces[place] = key + "=" + decoded(rest, value)
            elif equals:
                pieces[place] = decoded(key, value) + "=" + decoded(rest, value)
            else:
                pieces[place] = decoded(key, value)
        return "".join(pieces)

    def _is_public_key(self, key: str) -> bool:
        return (
            re.fullmatch(r"[A-Za-z0-9_.\[\]$:-]{0,40}", key) is not None
            and len(re.findall("[0-9]", key)) < 6
            and not is_dotted_name(key)
            and self._segments.identifier(key) is None
        )

    def _value(self, value: str, level: int) -> str:
        if value == "":
            return value
        identifier = self._segments.identifier(value)
        if identifier is not None:
            return identifier
        if re.fullmatch("[0-9]{6,}", value):
            return self._number(value)
        if SCHEME.match(value) or split_opaque(value) is not None:
            return self._url(value, level + 1)
        if is_dotted_name(value):
            return self._segments.hosts.text(value)
        if is_path_like(value):
            return self._paths.text(value)
        if all(is_alphanumeric(character) or character in "._-$" for character in value):
            return self._segments.labels.token(value)
        return self._secret(value)

    def _number(self, value: str) -> str:
        try:
            return self._numbers.text(value)
        except NotOfKindError:
            return self._segments.string(value)

    def _file(self, text: str, level: int) -> str:
        path, rest = cut(text, "?#")
        return decoded(path, self._paths.text) + self._query_and_fragment(rest, level)

    def _directory(self, text: str, level: int) -> str:
        path, rest = cut(text, "?#")
        name = path.removeprefix("/")
        slash = path[: len(path) - len(name)]
        if not self._is_distinguished_name(decode(name) or name):
            return self._resource(text, level)
        return slash + decoded(name, self._distinguished_name) + self._query_and_fragment(rest, level)

    @staticmethod
    def _is_distinguished_name(name: str) -> bool:
        for piece in name.split(","):
            key, equals, value = piece.partition("=")
            if not equals or not is_one_of(ATTRIBUTES, key.strip(WHITE_SPACE)) or re.search("[/?=]", value):
                return False
        return True

    def _distinguished_name(self, name: str) -> str:
        pairs = [piece.split("=", 1) for piece in name.split(",")]
        is_domain = [is_one_of("dc", key.strip(WHITE_SPACE)) for key, _ in pairs]
        domain = [value for (_, value), is_part in zip(pairs, is_domain, strict=True) if is_part]
        parts = self._segments.hosts.text(".".join(domain)).split(".")
        if len(parts) != len(domain) or any("." in value for value in domain):
            parts = []
        remaining = iter(parts)
        images = []
        for (key, value), is_part in zip(pairs, is_domain, strict=True):
            image = next(remaining) if is_part and parts else self._segments.user(value)
            images.append(key + "=" + image)
        return ",".join(images)

    def _opaque(self, scheme: str, rest: str, level: int) -> str:
        if is_one_of("mailto sip sips xmpp skype", scheme):
            accounts, query = cut(rest, "?;")
            images = [decoded(name, self._segments.accounts.text) for name in accounts.split(",")]
            return ",".join(images) + self._parameters(query, level)
        if is_one_of("view-source blob jdbc", scheme) and SCHEME.match(rest):
            return self._url(rest, level + 1)
        if is_one_of("about chrome edge", scheme) and len(rest.encode()) <= 16:
            is_public = rest == "blank" or self._segments.segment(rest, URL_WORDS) == rest
            return rest if is_public else self._secret(rest)
        return self._secret(rest)

    def _relative(self, text: str, level: int) -> str:
        if any(letter in WHITE_SPACE or unicodedata.category(letter) == "Cc" for letter in text):
            return self._segments.string(text)
        rest = text.removeprefix("//")
        slashes = text[: len(text) - len(rest)]
        authority, path = cut(rest, "/?#\\;")
        name = DOT.sub(".", authority.rpartition("@")[2])
        host, port = split_port(name)
        is_host = self._segments.is_address(name) or self._segments.is_address(host) or is_dotted_name(host)
        if authority and (is_host or slashes):
            return slashes + self._authority(authority) + self._resource(path, level)
        if text.startswith(("/", "./", "../", "?")):
            return self._resource(text, level)
        if is_path_like(text):
            return self._paths.text(text)
        if path == "" and "@" not in authority and not re.search("[=&:]", host):
            return self._segments.hosts.text(host) + port
        return self._segments.string(text)
