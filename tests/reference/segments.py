"""Segments: what paths, URLs and resources are made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reference.addresses import parse_v4
from reference.names import is_dotted_name, is_well_known
from reference.primitives import NotOfKindError, mac_number, token
from reference.public_names import is_in, is_numbered

if TYPE_CHECKING:
    from reference.addresses import Addresses
    from reference.identifiers import Hashes, SecurityIdentifiers, Uuids
    from reference.names import Accounts, Hosts, Labels

MARKS = "-_.~@"
UUID_LENGTH = 36
PATH_WORDS = ("segments",)
URL_WORDS = ("segments", "url_words")


def is_version(text: str) -> bool:
    """Tell whether a text is a version or a short number."""
    numbers = text[1:] if text[:1] in ("v", "V") else text
    if re.fullmatch("[0-9]{1,4}", numbers):
        return True
    is_joined = re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,5}){1,3}", numbers)
    return bool(is_joined) and len(numbers) <= 16 and parse_v4(numbers) is None


def has_public_extension(segment: str) -> bool:
    """Tell whether a public extension stands at the end, with something before it."""
    stem, dot, extension = segment.rpartition(".")
    return dot != "" and stem != "" and is_in("extensions", extension)


def split_extension(segment: str) -> tuple[str, str]:
    """Split before the dot of a public extension, or of two."""
    rest = segment
    for _ in range(2):
        if has_public_extension(rest):
            rest = rest.rpartition(".")[0]
    return rest, segment[len(rest) :]


def is_name_with_number(text: str) -> bool:
    """Tell whether a number is joined to letters somewhere."""
    for run in re.findall("[A-Za-z0-9_-]+", text):
        pieces = [piece for piece in re.split("[-_]", run) if piece]
        words = [place for place, piece in enumerate(pieces) if not piece.isdigit()]
        is_joined = bool(words) and any(piece.isdigit() for piece in pieces[words[0] :])
        is_counted = is_in("counted_words", re.split("[-_]", run)[0]) or is_well_known(run)
        if is_joined and not is_counted:
            return True
    return False


def is_all_words(text: str, words: tuple[str, ...]) -> bool:
    """Tell whether a text is put together from public words."""
    if not text.isascii() or is_name_with_number(text):
        return False
    pieces = [piece for piece in re.split("[ ()._-]", text) if piece]
    others = [piece for piece in pieces if not piece.isdigit()]
    digits = sum(len(piece) for piece in pieces if piece.isdigit())
    return (
        len(others) > 0
        and digits <= 4
        and all(is_word(piece, words) or is_numbered(piece) for piece in others)
    )


def is_word(text: str, words: tuple[str, ...]) -> bool:
    """Tell whether a text is in one of some lists."""
    return any(is_in(name, text) for name in words)


class Segments:
    """The map of segments."""

    def __init__(
        self,
        labels: Labels,
        hosts: Hosts,
        accounts: Accounts,
        security_identifiers: SecurityIdentifiers,
        uuids: Uuids,
        addresses: Addresses,
        hashes: Hashes,
        string_key: bytes,
    ) -> None:
        self.labels = labels
        self.hosts = hosts
        self.accounts = accounts
        self._security_identifiers = security_identifiers
        self._uuids = uuids
        self._addresses = addresses
        self._hashes = hashes
        self._string_key = string_key

    def string(self, text: str) -> str:
        """Give the string token of a text."""
        return token(mac_number(self._string_key, text.encode()))

    def is_address(self, text: str) -> bool:
        """Tell whether a text is an address in any spelling."""
        try:
            self._addresses.text(text)
        except NotOfKindError:
            return False
        return True

    def segment(self, segment: str, words: tuple[str, ...]) -> str:
        """Map a segment."""
        if segment == "" or is_word(segment, words) or is_version(segment) or is_numbered(segment):
            return segment
        image = self._identifier_or_embedded(segment, words)
        if image is not None:
            return image
        stem, extension = split_extension(segment)
        if extension:
            return self._stem(stem, words) + extension
        if is_dotted_name(segment):
            return self.hosts.text(segment)
        return self._stem(segment, words)

    def user(self, segment: str) -> str:
        """Map a segment that names a user."""
        if segment == "" or is_in("shared_folders", segment):
            return segment
        identifier = self.identifier(segment)
        return self.labels.image(segment) if identifier is None else identifier

    def identifier(self, text: str) -> str | None:
        """Map an identifier; none if the text is no identifier."""
        for image in (self._security_identifier, self._uuid, self._hash, self._address, self._account):
            try:
                return image(text)
            except NotOfKindError:
                pass
        return None

    def _security_identifier(self, text: str) -> str:
        match = re.fullmatch(r"([Ss]-1-[^_]*)(_(?ai:classes))?", text)
        if match is None:
            raise NotOfKindError("no security identifier")
        return self._security_identifiers.text(match[1]) + (match[2] or "")

    def _uuid(self, text: str) -> str:
        if len(text) == 32:
            raise NotOfKindError("rather a hash")
        return self._uuids.text(text)

    def _hash(self, text: str) -> str:
        if re.fullmatch("[0-9A-Fa-f]+", text) is None:
            raise NotOfKindError("no digest")
        return self._hashes.text(text)

    def _address(self, text: str) -> str:
        return self._addresses.text(text)

    def _account(self, text: str) -> str:
        local, _, domain = text.partition("@")
        if local == "" or re.search(r"[\\/ \t]", local) or not is_dotted_name(domain):
            raise NotOfKindError("no address of a mailbox")
        return self.accounts.text(text)

    def _identifier_or_embedded(self, text: str, words: tuple[str, ...]) -> str | None:
        identifier = self.identifier(text)
        return self._embedded(text, words) if identifier is None else identifier

    def _embedded(self, text: str, words: tuple[str, ...]) -> str | None:
        """Map a text that holds a UUID; none if it holds none."""
        if len(text) <= UUID_LENGTH:
            return None
        places = [(found.start(), found.start() + UUID_LENGTH + 2) for found in re.finditer("{", text)]
        places += [(0, UUID_LENGTH), (len(text) - UUID_LENGTH, len(text))]
        for start, end in places:
            before, uuid, after = text[:start], text[start:end], text[end:]
            is_joined = uuid[0] == "{" or before[-1:] in tuple(MARKS) or after[:1] in tuple(MARKS)
            try:
                image = self._uuids.text(uuid) if is_joined and len(uuid) == end - start else None
            except NotOfKindError:
                image = None
            if image is not None:
                return self._remainder(before, words) + image + self._remainder(after, words)
        return None

    def _remainder(self, text: str, words: tuple[str, ...]) -> str:
        """Map what stands beside a UUID."""
        start = len(text) - len(text.lstrip(MARKS))
        inner = text.strip(MARKS)
        image = inner if is_in("extensions", inner) else self.segment(inner, words)
        return text[:start] + image + text[start + len(inner) :]

    def _stem(self, stem: str, words: tuple[str, ...]) -> str:
        """Map what stands before an extension, or a segment without one."""
        if is_all_words(stem, words) or is_version(stem):
            return stem
        image = self._identifier_or_embedded(stem, words)
        if image is not None:
            return image
        match = re.fullmatch(r"(\.(?=.))?(.+?)(~[0-9]{1,2})?", stem, re.DOTALL)
        assert match is not None
        return (match[1] or "") + self.labels.image(match[2]) + (match[3] or "")
