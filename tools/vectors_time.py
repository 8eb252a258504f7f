# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the test vectors of time stamps. Run `python tools/vectors_time.py` to write them, `--check` to compare.

The authorities are invented and their keys are known to everybody. Every certificate that signs a token here ended on
1 July 2025: that today is later must make no difference. The form of the files is in spec/vectors/log.README.md.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha1, sha256, sha512

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from token_maker import (
    END,
    OID_SIGNING_CERTIFICATE,
    OID_SIGNING_CERTIFICATE_V2,
    SHA512_ALGORITHM,
    START,
    Party,
    Token,
    der,
    issue,
    key,
    names,
    revocations,
    signer,
)
from vectors_form import FILES, b64, flip, line, note, vector, write

TIME, ISO = "20250401120000Z", "2025-04-01T12:00:00Z"
NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)
UNTIL = "2025-07-01T00:00:00Z"
STAMP, EMAIL = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION

TEXT = b"archive.example/minsk-1\n5\nGqaNMHSQWlgfhMu9D3U3lJBP2ARRvEwT5p2aU7xZUCw=\n"
FROZEN = note(TEXT, line("archive.example/minsk-1", 1, TEXT))
DIGEST = sha256(FROZEN).digest()

FIRST, SECOND = issue("First authority", 1), issue("Second authority", 2)
BY = signer(FIRST, 11)
LIST = revocations(FIRST, at=START, until=END)
PIN = {"kind": "external", "name": "first", "sha256": FIRST.fingerprint}
PIN_2 = {"kind": "internal", "name": "second", "sha256": SECOND.fingerprint}
GOOD = Token(digest=DIGEST, time=TIME, by=BY, inside=(BY,), nonce=99)
HELD = {
    "authority_sha256": FIRST.fingerprint,
    "name": "first",
    "kind": "external",
    "time": ISO,
    "signer_until": UNTIL,
    "revocation": "clear",
}


def stamp(sentence: str, token: Token | bytes, *, given: dict | None = None, **expect: object) -> None:
    """Add a vector about one token; without a code it holds as `HELD`, but for what `expect` says."""
    data = token.reply() if isinstance(token, Token) else token
    facts = {
        "authorities": [PIN],
        "chain": FIRST.pem,
        "crls": LIST,
        "digest": DIGEST.hex(),
        "nonce": None,
        "token": b64(data),
    } | (given or {})
    vector("stamp", sentence, "stamp", facts, **(expect if "code" in expect else HELD | expect))


def accepted() -> None:
    """What a reader must accept."""
    stamp("a token whose certificate has ended since", GOOD)
    stamp("a token with the nonce that was sent", GOOD, given={"nonce": "99"})
    stamp("a token without a nonce", replace(GOOD, nonce=None))
    stamp("a token that was asked for with one nonce is checked without it", GOOD, given={"nonce": None})
    stamp("a token with the root in it", replace(GOOD, inside=(BY, FIRST)), given={"chain": ""})
    stamp("a token whose certificates are not sorted", _unsorted(), given={"chain": ""})
    stamp(
        "a token without certificates beside a chain that has them",
        replace(GOOD, inside=()),
        given={"chain": BY.pem + FIRST.pem},
    )
    stamp("a token by the second of two pinned authorities", GOOD, given={"authorities": [PIN_2, PIN]})
    stamp(
        "a token by an internal authority",
        replace(GOOD, by=_second(), inside=(_second(),)),
        given={"authorities": [PIN, PIN_2], "chain": SECOND.pem, "crls": ""},
        authority_sha256=SECOND.fingerprint,
        name="second",
        kind="internal",
        revocation="unknown",
    )
    middle = issue("Middle of the first", 5, issuer=FIRST)
    below = signer(middle, 15)
    both = LIST + revocations(middle, at=START, until=END)
    stamp("a token with a certificate between", replace(GOOD, by=below, inside=(below, middle)), given={"crls": both})
    stamp(
        "a token with a certificate between and no list about it",
        replace(GOOD, by=below, inside=(below, middle)),
        given={"crls": both.removeprefix(LIST)},
        revocation="unknown",
    )
    stamp(
        "a token with a certificate between that only the chain holds",
        replace(GOOD, by=below, inside=(below,)),
        given={"chain": middle.pem + FIRST.pem, "crls": both},
    )
    stamp("a token without a revocation list", GOOD, given={"crls": ""}, revocation="unknown")
    old = revocations(FIRST, at=START, until=datetime(2025, 3, 1, tzinfo=UTC))
    stamp("a token beside a revocation list that ended before it", GOOD, given={"crls": old}, revocation="unknown")
    other = revocations(SECOND, at=START, until=END)
    stamp("a token beside another authority's revocation list", GOOD, given={"crls": other}, revocation="unknown")
    ended = _revoked(NOON.replace(hour=13), x509.ReasonFlags.superseded)
    stamp("a token made before its certificate was superseded", GOOD, given={"crls": ended})
    stamp("a token with a fraction of a second, which is cut off", replace(GOOD, time="20250401120000.75Z"))
    old = names(OID_SIGNING_CERTIFICATE, sha1(BY.der, usedforsecurity=False).digest())
    stamp("a token that names its certificate in the older way", replace(GOOD, named=old))
    long = names(OID_SIGNING_CERTIFICATE_V2, sha512(BY.der).digest(), SHA512_ALGORITHM)
    stamp("a token that names its certificate by SHA-512", replace(GOOD, named=long))
    stamp(
        "a token of the first second of its certificate",
        replace(GOOD, time="20250101000000Z"),
        time="2025-01-01T00:00:00Z",
    )
    stamp(
        "a token of the last second of its certificate",
        replace(GOOD, time="20250630235959Z"),
        time="2025-06-30T23:59:59Z",
    )


def _second() -> Party:
    return signer(SECOND, 12)


def _unsorted() -> Token:
    pair = sorted((BY, FIRST), key=lambda party: party.der, reverse=True)
    return replace(GOOD, inside=tuple(pair), sort=False)


def _revoked(since: datetime, reason: x509.ReasonFlags | None) -> str:
    return revocations(FIRST, (BY, since, reason), at=since, until=END)


def refuted() -> None:
    """What contradicts itself or its certificates."""
    code = "refuted.stamp"
    stamp("a token for other bytes", replace(GOOD, digest=sha256(b"other").digest()), code=code)
    stamp("a token for the same bytes by another hash", replace(GOOD, algorithm=SHA512_ALGORITHM), code=code)
    stamp("a token with another nonce than was sent", GOOD, given={"nonce": "98"}, code=code)
    stamp("a token without the nonce that was sent", replace(GOOD, nonce=None), given={"nonce": "99"}, code=code)
    data = GOOD.reply()
    stamp("a token with another time put in", data.replace(TIME.encode(), b"20240401120000Z"), code=code)
    stamp(
        "a token with a time put in that its certificate covers",
        data.replace(TIME.encode(), b"20250301120000Z"),
        code=code,
    )
    stamp("a token with a flipped bit in its signature", flip(data, len(data) - 1), code=code)
    stamp("a token signed by another key than its certificate's", replace(GOOD, signed_by=key(99)), code=code)
    stamp("a token from before its certificate", replace(GOOD, time="20241231235959Z"), code=code)
    stamp("a token from the second in which its certificate ends", replace(GOOD, time="20250701000000Z"), code=code)
    stamp("a token from after its certificate", replace(GOOD, time="20250701000001Z"), code=code)
    _named_otherwise()
    for sentence, changes in (
        ("a token by a certificate whose key also encrypts", {"also": ("key_encipherment",)}),
        ("a token by a certificate whose key also signs certificates", {"also": ("key_cert_sign",)}),
        ("a token by a certificate that says no use", {"usage": ()}),
        ("a token by a certificate for mail", {"usage": (EMAIL,)}),
        ("a token by a certificate for mail as well", {"usage": (STAMP, EMAIL)}),
        ("a token by a certificate whose use is not critical", {"critical": False}),
    ):
        by = signer(FIRST, 16, **changes)
        stamp(sentence, replace(GOOD, by=by, inside=(by,)), given={"crls": ""}, code=code)
    late = issue("First authority", 1, start=datetime(2025, 5, 1, tzinfo=UTC))
    stamp(
        "a token from before its root",
        replace(GOOD, by=BY),
        given={"authorities": [PIN | {"sha256": late.fingerprint}], "chain": late.pem, "crls": ""},
        code=code,
    )
    forged = revocations(FIRST, at=START, until=END, signed_by=SECOND)
    stamp("a token beside a revocation list that its authority did not sign", GOOD, given={"crls": forged}, code=code)
    taken = "refuted.stamp-revoked"
    hour = NOON.replace
    for sentence, since, reason in (
        ("a token made after its certificate was superseded", hour(hour=11), x509.ReasonFlags.superseded),
        ("a token made in the second its certificate was superseded", NOON, x509.ReasonFlags.superseded),
        ("a token made after its certificate was taken back for no reason given", hour(hour=11), None),
        ("a token made before its certificate was taken back for no reason given", hour(hour=13), None),
        (
            "a token made before its key was stolen, as far as anybody knows",
            hour(hour=13),
            x509.ReasonFlags.key_compromise,
        ),
    ):
        stamp(sentence, GOOD, given={"crls": _revoked(since, reason)}, code=taken)


def _named_otherwise() -> None:
    """Tokens whose signed attribute names another certificate than the one that is shown, or none."""
    code = "refuted.stamp"
    stamp("a token that does not say which certificate signed it", replace(GOOD, named=b""), code=code)
    wrong = names(OID_SIGNING_CERTIFICATE_V2, sha256(FIRST.der).digest())
    stamp("a token that says another certificate signed it", replace(GOOD, named=wrong), code=code)
    unknown = names(OID_SIGNING_CERTIFICATE_V2, sha256(BY.der).digest(), bytes.fromhex("300a06082a864886f70d0205"))
    stamp("a token that names its certificate by a hash that is not known", replace(GOOD, named=unknown), code=code)
    longer = signer(FIRST, 11, end=datetime(2027, 7, 1, tzinfo=UTC))
    stamp(
        "a token shown with a longer lived certificate over the same key",
        replace(GOOD, inside=(longer,), time="20250801000000Z"),
        code=code,
    )


def unproven() -> None:
    """What leads to nobody that is trusted."""
    code = "unproven.authority-unknown"
    stamp("a token by an authority that is not pinned", GOOD, given={"authorities": [PIN_2]}, code=code)
    stamp("a token when nobody is pinned", GOOD, given={"authorities": []}, code=code)
    stamp(
        "a token of one authority passed as another's",
        GOOD,
        given={"authorities": [PIN_2], "chain": FIRST.pem + SECOND.pem},
        code=code,
    )
    stamp("a token without its root", GOOD, given={"chain": ""}, code=code)
    stamp("a token without its signer's certificate", replace(GOOD, inside=()), code=code)
    double = issue("First authority", 3)
    by = signer(double, 17)
    # The library for time stamps takes any self-signed certificate that it is handed as an intermediate for a root.
    stamp(
        "a token by a self-signed authority of the same name handed along in the chain",
        replace(GOOD, by=by, inside=(by,)),
        given={"chain": double.pem + FIRST.pem, "crls": ""},
        code=code,
    )
    stamp(
        "a token by a self-signed authority handed along beside the pinned root",
        replace(GOOD, by=_second(), inside=(_second(), SECOND)),
        given={"crls": ""},
        code=code,
    )
    no_ca = issue("Middle of the first", 5, issuer=FIRST, ca=False)
    by = signer(no_ca, 18)
    stamp(
        "a token by a certificate that an ordinary certificate issued",
        replace(GOOD, by=by, inside=(by, no_ca)),
        given={"crls": ""},
        code=code,
    )
    alone = issue("A signer alone", 19, ca=False, usage=(STAMP,), end=END)
    stamp(
        "a token by a certificate that is pinned itself",
        replace(GOOD, by=alone, inside=(alone,)),
        given={"authorities": [PIN | {"sha256": alone.fingerprint}], "chain": alone.pem, "crls": ""},
        code=code,
    )


def malformed() -> None:
    """What cannot be read."""
    code, data = "malformed.stamp", GOOD.reply()
    stamp("no bytes at all", b"", code=code)
    stamp("a reply cut short", data[:-1], code=code)
    stamp("a reply with a byte too many", data + b"\0", code=code)
    stamp("a reply that refuses", Token(digest=DIGEST, time=TIME, by=BY, status=2).reply(), code=code)
    stamp("a reply with a length not in its shortest form", b"\x30\x83\x00" + data[2:], code=code)
    stamp("a reply without an end given", b"\x30\x80" + data[4:] + b"\0\0", code=code)
    stamp("a request in place of a reply", der(0x30, b"\x02\x01\x01"), code=code)
    stamp("a token with two signatures", replace(GOOD, signatures=2), code=code)
    stamp("a chain with words between", GOOD, given={"chain": "the root:\n" + FIRST.pem}, code=code)
    stamp(
        "a chain that is no certificate",
        GOOD,
        given={"chain": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
        code=code,
    )
    stamp(
        "a revocation list that is none",
        GOOD,
        given={"crls": "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"},
        code=code,
    )
    stamp("a reply over 64 KiB", b"\x30\x83\x01\x00\x01" + b"\0" * 65_537, code="malformed.too-large")


def renewed() -> None:
    """Stamps and their renewals."""
    root = issue("First authority", 1)
    later = signer(FIRST, 21, start=datetime(2025, 5, 1, tzinfo=UTC), end=datetime(2025, 12, 1, tzinfo=UTC))
    first = replace(GOOD, nonce=None).reply()

    def again(time: str, *earlier: bytes, by: Party = later) -> bytes:
        digest = sha256(FROZEN + b"".join(earlier)).digest()
        return Token(digest=digest, time=time, by=by, inside=(by,)).reply()

    def check(sentence: str, *tokens: bytes, frozen: bytes = FROZEN, **expect: object) -> None:
        stamps = [{"token": b64(token), "chain": root.pem, "crls": ""} for token in tokens]
        vector("stamp", sentence, "renewals", {"authorities": [PIN], "frozen": b64(frozen), "stamps": stamps}, **expect)

    second = again("20250620000000Z", first)
    third = again(
        "20251115000000Z",
        first,
        second,
        by=signer(FIRST, 22, start=datetime(2025, 11, 1, tzinfo=UTC), end=datetime(2026, 11, 1, tzinfo=UTC)),
    )
    times = [ISO, "2025-06-20T00:00:00Z", "2025-11-15T00:00:00Z"]
    check("a stamp that was never renewed", first, times=times[:1])
    check("a stamp renewed in time", first, second, times=times[:2])
    check("a stamp renewed twice", first, second, third, times=times)
    code = "refuted.stamp"
    check("a stamp renewed after its certificate had ended", first, again("20250702000000Z", first), code=code)
    check(
        "a renewal from before what it renews",
        again("20250620000000Z"),
        again("20250601000000Z", again("20250620000000Z")),
        code=code,
    )
    check("a renewal over the checkpoint alone", first, again("20250620000000Z"), code=code)
    check("a renewal that leaves out the one between", first, second, again("20250701000000Z", first), code=code)
    check("renewals in another order", second, first, code=code)
    check("a renewed stamp of another checkpoint", first, second, frozen=FROZEN + b"x", code=code)
    check("no stamp at all", code="malformed.stamp")


def main(arguments: list[str]) -> int:
    """Write every vector, or compare with what is there."""
    for make in (accepted, refuted, unproven, malformed, renewed):
        make()
    return write(FILES, arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
