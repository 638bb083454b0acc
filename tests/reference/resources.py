"""Identifiers of cloud resources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reference.names import is_dotted_name
from reference.paths import Paths, is_path_like
from reference.primitives import feistel, mac_number, token
from reference.public_names import is_in, is_one_of
from reference.segments import PATH_WORDS, Segments

if TYPE_CHECKING:
    from reference.primitives import Keys

KEYWORDS = "subscriptions resourcegroups tenants managementgroups locations providers"
PARTITIONS = ["aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"]
AREAS = "[a-z]{2}|us-gov|us-iso|us-isob|us-isof|eu-isoe"
PLACES = "central|east|north|northeast|northwest|south|southeast|southwest|west|global"
UNIQUE_PREFIXES = "ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|APKA|AROA|ASCA|ASIA"
ACCOUNTS = 10**12
ACCOUNT_HALF_BITS = 20


def is_provider(text: str) -> bool:
    """Tell whether a text is the name space of a provider of Microsoft."""
    return re.fullmatch(r"(?ai:microsoft)(\.[A-Za-z]+)+", text) is not None and len(text) <= 64


def is_type(text: str) -> bool:
    """Tell whether a text can be the type of a resource."""
    return re.fullmatch("[A-Za-z]{1,64}", text) is not None


def is_operation(text: str) -> bool:
    """Tell whether a text names an operation."""
    provider, *types = text.split("/")
    if not is_provider(provider):
        return False
    return not types or (is_one_of("read write delete action", types[-1]) and all(map(is_type, types)))


class Resources:
    """The map of resources."""

    def __init__(self, keys: Keys, segments: Segments, paths: Paths) -> None:
        self._account_key = keys.subkey("aws-account")
        self._id_key = keys.subkey("aws-id")
        self._segments = segments
        self._paths = paths

    def text(self, text: str) -> str:
        """Map a resource identifier."""
        first = text.lstrip("/").split("/")[0]
        if is_one_of("arn:", text[:4]):
            return self._amazon_name(text)
        if is_operation(text):
            return text
        if is_one_of(KEYWORDS, first):
            return self._azure(text, "keyword")
        if is_provider(first) and not text.startswith("/"):
            return self._azure(text, "provider")
        image = self._account(text) or self._unique_id(text)
        if image is not None:
            return image
        if is_path_like(text):
            return self._paths.text(text)
        return self._name(text)

    def _name(self, name: str) -> str:
        """Map the name that someone gave to a resource."""
        if name in ("*", "default", "current", "$Default"):
            return name
        image = self._segments.identifier(name) or self._unique_id(name)
        if image is not None:
            return image
        if is_dotted_name(name):
            return self._segments.hosts.text(name)
        rest = name.rstrip("*")
        return (self._segments.labels.image(rest) if rest else "") + name[len(rest) :]

    def _azure(self, text: str, expected: str) -> str:
        images = []
        for piece in text.split("/"):
            if piece == "":
                images.append(piece)
                continue
            stays, expected = self._azure_step(piece, expected)
            images.append(piece if stays else self._name(piece))
        return "/".join(images)

    @staticmethod
    def _azure_step(piece: str, expected: str) -> tuple[bool, str]:
        """Tell whether a piece stays, and what is expected after it."""
        if expected.startswith("name, "):
            return False, expected.removeprefix("name, ")
        if expected in ("keyword", "type"):
            if is_one_of("providers", piece):
                return True, "provider"
            if not (is_one_of(KEYWORDS, piece) if expected == "keyword" else is_type(piece)):
                return False, expected
            return True, "location" if is_one_of("locations", piece) else "name, " + expected
        if expected == "provider":
            return (True, "type") if is_provider(piece) else (False, "unknown")
        if expected == "location" and is_in("azure_regions", piece):
            return True, "type"
        return False, expected

    def _amazon_name(self, text: str) -> str:
        *fields, rest = text.split(":", 5)
        images = []
        for place, field in enumerate(fields):
            is_kept = (
                place == 0
                or field in ("", "*")
                or (place == 1 and field in PARTITIONS)
                or (place == 2 and is_in("aws_services", field))
                or (place == 3 and re.fullmatch(f"global|({AREAS})-({PLACES})-[0-9]", field) is not None)
                or (place == 4 and field == "aws")
            )
            images.append(field if is_kept else self._account(field) or self._name(field))
        is_public = fields[4:] == ["aws"] and re.fullmatch("[A-Za-z0-9/_-]*", rest) is not None
        return ":".join([*images, rest if is_public else self._amazon_resource(rest)])

    def _amazon_resource(self, text: str) -> str:
        pieces = re.split("([/:])", text)
        for place in range(0, len(pieces), 2):
            part = pieces[place]
            is_last = place == len(pieces) - 1
            is_type = place == 0 and (not is_last or part == "root") and is_in("aws_types", part)
            is_version = re.fullmatch("[0-9]{0,5}", part) is not None
            if not (is_type or is_version or part in ("aws-service-role", "aws-reserved")):
                pieces[place] = self._account(part) or self._amazon_part(part, is_last=is_last)
        return "".join(pieces)

    def _amazon_part(self, part: str, *, is_last: bool) -> str:
        unique = re.fullmatch("([a-z]{1,8}-)([0-9A-Fa-f]{8}|[0-9A-Fa-f]{17})", part)
        if unique is not None:
            return unique[1] + self._segments.labels.token(unique[2])
        if is_last and "." in part and not part.endswith("*"):
            return self._segments.segment(part, PATH_WORDS)
        return self._name(part)

    def _account(self, text: str) -> str | None:
        """Map the number of an account; none if the text is none."""
        if re.fullmatch("[0-9]{12}", text) is None:
            return None
        image = int(text)
        while True:
            image = feistel(self._account_key, image, ACCOUNT_HALF_BITS, rounds=10)
            if image < ACCOUNTS:
                return f"{image:012}"

    def _unique_id(self, text: str) -> str | None:
        """Map a unique identifier and its session; none if the text is none."""
        identifier, colon, session = text.partition(":")
        match = re.fullmatch(f"({UNIQUE_PREFIXES})[A-Z0-9]{{16,28}}", identifier)
        if match is None:
            return None
        codes = [mac_number(self._id_key, bytes([number]) + identifier.encode()) for number in (0, 1)]
        image = match[1] + "".join(token(code) for code in codes).upper()
        return image[: len(identifier)] + colon + (self._name(session) if colon else "")
