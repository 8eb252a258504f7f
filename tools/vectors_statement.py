# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes spec/vectors/statement: statements to accept and to reject, one failure each, named by a sentence.

Usage: python tools/vectors_statement.py [--check]
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

import forged_statements as forged
from forged_statements import (
    compact,
    decoys,
    digest,
    header,
    honest,
    payload,
    raw,
    salt,
    shown,
    sign,
    sign_spelt,
    stating,
    url64,
)
from vectors_form import write

from sviedka.core.seal.statement import Composed, Disclose, Segment, Text, parse_jwt, read_disclosures

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

Vector = dict[str, Any]


def main() -> int:
    """Write the vectors, or with --check say which files differ from what would be written."""
    files = {}
    for kind, name, body in all_vectors():
        text = json.dumps({"about": name, **body}, ensure_ascii=True, indent=1, sort_keys=True)
        files[f"statement/{kind}/{_file_name(name)}"] = text.encode("ascii") + b"\n"
    return write(files, sys.argv[1:])


def all_vectors() -> list[tuple[str, str, Vector]]:
    """Return (accept or reject, sentence, vector), each sentence once."""
    accepted = [("accept", name, vector) for name, vector in accept().items()]
    rejected = [("reject", name, vector) for name, vector in (*heads().items(), *parts().items(), *commons().items())]
    return accepted + rejected


def accept() -> dict[str, Vector]:
    """Return statements that hold, with what they say."""
    full = honest()
    everything = shown(full)
    author = [text for text in everything if "author_sig" in _plain(text)]
    second = next(text for text in everything if "He stood" in _plain(text))
    many = tuple(
        Disclose(name=f"citation.{number}", value=f"{number:032x}", cells=(forged.ARCHIVE_CELL,))
        for number in range(1, 201)
    )
    element = raw([salt(2), "inside"])
    outer = raw([salt(1), "note", [["a", {"b": [{"...": digest(element)}, *({"...": d} for d in decoys(15, 40))]}]]])
    long = Text(
        name="text",
        segments=tuple(Segment(text=f"Sentence {n}.", cells=(forged.PERSON_CELL,)) for n in range(17)),
    )
    kinds = (
        Disclose(
            name="value",
            value={"€": [True, False, None, -9007199254740991], "\U00010000": 1, "\uffff": 'quote " and \\ and \x01'},
            cells=(forged.ARCHIVE_CELL,),
        ),
    )
    return {
        "everything is disclosed": _holds(full.jwt, everything),
        "the order of disclosures does not matter": _holds(full.jwt, everything[::-1]),
        "nothing is disclosed": _holds(full.jwt, [], author=False),
        "only the author is disclosed": _holds(full.jwt, author),
        "a segment in the middle of a text is withheld": _holds(full.jwt, [t for t in everything if t != second]),
        "200 repeated fields stand among 256 digests": _holds(*_of(honest(parts=many))),
        "17 fields stand among 64 digests": _holds(*_of(honest(parts=many[:17]))),
        "a text of 17 segments has 64 digests": _holds(*_of(honest(parts=(long,)))),
        "a value of every kind, with keys in order of UTF-16": _holds(*_of(honest(parts=kinds))),
        "a statement without heads": _holds(*_of(honest(heads=()))),
        "digests inside a value of a value are followed": _holds(stating(outer), [outer, element], author=False),
    }


def heads() -> dict[str, Vector]:
    """Return what is wrong with the signed part, whatever is disclosed."""
    full = honest()
    jwt = full.jwt.decode("ascii")
    listed = list(parse_jwt(full.jwt).digests)
    first, second, third = jwt.split(".")
    spaced = json.dumps(payload(listed), sort_keys=True).encode()
    ordered = json.dumps(dict(reversed(payload(listed).items())), separators=(",", ":")).encode()
    twice = compact(payload(listed))[:-1] + b',"vct":"sviedka/statement/1"}'
    malformed = "malformed.statement"
    signed = {
        "the signature is another key's": (
            sign(header(), payload(listed), forged.STRANGER),
            "refuted.statement-signature",
        ),
        "a bit of the signature is flipped": (_flip_signature(jwt), "refuted.statement-signature"),
        "the identifier was changed after signing": (
            f"{first}.{url64(json.dumps(payload(listed, jti='09' * 16), separators=(',', ':'), sort_keys=True).encode())}.{third}",
            "refuted.statement-signature",
        ),
        "unused bits of the signature's last character are set": (_second_spelling(jwt), "malformed.not-canonical"),
        "unused bits of the payload's last character are set": (
            sign_spelt(url64(compact(header())), _second_spelling(url64(compact(payload(listed, iat=0))))),
            "malformed.not-canonical",
        ),
        "base64 is padded": (f"{first}.{second}.{third}==", "malformed.not-canonical"),
        "there are two parts": (f"{first}.{second}", malformed),
        "there are four parts": (f"{jwt}.{third}", malformed),
        "a character is not ASCII": (f"{first}.{second}ä.{third}", malformed),
        "the signature has 63 bytes": (f"{first}.{second}.{url64(bytes(63))}", malformed),
        "the header has a member more": (sign(header(x5c=[]), payload(listed)), malformed),
        "the header has no typ": (sign(header(typ=None), payload(listed)), malformed),
        "the header is for key binding": (sign(header(typ="kb+jwt"), payload(listed)), malformed),
        "the header's members are in another order": (
            sign(
                json.dumps(
                    {"typ": "sviedka+sd-jwt", "kid": forged.KID, "alg": "EdDSA"}, separators=(",", ":")
                ).encode(),
                payload(listed),
            ),
            "malformed.not-canonical",
        ),
        "the algorithm is none": (
            sign(header(alg="none"), payload(listed)).rpartition(".")[0] + ".",
            "malformed.statement-algorithm",
        ),
        "the algorithm is HS256": (sign(header(alg="HS256"), payload(listed)), "malformed.statement-algorithm"),
        "the key is another desk's": (
            sign(header(kid=forged.KID.replace("minsk-1", "minsk-2")), payload(listed)),
            malformed,
        ),
        "the key's name has no identifier": (sign(header(kid=forged.ORIGIN), payload(listed)), malformed),
        "the payload has a member more": (sign(header(), payload(listed, exp=1)), malformed),
        "the payload does not name its sealed part": (sign(header(), payload(listed, enc=None)), malformed),
        "the payload is a list": (sign(header(), [1]), malformed),
        "the payload is not JSON": (sign(header(), b"{"), "malformed"),
        "the payload holds a fraction": (
            sign(header(), payload(listed, iat=1795219200.5)),
            "malformed",
        ),
        "the payload is spaced": (sign(header(), spaced), "malformed.not-canonical"),
        "the payload's members are in another order": (sign(header(), ordered), "malformed.not-canonical"),
        "a member of the payload stands twice": (sign(header(), twice), "malformed.not-canonical"),
        "digests are of SHA-512": (sign(header(), payload(listed, _sd_alg="sha-512")), "malformed.statement-algorithm"),
        "the version is not known": (
            sign(header(), payload(listed, vct="sviedka/statement/2")),
            "malformed.unknown-version",
        ),
        "the day is not at midnight": (sign(header(), payload(listed, iat=forged.DAY + 1)), malformed),
        "the day is true": (sign(header(), payload(listed, iat=True)), malformed),
        "the day is text": (sign(header(), payload(listed, iat=str(forged.DAY))), malformed),
        "the day is before 1970": (sign(header(), payload(listed, iat=-86400)), malformed),
        "the identifier is in capitals": (sign(header(), payload(listed, jti="AB" * 16)), malformed),
        "the sealed part's digest has another spelling": (
            sign(header(), payload(listed, enc="A" * 42 + "B")),
            malformed,
        ),
        "digests are not sorted": (sign(header(), payload(listed[::-1])), "malformed.digests"),
        "there are 15 digests": (sign(header(), payload(listed[:15])), "malformed.digests"),
        "there are 17 digests": (sign(header(), payload(sorted(listed + decoys(1)))), "malformed.digests"),
        "a digest is too short": (sign(header(), payload(sorted([*listed[:15], "A" * 42]))), "malformed.digests"),
        "a digest has another spelling": (
            sign(header(), payload(sorted([*listed[:15], "A" * 42 + "B"]))),
            "malformed.digests",
        ),
        "a digest is a number": (sign(header(), payload([*listed[:15], 1])), "malformed.digests"),  # type: ignore[list-item]
        "a digest stands twice": (sign(header(), payload(sorted([*listed[:15], listed[0]]))), "malformed.digest-twice"),
        "the leaf is longer than a log takes": (
            sign(header(), payload(listed, pad="x" * 65_536)),
            "malformed.too-large",
        ),
    }
    return {name: _fails(text, [], code) for name, (text, code) in signed.items()}


def parts() -> dict[str, Vector]:
    """Return what is wrong with disclosures: RFC 9901 section 7.1, and our own stricter rules."""
    full = honest()
    everything = shown(full)
    jwt = full.jwt.decode("ascii")
    flipped = everything[7][:-2] + ("A" if everything[7][-2] != "A" else "B") + everything[7][-1]
    good, inner = raw([salt(1), "note", "x"]), raw([salt(2), "inside"])
    malformed, reserved, taken = "malformed.disclosure", "malformed.name-reserved", "malformed.name-taken"

    def one(array: object) -> tuple[str, list[str]]:
        disclosure = array if isinstance(array, str) else raw(array)
        return stating(disclosure), [disclosure]

    def listing(elements: list[Any]) -> tuple[str, list[str]]:
        outer = raw([salt(1), "text", elements])
        return stating(outer), [outer]

    references = [{"...": text} for text in decoys(16, 50)]
    nested = raw([salt(1), "text", [{"...": digest(inner)}, *references[1:]]])
    repeated = raw([salt(3), "more", [{"...": digest(inner)}, *references[1:]]])
    named_inside = raw([salt(2), "name", "inside"])
    outer_named = raw([salt(1), "text", [{"...": digest(named_inside)}, *references[1:]]])
    sd_inside = raw([salt(2), {"_sd": decoys(1)}])
    outer_sd = raw([salt(1), "text", [{"...": digest(sd_inside)}, *references[1:]]])
    same = raw([salt(4), "note", "y"])
    at_top = sign(header(), payload(sorted([digest(nested), digest(inner), *decoys(14)])))
    cases: dict[str, tuple[tuple[str, list[str]], str]] = {
        "a character of a disclosure is flipped": (
            (jwt, [*everything[:7], flipped, *everything[8:]]),
            "refuted.disclosure-unreferenced",
        ),
        "a disclosure of another statement is added": ((jwt, [*everything, good]), "refuted.disclosure-unreferenced"),
        "an element is shown without the list that names it": (
            (stating(good), [good, inner]),
            "refuted.disclosure-unreferenced",
        ),
        "a disclosure is added with its padding": ((jwt, [everything[0] + "="]), "refuted.disclosure-unreferenced"),
        "a disclosure stands twice": ((jwt, [*everything, everything[0]]), "malformed.disclosure-twice"),
        "a disclosure is not ASCII": ((jwt, [everything[0] + "ä"]), "refuted.disclosure-unreferenced"),
        "a disclosure is too long": (one("A" * 32_769), "malformed.too-large"),
        "a disclosure has one part": (one([salt(1)]), malformed),
        "a disclosure has four parts": (one([salt(1), "note", "x", "y"]), malformed),
        "a disclosure is an object": (one({"salt": salt(1)}), malformed),
        "a disclosure is not JSON": (one(url64(b"[")), malformed),
        "a disclosure is not UTF-8": (one(url64(b'["' + salt(1).encode() + b'","note","\xff"]')), malformed),
        "a disclosure is spaced": (one(url64(json.dumps([salt(1), "note", "x"]).encode())), malformed),
        "a disclosure escapes what needs no escape": (
            one(url64(f'["{salt(1)}","note","\\u0078"]'.encode())),
            malformed,
        ),
        "a disclosure's object has its keys in another order": (one([salt(1), "note", {"b": 1, "a": 2}]), malformed),
        "a disclosure's object has a key twice": (
            one(url64(f'["{salt(1)}","note",{{"a":1,"a":1}}]'.encode())),
            malformed,
        ),
        "unused bits of a disclosure's last character are set": (
            one(_second_spelling(raw([salt(1), "note", "xy"]))),
            malformed,
        ),
        "a disclosure is signed with its padding": (one(raw([salt(1), "note", "xy"]) + "="), malformed),
        "a salt has 15 bytes": (one([url64(bytes(15)), "note", "x"]), malformed),
        "a salt has another spelling": (one(["A" * 21 + "B", "note", "x"]), malformed),
        "a salt is a number": (one([1, "note", "x"]), malformed),
        "a name is a number": (one([salt(1), 1, "x"]), malformed),
        "a value is a fraction": (one([salt(1), "note", 1.5]), malformed),
        "a value is a number that not every reader keeps": (one([salt(1), "note", 2**53]), malformed),
        "a value holds half of a surrogate pair": (one(url64(f'["{salt(1)}","note","\\ud800"]'.encode())), malformed),
        "a value is nested 40 deep": (one([salt(1), "note", _nested(40)]), malformed),
        "a part is named _sd": (one([salt(1), "_sd", decoys(1)]), reserved),
        "a part is named with three dots": (one([salt(1), "...", "x"]), reserved),
        "a part is named as a member of the payload": (one([salt(1), "iss", "x"]), taken),
        "two parts have one name": ((stating(good, same), [good, same]), taken),
        "a value holds _sd": (one([salt(1), "note", {"_sd": decoys(1)}]), reserved),
        "a value inside a value holds _sd": (one([salt(1), "note", {"a": [{"_sd": decoys(1)}]}]), reserved),
        "an element of a text holds _sd": ((stating(outer_sd), [outer_sd, sd_inside]), reserved),
        "a value is a reference outside a list": (one([salt(1), "note", {"...": decoys(1)[0]}]), reserved),
        "an array element stands for a named part": (one([salt(1), "x"]), malformed),
        "a named part stands for an array element": ((stating(outer_named), [outer_named, named_inside]), malformed),
        "a list has 15 digests": (listing(references[:15]), "malformed.digests"),
        "a list mixes digests and text": (listing([*references[:15], "text"]), "malformed.digests"),
        "a reference has a member more": (
            listing([*references[:15], {"...": decoys(1)[0], "x": 1}]),
            "malformed.digests",
        ),
        "a list's digest has another spelling": (
            listing([*references[:15], {"...": "A" * 42 + "B"}]),
            "malformed.digests",
        ),
        "a digest stands twice in a list": (listing([*references[:15], references[0]]), "malformed.digest-twice"),
        "a digest of the top stands in a list": ((at_top, [nested, inner]), "malformed.digest-twice"),
        "array elements stand 33 deep in one another": (_chain(33), malformed),
        "a digest stands in two lists": (
            (stating(nested, repeated), [nested, repeated, inner]),
            "malformed.digest-twice",
        ),
    }
    return {name: _fails(text, texts, code) for name, ((text, texts), code) in cases.items()}


def commons() -> dict[str, Vector]:
    """Return what is wrong with the parts that every statement has."""
    full = honest()
    everything = shown(full)
    without_author = [text for text in everything if "author_sig" not in _plain(text)]
    other = honest(jti="08" * 16)
    author = next(text for text in everything if "author_sig" in _plain(text))
    not_mine = next(text for text in shown(other) if "author_sig" in _plain(text))
    listed = [*parse_jwt(full.jwt).digests]
    resigned = sign(header(), payload(sorted([d for d in listed if d != digest(author)] + [digest(not_mine)])))
    replaced = sign(header(), payload(sorted([digest("changed"), *[d for d in listed if d != digest(everything[0])]])))

    def common(name: str, value: object, code: str = "malformed.common") -> Vector:
        disclosure = raw([salt(1), name, value])
        return _fails(stating(disclosure), [disclosure], code)

    return {
        "the time is on another day": _fails(
            stating(raw([salt(1), "at", "2026-11-22T00:00:00Z"])),
            [raw([salt(1), "at", "2026-11-22T00:00:00Z"])],
            "refuted.statement-day",
        ),
        "the time has parts of a second": common("at", "2026-11-21T22:53:00.5Z"),
        "the time is of no calendar": common("at", "2026-11-31T22:53:00Z"),
        "the type has no version": common("type", "claim"),
        "the subject is not an identifier": common("subject", "Tsimur"),
        "the case is null": common("case", None),
        "heads are not sorted": common("heads", ["04" * 16, "03" * 16]),
        "a head stands twice": common("heads", ["04" * 16, "04" * 16]),
        "heads are text": common("heads", "04" * 16),
        "the author's signature has 63 bytes": common("author_sig", {"by": forged.USER, "sig": url64(bytes(63))}),
        "the author's signature has another spelling": common(
            "author_sig", {"by": forged.USER, "sig": "A" * 85 + "B"}, "malformed.not-canonical"
        ),
        "the author is not an identifier": common("author_sig", {"by": "me", "sig": url64(bytes(64))}),
        "the author's signature is null": common("author_sig", None),
        "the author's signature is another key's": _fails(
            full.jwt, everything, "refuted.author-signature", author_key=forged.STRANGER.public_key().public_bytes_raw()
        ),
        "the author's signature is of another statement": _fails(
            resigned, [not_mine], "refuted.author-signature", author_key=forged.AUTHOR_PUBLIC
        ),
        "the desk exchanged a digest after the author signed": _fails(
            replaced, [author], "refuted.author-signature", author_key=forged.AUTHOR_PUBLIC
        ),
        "the author is asked for and withheld": _fails(
            full.jwt, without_author, "unproven.author-withheld", author_key=forged.AUTHOR_PUBLIC
        ),
    }


def _holds(jwt: bytes | str, disclosures: list[str], *, author: bool = True) -> Vector:
    text = jwt if isinstance(jwt, str) else jwt.decode("ascii")
    statement = read_disclosures(parse_jwt(text.encode("ascii")), disclosures)
    says = {
        "type": statement.type,
        "subject": statement.subject,
        "heads": None if statement.heads is None else list(statement.heads),
        "at": None if statement.at is None else statement.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "case": statement.case,
        "author": statement.author,
        "fields": dict(sorted(statement.fields.items())),
        "positions": {name: list(places) for name, places in sorted(statement.positions.items())},
        "withheld": statement.withheld,
    }
    author_key = forged.AUTHOR_PUBLIC if author else None
    return _vector(text, disclosures, author_key, {"verdict": "holds", "code": None, "says": says})


def _fails(jwt: bytes | str, disclosures: list[str], code: str, *, author_key: bytes | None = None) -> Vector:
    text = jwt if isinstance(jwt, str) else jwt.decode("ascii")
    return _vector(text, disclosures, author_key, {"verdict": code.partition(".")[0], "code": code, "says": None})


def _vector(jwt: str, disclosures: list[str], author_key: bytes | None, expect: Vector) -> Vector:
    return {
        "statement": jwt,
        "disclosures": disclosures,
        "key": forged.DESK_PUBLIC.hex(),
        "author_key": None if author_key is None else author_key.hex(),
        "expect": expect,
    }


def _of(composed: Composed) -> tuple[bytes, list[str]]:
    return composed.jwt, shown(composed)


def _plain(disclosure: str) -> str:
    return base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4)).decode("utf-8")


def _second_spelling(text: str) -> str:
    """Set the lowest unused bit of the last character: the same bytes to a lenient reader."""
    if len(text.rpartition(".")[2]) % 4 not in {2, 3}:
        raise ValueError("every bit of this text is used")
    return text[:-1] + ALPHABET[ALPHABET.index(text[-1]) | 1]


def _flip_signature(jwt: str) -> str:
    place = len(jwt) - 40
    return jwt[:place] + ALPHABET[ALPHABET.index(jwt[place]) ^ 1] + jwt[place + 1 :]


def _nested(depth: int) -> object:
    value: object = "x"
    for _ in range(depth):
        value = [value]
    return value


def _chain(depth: int) -> tuple[str, list[str]]:
    """Return a statement whose text holds an element that holds an element, `depth` deep, and its disclosures."""
    texts = [raw([salt(2), "innermost"])]
    for level in range(1, depth):
        texts.append(raw([salt(2), [{"...": digest(texts[-1])}, *({"...": d} for d in decoys(15, 100 * level))]]))
    outer = raw([salt(1), "text", [{"...": digest(texts[-1])}, *({"...": d} for d in decoys(15, 5_000))]])
    return stating(outer), [outer, *texts]


def _file_name(sentence: str) -> str:
    words = "".join(character if character.isalnum() else " " for character in sentence.lower()).split()
    return "-".join(words) + ".json"


if __name__ == "__main__":
    sys.exit(main())
