"""The building blocks of the scheme: subkeys, block cipher, MAC, tokens, Feistel networks, FF1."""

from __future__ import annotations

import functools

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TOKEN_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # noqa: S105 (an alphabet, not a secret)
FEISTEL_ROUNDS = 6
WORD_ROUNDS = 10
FF1_ROUNDS = 10


class NotOfKindError(ValueError):
    """The text is not of its column's kind."""


class Keys:
    """The key of a party and the realm that the data is for."""

    def __init__(self, key: bytes, realm: str) -> None:
        if len(key) != 32:
            raise ValueError("a key has 32 bytes")
        self._key = key
        self._salt = realm.encode()

    def subkey(self, name: str, length: int = 16) -> bytes:
        """Give the key of one use."""
        return hkdf_sha256(self._key, self._salt, b"huntbook/v1/" + name.encode(), length)

    def fingerprint(self) -> str:
        """Give the name of the key: the same in every realm."""
        return hkdf_sha256(self._key, bytes(32), b"huntbook/v1/fingerprint", 8).hex()


def hkdf_sha256(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)


@functools.cache
def encrypt_block(key: bytes, block: bytes) -> bytes:
    """AES-128 of one block."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 (one block)
    return encryptor.update(block) + encryptor.finalize()


def encrypt_number(key: bytes, block: int) -> int:
    """AES-128 of one block, with the block and the result as numbers."""
    return int.from_bytes(encrypt_block(key, block.to_bytes(16, "big")), "big")


def mac_bytes(key: bytes, message: bytes) -> bytes:
    """AES-CMAC, RFC 4493."""
    mac = CMAC(algorithms.AES(key))
    mac.update(message)
    return mac.finalize()


def mac_number(key: bytes, message: bytes) -> int:
    """AES-CMAC as a number of 128 bits."""
    return int.from_bytes(mac_bytes(key, message), "big")


def token(code: int) -> str:
    """Spell the 84 leading bits of a code of 128 bits."""
    characters = [TOKEN_ALPHABET[code >> 124]]
    for position in range(16):
        shift = 124 - 5 * (position + 1)
        characters.append(TOKEN_ALPHABET[code >> shift & 0b11111])
    return "".join(characters)


def feistel(key: bytes, value: int, half_bits: int, rounds: int = FEISTEL_ROUNDS) -> int:
    """Permute the numbers of twice `half_bits` bits."""
    mask = (1 << half_bits) - 1
    left = value >> half_bits
    right = value & mask
    for round_number in range(rounds):
        block = right << 64 | half_bits << 8 | round_number
        mixed = encrypt_number(key, block) >> (128 - half_bits)
        left, right = right, left ^ mixed
    return left << half_bits | right


def permute_words(key: bytes, words: list[int]) -> list[int]:
    """Permute the lists of this many 32-bit numbers."""
    if len(words) == 1:
        left, right = _mix([words[0] >> 16], [words[0] & 0xFFFF], key, entry_bits=16)
        return [left[0] << 16 | right[0]]
    middle = len(words) // 2
    left, right = _mix(words[:middle], words[middle:], key, entry_bits=32)
    return left + right


def _mix(left: list[int], right: list[int], key: bytes, entry_bits: int) -> tuple[list[int], list[int]]:
    """Give both lists after all rounds."""
    for round_number in range(WORD_ROUNDS):
        if round_number % 2 == 0:
            left = _mix_target(left, right, key, round_number, entry_bits)
        else:
            right = _mix_target(right, left, key, round_number, entry_bits)
    return left, right


def _mix_target(
    target: list[int], source: list[int], key: bytes, round_number: int, entry_bits: int
) -> list[int]:
    """Change the target by what the source says."""
    changed = []
    source_bytes = b"".join(number.to_bytes(4, "big") for number in source)
    for position, number in enumerate(target):
        part = position // 4
        place = position % 4
        header = bytes([part, round_number, len(source), len(target)])
        code = mac_number(key, header + source_bytes)
        word = code >> (96 - 32 * place) & 0xFFFF_FFFF
        changed.append(number ^ (word & ((1 << entry_bits) - 1)))
    return changed


def ff1(key: bytes, radix: int, tweak: bytes, numerals: list[int]) -> list[int]:
    """FF1 of NIST SP 800-38G; a string of one numeral goes through a permutation of the radix."""
    count = len(numerals)
    if count == 1:
        return [_rank(key, radix, tweak, numerals[0])]
    left_count = count // 2
    right_count = count - left_count
    left = _numeral_value(radix, numerals[:left_count])
    right = _numeral_value(radix, numerals[left_count:])
    for round_number in range(FF1_ROUNDS):
        length = left_count if round_number % 2 == 0 else right_count
        code = _ff1_code(key, radix, tweak, count, round_number, right)
        left, right = right, (left + code) % radix**length
    return _numerals(radix, left, left_count) + _numerals(radix, right, right_count)


def _ff1_code(key: bytes, radix: int, tweak: bytes, count: int, round_number: int, half: int) -> int:
    """Give the number `y` of one round: steps 6.i to 6.iv of the standard's algorithm 7."""
    return int.from_bytes(_ff1_bytes(key, radix, tweak, count, round_number, half), "big")


def _ff1_bytes(key: bytes, radix: int, tweak: bytes, count: int, round_number: int, half: int) -> bytes:
    """Give the bytes `S` of one round."""
    left_count = count // 2
    right_count = count - left_count
    half_bytes = ((radix**right_count - 1).bit_length() + 7) // 8
    wanted = 4 * ((half_bytes + 3) // 4) + 4
    header = bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([10, left_count % 256])
    header += count.to_bytes(4, "big") + len(tweak).to_bytes(4, "big")
    padding = bytes((-len(tweak) - half_bytes - 1) % 16)
    message = header + tweak + padding + bytes([round_number]) + half.to_bytes(half_bytes, "big")
    first = bytes(16)
    for start in range(0, len(message), 16):
        first = encrypt_block(key, _exclusive_or(first, message[start : start + 16]))
    stream = first
    counter = 1
    while len(stream) < wanted:
        stream += encrypt_block(key, _exclusive_or(first, counter.to_bytes(16, "big")))
        counter += 1
    return stream[:wanted]


def _rank(key: bytes, radix: int, tweak: bytes, numeral: int) -> int:
    """Give the rank of a numeral among all, by its code."""
    codes = []
    for other in range(radix):
        code = _ff1_bytes(key, radix, tweak, count=1, round_number=0, half=other)[:8]
        codes.append((code, other))
    return sorted(codes).index((codes[numeral][0], numeral))


def _exclusive_or(first: bytes, second: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


def _numeral_value(radix: int, numerals: list[int]) -> int:
    value = 0
    for numeral in numerals:
        value = value * radix + numeral
    return value


def _numerals(radix: int, value: int, count: int) -> list[int]:
    numerals = []
    for _ in range(count):
        numerals.append(value % radix)
        value //= radix
    return numerals[::-1]


def digits_like(text: str, image: str) -> str:
    """Spell hexadecimal digits as capitals if the text's have a capital and no small letter."""
    has_capital = any(character in "ABCDEF" for character in text)
    has_small = any(character in "abcdef" for character in text)
    return image.upper() if has_capital and not has_small else image.lower()
