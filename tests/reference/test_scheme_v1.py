"""The reference against published vectors, the frozen vectors against it, and Huntbook against both."""

from __future__ import annotations

import ipaddress
import json
import urllib.parse
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.addresses import PfxMap, deterministic_image
from reference.primitives import ff1, hkdf_sha256, mac_bytes
from reference.public_names import names
from reference.scheme_v1 import Scheme
from reference.write_vectors import FOLDER, KEY, REALM, BytesVector, bytes_vectors, vectors

FILE: dict[str, Any] = json.loads((FOLDER / "scheme-v1.json").read_text(encoding="utf-8"))
FROZEN: list[dict[str, str]] = FILE["vectors"]
FROZEN_BYTES = [BytesVector(**vector) for vector in FILE["bytes"]]
MODES = ("prefix", "subnet", "flat", "ipcrypt-pfx", "ipcrypt-deterministic")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def huntbook_values(kind: str, texts: list[str], ip: str) -> list[str]:
    """Ask Huntbook."""
    import huntbook as hb

    obfuscator = hb.Obfuscator(hb.Key.from_bytes(KEY), realm=REALM, ip=ip, times="shift")
    return [obfuscator.value(kind, text) for text in texts]


@pytest.mark.parametrize(
    ("message", "mac"),
    [
        ("", "bb1d6929e95937287fa37d129b756746"),
        ("6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c"),
        (
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
            "dfa66747de9ae63030ca32611497c827",
        ),
    ],
)
def test_mac_is_that_of_rfc_4493(message: str, mac: str) -> None:
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    assert mac_bytes(key, bytes.fromhex(message)).hex() == mac


def test_subkeys_are_those_of_rfc_5869() -> None:
    output = hkdf_sha256(bytes([0x0B] * 22), bytes(range(13)), bytes(range(0xF0, 0xFA)), 42)
    assert output.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


@pytest.mark.parametrize(
    ("radix", "tweak", "text", "image"),
    [
        (10, "", "0123456789", "2433477484"),
        (10, "39383736353433323130", "0123456789", "6124200773"),
        (36, "3737373770717273373737", "0123456789abcdefghi", "a9tv40mll9kdu509eum"),
    ],
)
def test_ff1_is_that_of_nist(radix: int, tweak: str, text: str, image: str) -> None:
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    numerals = ff1(key, radix, bytes.fromhex(tweak), [DIGITS.index(digit) for digit in text])
    assert "".join(DIGITS[numeral] for numeral in numerals) == image


@pytest.mark.parametrize(
    ("key", "text", "image"),
    [
        ("0123456789abcdeffedcba9876543210", "0.0.0.0", "bde9:6789:d353:824c:d7c6:f58a:6bd2:26eb"),  # noqa: S104 (an address to map)
        (
            "0123456789abcdeffedcba9876543210",
            "2001:db8:85a3::8a2e:370:7334",
            "1eef:2352:64c8:18e6:6456:1373:f615:5032",
        ),
        (
            "0123456789abcdeffedcba98765432101032547698badcfeefcdab8967452301",
            "192.0.2.1",
            "100.115.72.131",
        ),
        (
            "2b7e151628aed2a6abf7158809cf4f3ca9f5ba40db214c3798f2e1c23456789a",
            "2001:db8::f1e0:937b:26d4:8c1a",
            "7cec:702c:1243:f70:443c:c8e:6a62:b64d",
        ),
    ],
)
def test_addresses_are_those_of_ipcrypt(key: str, text: str, image: str) -> None:
    address = ipaddress.ip_address(text)
    secret = bytes.fromhex(key)
    if len(secret) == 16:
        found = deterministic_image(secret, int(address), address.max_prefixlen)
    else:
        found = PfxMap(secret).image(int(address), address.max_prefixlen)
    assert found == int(ipaddress.ip_address(image))


def test_frozen_vectors_are_those_of_the_reference() -> None:
    assert vectors() == FROZEN
    assert len(FROZEN) >= 2500
    assert bytes_vectors() == FROZEN_BYTES


@pytest.mark.parametrize("ip", MODES)
def test_huntbook_gives_the_frozen_vectors(ip: str) -> None:
    group = [vector for vector in FROZEN if vector.get("ip", "prefix") == ip]
    for kind in sorted({vector["kind"] for vector in group}):
        of_kind = [vector for vector in group if vector["kind"] == kind]
        texts = [vector["text"] for vector in of_kind]
        images = [vector["image"] for vector in of_kind]
        assert huntbook_values(kind, texts, ip) == images, kind


def huntbook_bytes(values: list[bytes], *, fixed: bool) -> list[bytes]:
    """Ask Huntbook for the images of a column."""
    import pyarrow as pa

    import huntbook as hb

    obfuscator = hb.Obfuscator(hb.Key.from_bytes(KEY), realm=REALM)
    column = pa.array(values, pa.binary(len(values[0]) if fixed else -1))
    images: list[bytes] = obfuscator.obfuscate(pa.table({"column": column}))["column"].to_pylist()
    return images


@pytest.mark.pyarrow
def test_huntbook_gives_the_frozen_images_of_bytes() -> None:
    for vector in FROZEN_BYTES:
        (image,) = huntbook_bytes([bytes.fromhex(vector.value)], fixed=vector.fixed)
        assert image.hex() == vector.image, vector


@pytest.mark.pyarrow
@pytest.mark.parametrize("fixed", [True, False])
def test_huntbook_gives_the_images_of_random_bytes(*, fixed: bool) -> None:
    binaries = Scheme(KEY, REALM).bytes
    reference = binaries.fixed_width if fixed else binaries.any_width

    @settings(max_examples=50)
    @given(
        st.integers(1, 70).flatmap(lambda size: st.lists(st.binary(min_size=size, max_size=size), min_size=1))
    )
    def check(values: list[bytes]) -> None:
        assert huntbook_bytes(values, fixed=fixed) == [reference(value) for value in values]

    check()


def hexadecimal(*lengths: int) -> st.SearchStrategy[str]:
    """Digits of one of these lengths."""
    texts = [st.text("0123456789abcdef", min_size=length, max_size=length) for length in lengths]
    return st.one_of(texts).flatmap(lambda text: st.sampled_from([text, text.upper()]))


WORDS = st.integers(0, (1 << 32) - 1)
LABELS = st.text(st.sampled_from("abcXYZ019-_äÖß"), min_size=1, max_size=24)
HOSTS = st.tuples(LABELS, LABELS, st.sampled_from(["com", "co.uk", "ORG", "de", "github.io", "local", "zz"]))
NAMES = HOSTS.map(".".join)
PUBLIC = st.sampled_from(
    ("segments", "url_words", "extensions", "numbered", "counted_words", "well_known")
).flatmap(lambda name: st.sampled_from(sorted(names(name))))
IDENTIFIERS = st.sampled_from(
    [
        *(
            "0f8fad5b-d9cb-469f-a165-70867728950e",
            "{0F8FAD5B-D9CB-469F-A165-70867728950E}",
            "S-1-5-21-1-2-3-1001",
        ),
        *(
            "0f8fad5bd9cb469fa16570867728950e",
            "S-1-5-21-1-2-3-4_Classes",
            "bob@contoso.com",
            "b+t@contoso.com",
        ),
        *("10.1.2.3", "8.8.8.8:53", "[2001:db8::1]:443", "fe80::1%eth0", "10.0.0.0/8", "www.contoso.co.uk"),
        *(
            "evil[.]com",
            "a(dot)b[dot]org",
            "foo.xn--p1ai",
            "srv01.corp.local",
            "123456789012",
            "AKIAIOSFODNN7EXAMPLE",
        ),
    ]
)
SPECIAL = st.sampled_from(
    [
        *(
            "%TEMP%",
            "%FOO%x",
            "$HOME",
            "${env:TEMP}",
            "~",
            "~bob",
            "~$x.docx",
            "C:",
            "x:y",
            "*",
            "..",
            "",
            "users",
        ),
        *(
            "home",
            "v4.0.30319",
            "1033",
            "12345",
            "web-01",
            "windows-10",
            "a~1",
            ".x",
            "x.tar.gz",
            "python3.11",
            "UNC",
        ),
    ]
)
MIXED = st.text(st.sampled_from("abXY019-_.~@%{}$ :;=&?#'\"éß/\\[]()+*,<>"), max_size=9)
WORD = st.one_of(PUBLIC, PUBLIC.map(str.upper), IDENTIFIERS, SPECIAL, LABELS, MIXED)
NAME = st.lists(WORD, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from(["", "-", "_", ".", " "]).map(lambda joint: joint.join(words))
)
PATHS = st.tuples(
    st.sampled_from(
        ["", "C:\\", "\\\\", "//", "/", "\\\\?\\", "\\\\.\\", "\\??\\", "/home/", "C:\\Users\\", '"', "~"]
    ),
    st.lists(NAME, max_size=5).flatmap(
        lambda words: st.sampled_from("\\/").map(lambda separator: separator.join(words))
    ),
    st.sampled_from(["", "", "/", '"', ":x"]),
).map("".join)
ENCODED = (
    NAME.map(urllib.parse.quote) | NAME | PATHS | PATHS.map(lambda text: urllib.parse.quote(text, safe=""))
)


def _urls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Give URLs that hold others."""
    values = ENCODED | inner | inner.map(lambda text: urllib.parse.quote(text, safe=""))
    schemes = st.sampled_from(["https", "hxxp", "FTP", "file", "ldap", "foo", "a*b", "x", "gc"])
    marks = st.sampled_from(["://", "://", "[://]", "[:]//", ":\\\\", ":/"])
    users = st.sampled_from(["", "", "bob@", "bob:pw@", "b%20b:x@", ":@"])
    hosts = st.one_of(NAMES, IDENTIFIERS, LABELS, MIXED)
    paths = st.lists(ENCODED, max_size=4).map(lambda parts: "".join("/" + part for part in parts))
    pair = st.tuples(st.sampled_from("&;?"), NAME | st.sampled_from(["q", "id"]), st.just("="), values).map(
        "".join
    )
    queries = st.lists(pair, max_size=3).map("".join)
    fragments = st.sampled_from(["", "#", "#bob"])
    opaque = st.tuples(st.sampled_from(sorted(names("opaque_schemes"))), st.just(":"), values).map("".join)
    domain = st.tuples(
        st.sampled_from(["CN=", "dc=", "DC=", " ou ="]), LABELS | st.sampled_from(["a.b", "com", ""])
    )
    domains = st.lists(domain.map("".join), min_size=1, max_size=4).map(
        lambda parts: "ldap://dc01/" + ",".join(parts)
    )
    whole = st.tuples(schemes, marks, users, hosts, paths, queries, fragments).map("".join)
    relative = st.tuples(st.sampled_from(["", "//", "/", "./", "?"]), users, hosts, paths, queries).map(
        "".join
    )
    return st.one_of(whole, relative, opaque, domains)


AZURE = st.lists(
    NAME
    | st.sampled_from(
        [
            *(
                "subscriptions",
                "resourceGroups",
                "providers",
                "locations",
                "tenants",
                "Microsoft.Compute",
                "Contoso.X",
            ),
            *(
                "virtualMachines",
                "westeurope",
                "default",
                "$Default",
                "x*",
                "",
                "managementGroups",
                "read",
                "action",
            ),
        ]
    ),
    max_size=8,
)
AMAZON = st.lists(
    st.sampled_from(sorted(names("aws_types")))
    | NAME
    | st.sampled_from(
        ["123456789012", "root", "12345", "i-0123456789abcdef0", "aws-reserved", "x.*", "a.b", ""]
    ),
    max_size=4,
)
RESOURCES = st.one_of(
    AZURE.map("/".join),
    AZURE.map(lambda parts: "/" + "/".join(parts)),
    st.tuples(
        st.sampled_from(["arn", "ARN"]),
        st.sampled_from(["aws", "aws-cn", "AWS", ""]),
        st.sampled_from(sorted(names("aws_services"))) | LABELS,
        st.sampled_from(["eu-west-1", "us-gov-east-1", "EU-west-1", "", "*"]),
        st.sampled_from(["123456789012", "aws", "", "*"]) | LABELS,
        AMAZON.flatmap(lambda parts: st.sampled_from("/:").map(lambda separator: separator.join(parts))),
    ).map(":".join),
    st.from_regex(
        "A(KIA|ROA|SIA|XXX)[A-Z0-9]{14,29}(:[a-z@.]{0,9})?", fullmatch=True, alphabet="AKIROSX019BZ:a@."
    ),
    NAME,
    PATHS,
)
MAILBOXES = st.one_of(
    NAME,
    NAMES.map(lambda name: "bob@" + name),
    st.sampled_from(
        ["Bob <b@x.com>", '"Stone, Bob" <b@x.com>', "SMTP:b@x.com", '"q"@x', "<a@b>", "smtp:", " ", ""]
    ),
)
MAIL_LISTS = st.lists(
    st.tuples(MAILBOXES, st.sampled_from([";", ",", "; ", "", " "])).map("".join), max_size=5
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "mac": hexadecimal(12, 16),
    "uuid": st.uuids().map(str) | st.uuids().map(lambda value: f"{{{value}}}"),
    "sid": st.tuples(
        st.sampled_from(["5-21", "5", "5-80", "5-83-1", "12-1", "15-2", "15-3-1024", "9", "18"]),
        st.lists(WORDS, min_size=1, max_size=10),
    ).map(lambda parts: "S-1-" + "-".join([parts[0], *map(str, parts[1])])),
    "account": st.tuples(LABELS, st.sampled_from(["\\", "@", "/", "#"]), NAMES | LABELS).map("".join)
    | MAIL_LISTS.map("".join),
    "url": st.recursive(ENCODED, _urls, max_leaves=5),
    "path": PATHS,
    "resource": RESOURCES,
    "host": NAMES
    | LABELS
    | WORD
    | st.tuples(NAMES, st.integers(0, 65535)).map(lambda pair: f"{pair[0]}:{pair[1]}"),
    "hash": hexadecimal(32, 40, 56, 64, 96, 128),
    "phone": st.from_regex(r"\+?[0-9]{1,4}[- ]?[0-9]{5,12}", fullmatch=True, alphabet="+- 0123456789"),
    "card": st.from_regex("[0-9]{12,19}", fullmatch=True, alphabet="0123456789"),
    "number": st.integers(-(10**30), 10**30).map(str) | hexadecimal(1, 2, 9).map(lambda text: "0x" + text),
    "timestamp": st.datetimes().map(lambda value: value.isoformat(sep=" ", timespec="seconds")),
    "geo": st.decimals(-200, 200, places=4).map(lambda value: f"{value:f}"),
    "string": st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
}


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_huntbook_gives_the_images_of_random_values(kind: str) -> None:
    scheme = Scheme(KEY, REALM)

    @settings(max_examples=15)
    @given(st.lists(VALUES[kind], min_size=20, max_size=20))
    def check(texts: list[str]) -> None:
        assert huntbook_values(kind, texts, "prefix") == [scheme.value(kind, text) for text in texts]

    check()


@pytest.mark.parametrize("ip", MODES)
def test_huntbook_gives_the_images_of_random_addresses(ip: str) -> None:
    scheme = Scheme(KEY, REALM, ip)

    @settings(max_examples=15)
    @given(st.lists(st.ip_addresses().map(str), min_size=20, max_size=20))
    def check(texts: list[str]) -> None:
        assert huntbook_values("ip", texts, ip) == [scheme.value("ip", text) for text in texts]

    check()


@st.composite
def changed_vectors(draw: st.DrawFn) -> tuple[str, str, str]:
    """Draw the text of a frozen vector with a few changes: its kind, its mode of addresses, the text."""
    vector = draw(st.sampled_from(FROZEN))
    text = vector["text"]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 3)))
        text = text[:start] + draw(st.sampled_from(PIECES)) + text[end:]
    return vector["kind"], vector.get("ip", "prefix"), text


PIECES = ["", *"019afABFZ.:-/\\@%#?&=;,<>\"'[](){}~$*+_ éſİ\u00a0", "bob", "com", "10.1.2.3", "users", "%2f"]


def test_huntbook_gives_the_images_of_changed_vectors() -> None:
    schemes = {ip: Scheme(KEY, REALM, ip) for ip in MODES}

    @settings(max_examples=300)
    @given(changed_vectors())
    def check(changed: tuple[str, str, str]) -> None:
        kind, ip, text = changed
        assert huntbook_values(kind, [text], ip) == [schemes[ip].value(kind, text)]

    check()
