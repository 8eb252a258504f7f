# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the vectors of sealed items: spec/vectors/age/{accept,reject}/*.age, their index, and the worked cell.

python tools/vectors_age.py            write them again
python tools/vectors_age.py --check    exit 1 if one is not as made

The classes of faults are those of C2SP/CCTV age/testdata (header grammar, MAC, X25519, scrypt, payload chunks), made anew with
keys of our own; armor is one class here, because it is refused by name. No code of `sviedka` is used.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from age_maker import (
    CHUNK,
    FILE_KEY,
    NONCE,
    VERSION,
    b64,
    chunk,
    header,
    hkdf,
    identity_text,
    mac,
    payload,
    public,
    recipient_text,
    sample,
    scrypt_body,
    wrapped,
    x25519,
    x25519_body,
)
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

ROOT = Path(__file__).resolve().parent.parent / "spec" / "vectors" / "age"
SECRET = bytes([0x11]) * 32
OTHER = bytes([0x12]) * 32
THIRD = bytes([0x13]) * 32
EPHEMERAL = bytes([0x22]) * 32
SALT = bytes([0x55]) * 16
TEXT = b"sviedka test vector\n"
OURS = x25519(public(SECRET))
GREASE = b"-> grease-of-no-use and an argument\n" + wrapped(sample(20))

HEADER = "malformed.age-header"
FORGED = "refuted.age-payload"

FILES: dict[str, bytes] = {}
INDEX: list[dict[str, object]] = []


def accept(sentence: str, data: bytes, plaintext: bytes = TEXT) -> None:
    """Add a file that opens."""
    digest = hashlib.sha256(plaintext).hexdigest()
    _add("accept", sentence, data, {"verdict": "holds", "plaintext_bytes": len(plaintext), "plaintext_sha256": digest})


def reject(sentence: str, code: str, data: bytes) -> None:
    """Add a file that does not, and how it fails."""
    _add("reject", sentence, data, {"verdict": code.partition(".")[0], "code": code})


def _add(folder: str, sentence: str, data: bytes, expect: dict[str, object]) -> None:
    name = f"{folder}/{sentence.replace(' ', '-')}.age"
    if name in FILES:
        raise SystemExit(f"two vectors are called {name}")
    FILES[name] = data
    INDEX.append({"file": name, "sha256": hashlib.sha256(data).hexdigest(), "expect": expect})


def make_accepted() -> None:
    """Files that every reader opens."""
    accept("the worked file", header(OURS) + payload(TEXT))
    accept("an empty plaintext has one empty chunk", header(OURS) + payload(b""), b"")
    for sentence, size in (
        ("a plaintext of one byte", 1),
        ("a plaintext one byte short of a chunk", CHUNK - 1),
        ("a plaintext of exactly one chunk", CHUNK),
        ("a plaintext of one chunk and a byte", CHUNK + 1),
        ("a plaintext of exactly two chunks", 2 * CHUNK),
    ):
        accept(sentence, header(OURS) + payload(sample(size)), sample(size))
    others = [x25519(public(secret), ephemeral=bytes([seed]) * 32) for secret, seed in ((OTHER, 0x23), (THIRD, 0x24))]
    accept("the first of three recipients is ours", header(OURS, *others) + payload(TEXT))
    accept("the last of three recipients is ours", header(*others, OURS) + payload(TEXT))
    accept("a stanza of an unknown kind is passed over", header(GREASE, OURS) + payload(TEXT))
    accept("an unknown stanza with an empty body", header(b"-> none\n\n", OURS) + payload(TEXT))
    accept(
        "an unknown stanza of one full line and an empty one",
        header(b"-> full\n" + wrapped(bytes(48)), OURS) + payload(TEXT),
    )
    accept("an unknown stanza of two lines", header(b"-> long\n" + wrapped(sample(60)), OURS) + payload(TEXT))
    visible = bytes(range(0x21, 0x7F))
    accept("an argument of every visible character", header(b"-> " + visible + b"\n\n", OURS) + payload(TEXT))
    accept("a kind that differs in case is another kind", header(b"-> x25519 AAAA\n\n", OURS) + payload(TEXT))


def make_header_faults() -> None:
    """Headers with one fault in their grammar."""
    body = payload(TEXT)
    whole = header(OURS) + body
    reject("an empty file", HEADER, b"")
    reject("ascii armor is refused by name", "malformed.age-armor", _armored(whole))
    reject("a version that is not known", HEADER, header(OURS, version=b"age-encryption.org/v2\n") + body)
    reject("no version line", HEADER, header(OURS, version=b"") + body)
    reject("a byte order mark before the header", HEADER, header(OURS, version=b"\xef\xbb\xbf" + VERSION) + body)
    reject(
        "a version line that ends in carriage return and line feed",
        HEADER,
        header(OURS, version=VERSION[:-1] + b"\r\n") + body,
    )
    reject("every line ends in carriage return and line feed", HEADER, header(OURS).replace(b"\n", b"\r\n") + body)
    reject("only the version line", HEADER, VERSION)
    reject("no stanza", HEADER, header() + body)
    reject("the header breaks off in a stanza", HEADER, header(OURS)[:60])
    reject("the header breaks off before its mac", HEADER, header(OURS)[:-48])
    reject("the header breaks off inside its mac line", HEADER, header(OURS)[:-2])
    for sentence, line in (
        ("a stanza that begins with one dash", b"- > none\n\n"),
        ("a stanza without arguments", b"->\n\n"),
        ("a stanza with a space and no argument", b"-> \n\n"),
        ("a stanza whose arrow is not followed by a space", b"->none\n\n"),
        ("an empty argument", b"-> none  two\n\n"),
        ("a space behind the last argument", b"-> none \n\n"),
        ("a tab between arguments", b"-> none\ttwo\n\n"),
        ("an argument that is not ascii", "-> жана\n\n".encode()),
        ("an argument with a control character", b"-> no\x7fne\n\n"),
        ("a carriage return behind an argument", b"-> none\r\n\n"),
        ("a carriage return behind a body", b"-> none\nAAAA\r\n"),
        ("a body line longer than 64 characters", b"-> none\n" + b"A" * 68 + b"\n"),
        ("a full body line without a shorter one behind it", b"-> none\n" + b"A" * 64 + b"\n"),
        ("two short body lines", b"-> none\nAAAA\nAAAA\n"),
        ("no body line", b"-> none\n"),
        ("an empty line between stanzas", b"-> none\nAAAA\n\n"),
        ("a body with padding", b"-> none\n" + b"AAA=\n"),
        ("a body with unused bits set", b"-> none\nAB\n"),
        ("a body in the url alphabet", b"-> none\n--__\n"),
        ("a body of an impossible length", b"-> none\nAAAAA\n"),
    ):
        reject(sentence, HEADER, header(line, OURS) + body)
    reject(
        "a header of more than 64 KiB",
        "malformed.too-large",
        header(b"-> " + b"a" * 66_000 + b"\n\n", *[GREASE] * 5, OURS) + body,
    )
    reject("a header of 513 stanzas", "malformed.too-large", header(*[b"-> a\n\n"] * 512, OURS) + body)


def make_mac_faults() -> None:
    """MAC lines with one fault."""
    body = payload(TEXT)
    signed = VERSION + OURS + b"---"
    right = b64(mac(signed))
    wrong = b64(bytes([mac(signed)[0] ^ 1]) + mac(signed)[1:])
    for sentence, line in (
        ("a mac line without a mac", b""),
        ("a mac line without a space", right),
        ("a mac line with two spaces", b"  " + right),
        ("a space behind the mac", b" " + right + b" "),
        ("a mac that lacks a character", b" " + right[:-1]),
        ("a mac with a character too many", b" " + right + b"A"),
        ("a mac with padding", b" " + right + b"="),
        ("a mac with unused bits set", b" " + right[:-1] + bytes([_next_letter(right[-1])])),
        ("a mac with a letter of another alphabet", b" " + right[:-1] + b"_"),
        ("four dashes before the mac", b"- " + right),
        ("a carriage return behind the mac", b" " + right + b"\r"),
    ):
        reject(sentence, HEADER, signed + line + b"\n" + body)
    reject("a mac by another key refutes the header", "refuted.age-header", signed + b" " + wrong + b"\n" + body)
    changed = header(GREASE, OURS).replace(b"of-no-use", b"of-some-us")
    reject("a changed word in a stanza of another kind refutes the header", "refuted.age-header", changed + body)
    dropped = header(GREASE, OURS).replace(GREASE, b"")
    reject("a stanza that was taken out refutes the header", "refuted.age-header", dropped + body)


def make_x25519_faults() -> None:
    """X25519 stanzas with one fault."""
    share, sealed = b64(public(EPHEMERAL)), x25519_body(FILE_KEY, public(SECRET), EPHEMERAL)
    zero, low = bytes(32), bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")
    long_key = FILE_KEY + b"\x00"
    for sentence, arguments, content in (
        ("an x25519 stanza without a share", b"", sealed),
        ("an x25519 stanza with an argument too many", b" " + share + b" 1", sealed),
        ("a share that lacks a byte", b" " + b64(public(EPHEMERAL)[:-1]), sealed),
        ("a share with a byte too many", b" " + b64(public(EPHEMERAL) + b"\x00"), sealed),
        ("a share with padding", b" " + share + b"=", sealed),
        ("a share with unused bits set", b" " + share[:-1] + bytes([_next_letter(share[-1])]), sealed),
        ("a share of all zeros leads to an all zero secret", b" " + b64(zero), sealed),
        ("a share of low order leads to an all zero secret", b" " + b64(low), sealed),
        ("a wrapped file key that lacks a byte", b" " + share, sealed[:-1]),
        ("a wrapped file key of seventeen bytes", b" " + share, x25519_body(long_key, public(SECRET), EPHEMERAL)),
    ):
        reject(sentence, HEADER, header(b"-> X25519" + arguments + b"\n" + wrapped(content)) + payload(TEXT))
    body = wrapped(sealed)
    reject(
        "a wrapped file key with unused bits set",
        HEADER,
        header(b"-> X25519 " + share + b"\n" + body[:-2] + bytes([_next_letter(body[-2])]) + b"\n") + payload(TEXT),
    )
    reject(
        "a malformed x25519 stanza behind the one that is ours",
        HEADER,
        header(OURS, b"-> X25519 " + share + b" 1\n" + body) + payload(TEXT),
    )
    withheld = "withheld.not-for-this-key"
    reject("a file to another key is withheld", withheld, header(x25519(public(OTHER))) + payload(TEXT))
    flipped = bytes([sealed[0] ^ 1]) + sealed[1:]
    reject(
        "a changed wrapped file key is as good as none",
        withheld,
        header(b"-> X25519 " + share + b"\n" + wrapped(flipped)) + payload(TEXT),
    )
    reject("only stanzas of unknown kinds", withheld, header(GREASE) + payload(TEXT))


def make_scrypt_faults() -> None:
    """Passphrase stanzas: read and capped, never opened."""
    salt, sealed = b64(SALT), scrypt_body(b"password", SALT, 10)
    good = b"-> scrypt " + salt + b" 10\n" + wrapped(sealed)
    reject("a passphrase file is not for an identity", "withheld.not-for-this-key", header(good) + payload(TEXT))
    top = b"-> scrypt " + salt + b" 18\n" + wrapped(sealed)
    reject("work of 18 is read and not done", "withheld.not-for-this-key", header(top) + payload(TEXT))
    for sentence, factor in (
        ("work of 19 is too much", b"19"),
        ("work of 64 is too much", b"64"),
        ("work of a hundred digits is too much", b"1" * 100),
    ):
        stanza = b"-> scrypt " + salt + b" " + factor + b"\n" + wrapped(sealed)
        reject(sentence, "malformed.age-work-factor", header(stanza) + payload(TEXT))
    for sentence, arguments, content in (
        ("work with a leading zero", salt + b" 010", sealed),
        ("work with a plus sign", salt + b" +10", sealed),
        ("negative work", salt + b" -10", sealed),
        ("work in hexadecimal", salt + b" 0xa", sealed),
        ("work of zero", salt + b" 0", sealed),
        ("a passphrase stanza without work", salt, sealed),
        ("a passphrase stanza with an argument too many", salt + b" 10 1", sealed),
        ("a salt that lacks a byte", b64(SALT[:-1]) + b" 10", sealed),
        ("a salt with a byte too many", b64(SALT + b"\x00") + b" 10", sealed),
        ("a salt with unused bits set", salt[:-1] + bytes([_next_letter(salt[-1])]) + b" 10", sealed),
        ("a passphrase body that lacks a byte", salt + b" 10", sealed[:-1]),
        ("a passphrase body of seventeen bytes", salt + b" 10", sealed + b"\x00"),
    ):
        reject(sentence, HEADER, header(b"-> scrypt " + arguments + b"\n" + wrapped(content)) + payload(TEXT))
    reject("two passphrase stanzas", HEADER, header(good, good) + payload(TEXT))
    reject("a passphrase stanza beside another", HEADER, header(good, OURS) + payload(TEXT))


def make_payload_faults() -> None:
    """Payloads with one fault. Nothing of them may be released, though chunks before the fault are authentic."""
    head, cut = header(OURS), "refuted.age-payload-truncated"
    full, rest = sample(CHUNK), sample(100)
    reject("no payload", cut, head)
    reject("a nonce that lacks a byte", cut, head + NONCE[:-1])
    reject("a nonce and no chunk", cut, head + NONCE)
    reject("a chunk shorter than its tag", cut, head + NONCE + chunk(b"", 0, final=True)[:-1])
    reject("the last byte is missing", FORGED, head + payload(TEXT)[:-1])
    reject("the final chunk is missing", cut, head + NONCE + chunk(full, 0, final=False))
    reject("the final chunk of one that is not full is missing", cut, head + NONCE + chunk(rest, 0, final=False))
    reject("the second chunk is cut inside its tag", cut, head + NONCE + chunk(full, 0, final=False) + bytes(15))
    reject("a changed byte in the only chunk", FORGED, head + _changed(payload(TEXT), 20))
    reject("a changed byte in the tag", FORGED, head + _changed(payload(TEXT), -1))
    reject("a changed byte in the nonce", FORGED, head + _changed(payload(TEXT), 3))
    reject("a changed byte in the second chunk", FORGED, head + _changed(payload(full + rest), -50))
    reject(
        "an empty final chunk behind a full one",
        FORGED,
        head + NONCE + chunk(full, 0, final=False) + chunk(b"", 1, final=True),
    )
    trailing = "refuted.age-payload-trailing"
    reject("a byte behind a full final chunk", trailing, head + payload(full) + bytes(1))
    reject("a whole chunk behind a full final chunk", trailing, head + payload(full) + chunk(rest, 1, final=True))
    reject("a byte behind a short final chunk", FORGED, head + payload(TEXT) + bytes(1))
    reject("the payload of another file key", FORGED, head + payload(TEXT, file_key=bytes([0x34]) * 16))
    reject("chunks are counted from one", FORGED, head + NONCE + chunk(TEXT, 1, final=True))
    reject("a final mark of two", FORGED, head + NONCE + _marked(TEXT, 2))
    reject(
        "a chunk in the middle that is not full",
        FORGED,
        head + NONCE + chunk(rest, 0, final=False) + chunk(rest, 1, final=True),
    )


def _armored(data: bytes) -> bytes:
    text = b64(data) + b"=" * (-len(b64(data)) % 4)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN AGE ENCRYPTED FILE-----", *lines, b"-----END AGE ENCRYPTED FILE-----", b""])


def _changed(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 0x40
    return bytes(changed)


def _marked(plaintext: bytes, mark: int) -> bytes:
    return ChaCha20Poly1305(hkdf(FILE_KEY, NONCE, b"payload")).encrypt(bytes(11) + bytes([mark]), plaintext, None)


def _next_letter(letter: int) -> int:
    """Return the base64 letter that differs in the lowest bit, which the last letter of these values leaves unused."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return alphabet[alphabet.index(letter) ^ 1]


def make_cell() -> None:
    """The worked identity cell: the keeper's half, and the copy for seats 2 and 5, nested three deep."""
    seats = {number: bytes([0x60 + number]) * 32 for number in range(1, 6)}
    epoch, half, cell_key = bytes([0x6E]) * 32, bytes([0x6F]) * 32, bytes([0x77]) * 32
    FILES["cell/keepers-half.age"] = _layer(half, epoch, 3)
    data = cell_key
    for place, recipient in enumerate((half, seats[5], seats[2])):
        data = _layer(data, recipient, place)
    FILES["cell/seats-2-and-5.age"] = data
    INDEX_MORE["cell"] = {
        "keepers_half": "cell/keepers-half.age",
        "copy": "cell/seats-2-and-5.age",
        "low_seat_identity": identity_text(seats[2]),
        "high_seat_identity": identity_text(seats[5]),
        "epoch_identity": identity_text(epoch),
        "layer_bytes": [len(data), len(data) - 200, len(data) - 400],
        "keepers_half_secret_hex": half.hex(),
        "cell_key_hex": cell_key.hex(),
    }


def _layer(data: bytes, recipient: bytes, place: int) -> bytes:
    """Return an age file to the public half of `recipient`; each place has its own randomness."""
    file_key = bytes([0x80 + place]) * 16
    stanza = x25519(public(recipient), ephemeral=bytes([0x90 + place]) * 32, file_key=file_key)
    return header(stanza, file_key=file_key) + payload(data, file_key, bytes([0xA0 + place]) * 16)


def make_shared() -> None:
    """One payload under two slips."""
    slips = [header(x25519(public(SECRET), ephemeral=bytes([seed]) * 32)) for seed in (0xB1, 0xB2)]
    FILES["shared/payload"] = payload(TEXT)
    for number, slip in enumerate(slips, 1):
        FILES[f"shared/slip-{number}"] = slip
    INDEX_MORE["shared"] = {
        "payload": "shared/payload",
        "payload_sha256": hashlib.sha256(FILES["shared/payload"]).hexdigest(),
        "slips": ["shared/slip-1", "shared/slip-2"],
        "plaintext_sha256": hashlib.sha256(TEXT).hexdigest(),
    }


INDEX_MORE: dict[str, object] = {}


def main(arguments: list[str]) -> int:
    """Make everything; write it, or with `--check` compare it."""
    make_accepted()
    make_header_faults()
    make_mac_faults()
    make_x25519_faults()
    make_scrypt_faults()
    make_payload_faults()
    make_cell()
    make_shared()
    index = {
        "about": "Age files and how a reader that holds the identity must answer to each. See spec/02-item.md.",
        "identity": identity_text(SECRET),
        "recipient": recipient_text(SECRET),
        "cases": INDEX,
        **INDEX_MORE,
    }
    FILES["index.json"] = json.dumps(index, indent=1, sort_keys=True).encode() + b"\n"
    there = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()}
    if "--check" in arguments:
        wrong = sorted(there ^ set(FILES)) + sorted(
            name for name in there & set(FILES) if (ROOT / name).read_bytes() != FILES[name]
        )
        print("\n".join(wrong) or f"{len(FILES)} files are as made")
        return 1 if wrong else 0
    for name in there - set(FILES):
        (ROOT / name).unlink()
    for name, data in FILES.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_bytes(data)
    print(f"{len(FILES)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
