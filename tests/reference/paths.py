"""Paths of Windows, Unix and the registry."""

from __future__ import annotations

import re

from reference.public_names import ascii_lower, is_in, is_one_of
from reference.segments import PATH_WORDS, Segments, has_public_extension

USER_FOLDERS = ("users", "home", "documents and settings", "docume~1")


def is_path_like(text: str) -> bool:
    """Tell whether a text looks like a path."""
    return re.match(r"[A-Za-z]:|~", text) is not None or "/" in text or "\\" in text


class Paths:
    """The map of paths."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments

    def text(self, text: str) -> str:
        """Map a path, in quotes or not."""
        if len(text) > 1 and text.startswith('"') and text.endswith('"'):
            return '"' + self._path(text[1:-1]) + '"'
        return self._path(text)

    def _path(self, path: str) -> str:
        if re.match(r"\\\\[?.]\\|\\\?\?\\", path):
            return path[:4] + self._rest(path[4:], "name space")
        network = re.match(r"(\\\\|//)([^\\/]+)", path)
        if network is not None and (network[1] == "\\\\" or not is_in("segments", network[2])):
            return path[:2] + self._rest(path[2:], "server")
        return self._rest(path, "any")

    def _rest(self, path: str, expected: str) -> str:
        pieces = re.split(r"([\\/])", path)
        is_first = True
        for place in range(0, len(pieces), 2):
            segment = pieces[place]
            if segment == "":
                continue
            is_last = place == len(pieces) - 1
            pieces[place] = self._segment(segment, expected, is_first=is_first, is_last=is_last)
            if expected == "name space" and is_one_of("unc", segment):
                expected = "server"
            elif ascii_lower(segment) in USER_FOLDERS:
                expected = "user"
            else:
                expected = "any"
            is_first = False
        return "".join(pieces)

    def _segment(self, segment: str, expected: str, *, is_first: bool, is_last: bool) -> str:
        if expected == "name space" and is_one_of("unc", segment):
            return segment
        if expected == "server":
            return self._server(segment)
        if expected == "user" and not (is_last and has_public_extension(segment)):
            variable = re.fullmatch("%([^%]+)%", segment)
            if variable is not None and is_in("environment", variable[1]):
                return segment
            return self._segments.user(segment)
        return self._plain(segment, is_first=is_first)

    def _server(self, segment: str) -> str:
        host, at, rest = segment.partition("@")
        is_port = all(re.fullmatch("(?ai:ssl)|[0-9]{0,5}", part) for part in rest.split("@"))
        if host == "" or not is_port:
            return self._segments.string(segment)
        return self._segments.hosts.text(host) + at + rest

    def _plain(self, segment: str, *, is_first: bool) -> str:
        if is_first and re.match("[A-Za-z]:", segment):
            return segment[:2] + self._streams(segment[2:])
        variable = re.match("%([^%]+)%", segment)
        if variable is not None:
            name = variable[1]
            image = name if is_in("environment", name) else self._segments.labels.image(name)
            return f"%{image}%" + self._streams(segment[variable.end() :])
        if segment in ("~", "?", "??", "*") or self._is_shell_variable(segment):
            return segment
        if segment.startswith("~$"):
            return "~$" + self._streams(segment[2:])
        is_user = is_first and segment.startswith("~") and ":" not in segment
        if is_user and not has_public_extension(segment):
            return "~" + self._segments.user(segment[1:])
        return self._streams(segment)

    @staticmethod
    def _is_shell_variable(segment: str) -> bool:
        match = re.fullmatch(r"\$(\{)?(?ai:env:)?(.*?)(?(1)\})", segment, re.DOTALL)
        return match is not None and is_in("environment", match[2])

    def _streams(self, name: str) -> str:
        return ":".join(self._segments.segment(part, PATH_WORDS) for part in name.split(":"))
