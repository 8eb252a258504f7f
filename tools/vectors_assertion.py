# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the test vectors of personal assertions (spec/07-keys.md §13): topic `assertion`.

Run `python tools/vectors_assertion.py` to write them, `--check` to compare. No code of `sviedka` is used: disclosures are put
together by hand, and ECDSA is computed here from its definition, with nonces from a hash, so that the files can be made again
byte for byte. The desk's own signature is not part of what is proven, and is left zero.
"""

from __future__ import annotations

import base64
import json
import sys
from hashlib import sha256, sha512
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from vectors_form import FILES, b64, key_id, line, note, private, public, vector, vkey, write

ARCHIVE: Final = "archive.example"
ALPHA, BETA, GAMMA, NOBODY = ("a1" * 16, "b2" * 16, "c3" * 16, "d4" * 16)
ORIGIN, PARTY = "https://desk.archive.example", "archive.example"
LOCAL: Final = "http://localhost:8000"
JTI, OTHER_JTI = "01" * 16, "02" * 16
TARGET: Final = "0e" * 16

# --- P-256, from its definition (SEC 2 §2.4.2)

P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G: Final = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int] | None


def add(one: Point, two: Point) -> Point:
    """Return the sum of two points."""
    if one is None or two is None:
        return one or two
    if one[0] == two[0] and (one[1] + two[1]) % P == 0:
        return None
    doubled = one == two
    rise, run = (3 * one[0] ** 2 - 3, 2 * one[1]) if doubled else (two[1] - one[1], two[0] - one[0])
    slope = rise * pow(run, -1, P)
    x = (slope**2 - one[0] - two[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(count: int, point: Point) -> Point:
    """Return a multiple of a point."""
    found: Point = None
    while count:
        if count & 1:
            found = add(found, point)
        point = add(point, point)
        count >>= 1
    return found


def spelt(point: Point) -> bytes:
    """Return an uncompressed point."""
    if point is None:
        raise SystemExit("no point")
    return b"\4" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def ecdsa(secret: int, message: bytes, *, high: bool = False) -> bytes:
    """Return r and s; s in its lower half, or with `high` in its upper one, which verifies as well."""
    digest = int.from_bytes(sha256(message).digest(), "big")
    nonce = int.from_bytes(sha256(b"nonce" + secret.to_bytes(32, "big") + message).digest(), "big") % N
    point = times(nonce, G)
    if point is None:
        raise SystemExit("no nonce")
    r = point[0] % N
    s = pow(nonce, -1, N) * (digest + r * secret) % N
    low = min(s, N - s)
    return r.to_bytes(32, "big") + (N - low if high else low).to_bytes(32, "big")


# --- the key list

SECRET, OTHER_SECRET, LOCAL_SECRET = 0x1111, 0x2222, 0x3333
KEY_ID, OTHER_ID, BETAS_ID, ED_ID, WEAK_ID, OFF_ID, LOCAL_ID, OLD_ID = (bytes([n]) * 20 for n in range(1, 9))
ED_SEED: Final = 77
IDENTITY: Final = b"\1" + bytes(31)
"""The point of order 1: with it as the key, R = [S]B verifies whatever was signed."""

SECOND_IDENTITY: Final = bytes.fromhex("ee" + "ff" * 31)
"""The same point in a spelling that is not canonical, and that implementations take."""
OFF_CURVE: Final = b"\4" + b"\1" * 64


def b64u(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def user_line(user: str, material: bytes) -> str:
    """Return a user's line for any 32 bytes."""
    name = f"{ARCHIVE}/user/{user}"
    return f"user {user} {name}+{key_id(name, 1, material).hex()}+{b64(bytes([1]) + material)}"


def credential_line(
    user: str, kind: str, identifier: bytes, key: bytes, origin: str = ORIGIN, party: str = PARTY
) -> str:
    """Return a credential's line."""
    return f"credential {user} {kind} {origin} {party} {b64u(identifier)} {b64u(key)}"


def credential_kid(user: str, kind: str, key: bytes) -> str:
    """Return how a revocation names a credential."""
    name = f"{ARCHIVE}/user/{user}/webauthn"
    material = name.encode() + b"\n\xff" + kind.encode() + b"\n" + key
    return f"{name}+{sha256(material).hexdigest()[:8]}"


PUBLIC, OTHER, LOCALS = (spelt(times(secret, G)) for secret in (SECRET, OTHER_SECRET, LOCAL_SECRET))
ED_PUBLIC: Final = public(ED_SEED)
OLD_PUBLIC: Final = spelt(times(0x4444, G))
OLD_KID: Final = credential_kid(ALPHA, "es256", OLD_PUBLIC)
ALPHA_OLD: Final = vkey(f"{ARCHIVE}/user/{ALPHA}", 71)
REVOKED: Final = "2026-11-20T10:00:00Z"


def key_list() -> bytes:
    """Return the key list that all these statements are read with."""
    lines = [
        user_line(ALPHA, public(70)),
        user_line(ALPHA, public(71)),
        user_line(BETA, public(72)),
        user_line(GAMMA, IDENTITY),
        credential_line(ALPHA, "es256", KEY_ID, PUBLIC),
        credential_line(ALPHA, "es256", OTHER_ID, OTHER),
        credential_line(ALPHA, "ed25519", ED_ID, ED_PUBLIC),
        credential_line(ALPHA, "es256", OLD_ID, OLD_PUBLIC),
        credential_line(ALPHA, "es256", LOCAL_ID, LOCALS, LOCAL, "localhost"),
        credential_line(BETA, "es256", BETAS_ID, spelt(times(0x5555, G))),
        credential_line(GAMMA, "ed25519", WEAK_ID, SECOND_IDENTITY),
        credential_line(GAMMA, "es256", OFF_ID, OFF_CURVE),
        f"revoked {'+'.join(ALPHA_OLD.split('+')[:2])} {REVOKED} replaced",
        f"revoked {OLD_KID} {REVOKED} lost",
    ]
    heads = ["sviedka/keylist/2", f"archive {ARCHIVE}", "number 1", "issued 2026-11-21T00:00:00Z", "previous none"]
    text = "".join(f"{one}\n" for one in [*heads, *sorted(lines)]).encode()
    return note(text, line(f"{ARCHIVE}/root", 90, text))


KEY_LIST: Final = key_list()

# --- statements


def canonical(value: object) -> bytes:
    """Return canonical JSON of what occurs here."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def salt(name: str, jti: str) -> str:
    """Return a salt."""
    return b64u(sha256(f"{jti} {name}".encode()).digest()[:16])


def disclosure(name: str, value: object, jti: str) -> str:
    """Return a property's disclosure."""
    return b64u(canonical([salt(name, jti), name, value]))


def digest(text: str) -> str:
    """Return a disclosure's digest."""
    return b64u(sha256(text.encode()).digest())


class Statement:
    """A statement in the making: what it discloses, and what is to be asserted."""

    def __init__(self, *, kind: str = "approval/1", by: str = ALPHA, jti: str = JTI, author: str = BETA) -> None:
        self.jti = jti
        self.author = author
        fields: dict[str, object] = {"type": kind, "subject": TARGET, "at": "2026-11-22T10:00:00Z"}
        if kind.startswith("approval/"):
            fields |= {"approves": TARGET, "action": "erase", "by": by}
        self.shown = {name: disclosure(name, value, jti) for name, value in fields.items()}
        count = len(self.shown) + 2
        decoys = [b64u(sha256(f"{jti} decoy {number}".encode()).digest()) for number in range(16 - count)]
        self.others = sorted([*map(digest, self.shown.values()), *decoys])

    @property
    def message(self) -> bytes:
        """What is asserted."""
        covered = f"{self.jti}\n" + "".join(f"{one}\n" for one in self.others)
        return b"sviedka/assertion/1\n" + sha256(covered.encode()).digest()

    def given(self, assertion: object, *, hide: tuple[str, ...] = (), unasserted: bool = False) -> dict[str, object]:
        """Return what a reader is given."""
        shown = dict(self.shown)
        others = list(self.others)
        if unasserted:
            others.append(b64u(sha256(f"{self.jti} one more decoy".encode()).digest()))
        else:
            shown["assertion"] = disclosure("assertion", assertion, self.jti)
            others.append(digest(shown["assertion"]))
        covered = f"{self.jti}\n" + "".join(f"{one}\n" for one in sorted(others))
        signed = private(72 if self.author == BETA else 70).sign(
            b"sviedka/author/1\n" + sha256(covered.encode()).digest()
        )
        shown["author_sig"] = disclosure("author_sig", {"by": self.author, "sig": b64u(signed)}, self.jti)
        digests = sorted([*others, digest(shown["author_sig"])])
        header = {"alg": "EdDSA", "kid": f"{ARCHIVE}/minsk-1+00000000", "typ": "sviedka+sd-jwt"}
        payload = {
            "_sd": digests,
            "_sd_alg": "sha-256",
            "enc": b64u(bytes(32)),
            "iat": 1795305600,
            "iss": f"{ARCHIVE}/minsk-1",
            "jti": self.jti,
            "vct": "sviedka/statement/1",
        }
        jwt = ".".join((b64u(canonical(header)), b64u(canonical(payload)), b64u(bytes(64))))
        disclosed = sorted(text for name, text in shown.items() if name not in hide)
        return {"disclosures": disclosed, "keylist": b64(KEY_LIST), "statement": jwt}


# --- assertions


def by_key(
    statement: Statement, *, by: str = ALPHA, seed: int = 70, message: bytes | None = None, **changes: object
) -> dict[str, object]:
    """Return an assertion by a user's key."""
    signature = private(seed).sign(statement.message if message is None else message)
    return {"by": by, "kind": "key", "sig": b64u(signature)} | changes


def client_data(
    challenge: bytes, *, origin: str = ORIGIN, kind: str = "webauthn.get", cross: str = "false", tail: str = ""
) -> bytes:
    """Return what a browser writes (WebAuthn Level 3 §5.8.1.1)."""
    return (
        f'{{"type":"{kind}","challenge":"{b64u(challenge)}","origin":"{origin}","crossOrigin":{cross}{tail}}}'.encode()
    )


def long_client_data(challenge: bytes, size: int) -> bytes:
    """Return client data of so many bytes."""
    short = client_data(challenge, tail=',"x":""')
    return client_data(challenge, tail=f',"x":"{"a" * (size - len(short))}"')


def authenticator_data(*, party: str = PARTY, flags: int = 0x05, counter: int = 7, more: bytes = b"") -> bytes:
    """Return what an authenticator writes (§6.1)."""
    return sha256(party.encode()).digest() + bytes([flags]) + counter.to_bytes(4, "big") + more


def in_browser(
    statement: Statement,
    *,
    by: str = ALPHA,
    identifier: bytes = KEY_ID,
    secret: int = SECRET,
    client: bytes | None = None,
    authenticator: bytes | None = None,
    high: bool = False,
    sign: object = None,
    **changes: object,
) -> dict[str, object]:
    """Return an assertion by a credential."""
    client = client_data(sha256(statement.message).digest()) if client is None else client
    authenticator = authenticator_data() if authenticator is None else authenticator
    signed = authenticator + sha256(client).digest()
    signature = sign(signed) if callable(sign) else ecdsa(secret, signed, high=high)
    return {
        "authenticator_data": b64u(authenticator),
        "by": by,
        "client_data": b64u(client),
        "credential": b64u(identifier),
        "kind": "webauthn",
        "sig": b64u(signature),
    } | changes


def ed_sign(message: bytes) -> bytes:
    """Sign with the Ed25519 credential."""
    return private(ED_SEED).sign(message)


def unreduced(signature: bytes) -> bytes:
    """Return an Ed25519 signature with L added to S (RFC 8032 §5.1.7 refuses it)."""
    order = 2**252 + 27742317777372353535851937790883648493
    return signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")


def anybodys(_message: bytes) -> bytes:
    """Return a signature that verifies under the identity for every message: R = [S]B."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    scalar = bytearray(sha512(bytes(32)).digest()[:32])
    scalar[0] &= 248
    scalar[31] = (scalar[31] & 127) | 64
    order = 2**252 + 27742317777372353535851937790883648493
    reduced = int.from_bytes(scalar, "little") % order
    return key.public_key().public_bytes_raw() + reduced.to_bytes(32, "little")


def holds(sentence: str, given: dict[str, object], kid: str | None, revoked_at: str | None = None) -> None:
    """Add a vector that holds."""
    vector("assertion", sentence, "assertion", given, kid=kid, revoked_at=revoked_at)


def fails(sentence: str, given: dict[str, object], code: str = "refuted.assertion") -> None:
    """Add a vector that fails."""
    vector("assertion", sentence, "assertion", given, code=code)


def user_kid(user: str, seed: int) -> str:
    """Return the kid of a user's key."""
    return "+".join(vkey(f"{ARCHIVE}/user/{user}", seed).split("+")[:2])


def accepted() -> None:
    """What a reader must accept."""
    one = Statement()
    kid = credential_kid(ALPHA, "es256", PUBLIC)
    holds("asserted with the user's own key", one.given(by_key(one)), user_kid(ALPHA, 70))
    old = one.given(by_key(one, seed=71))
    holds("asserted with a key that was taken back, and when is told", old, user_kid(ALPHA, 71), REVOKED)
    holds("asserted with an ES256 credential", one.given(in_browser(one)), kid)
    ed = one.given(in_browser(one, identifier=ED_ID, sign=ed_sign))
    holds("asserted with an Ed25519 credential", ed, credential_kid(ALPHA, "ed25519", ED_PUBLIC))
    lost = one.given(in_browser(one, identifier=OLD_ID, secret=0x4444))
    holds("asserted with a credential that was taken back, and when is told", lost, OLD_KID, REVOKED)
    tail = (
        ',"other_keys_can_be_added_here":"do not compare clientDataJSON against a template. See https://goo.gl/yabPex"'
    )
    more = client_data(sha256(one.message).digest(), tail=tail)
    holds("a browser may say more behind what it must say", one.given(in_browser(one, client=more)), kid)
    long = long_client_data(sha256(one.message).digest(), 2048)
    holds("client data of 2048 bytes", one.given(in_browser(one, client=long)), kid)
    backed_up = authenticator_data(flags=0x1D, counter=0)
    holds(
        "a credential may be backed up, and its counter zero", one.given(in_browser(one, authenticator=backed_up)), kid
    )
    local = in_browser(
        one,
        identifier=LOCAL_ID,
        secret=LOCAL_SECRET,
        client=client_data(sha256(one.message).digest(), origin=LOCAL),
        authenticator=authenticator_data(party="localhost"),
    )
    holds("asserted on this very machine", one.given(local), credential_kid(ALPHA, "es256", LOCALS))
    consent = Statement(kind="consent.given/2", author=ALPHA)
    holds("a consent is asserted by its author", consent.given(by_key(consent)), user_kid(ALPHA, 70))
    hidden = one.given(by_key(one), hide=("type",))
    holds("with its type withheld an assertion is checked all the same", hidden, user_kid(ALPHA, 70))
    unnamed = one.given(by_key(one), hide=("by",))
    holds("where it is withheld who was named nobody is contradicted", unnamed, user_kid(ALPHA, 70))
    needless = Statement(kind="source/1")
    holds("a statement that needs none may carry one", needless.given(by_key(needless)), user_kid(ALPHA, 70))
    holds("a statement that needs none carries none", needless.given(None, unasserted=True), None)
    earlier = Statement(kind="consent.given/1", author=ALPHA)
    holds("a consent from before assertions carries none", earlier.given(None, unasserted=True), None)


def refused_persons() -> None:
    """Somebody else, or nobody."""
    one = Statement()
    fails("nobody stood behind an approval", one.given(None, unasserted=True), "unproven.assertion-withheld")
    fails("an assertion is withheld", one.given(by_key(one), hide=("assertion",)), "unproven.assertion-withheld")
    later = Statement(kind="approval/9")
    fails(
        "nobody stood behind an approval of a later version",
        later.given(None, unasserted=True),
        "unproven.assertion-withheld",
    )
    fails(
        "without the author's signature it cannot be checked",
        one.given(by_key(one), hide=("author_sig",)),
        "unproven.author-withheld",
    )
    fails("another than the named user asserted", one.given(by_key(one, by=BETA, seed=72)), "refuted.assertion-person")
    consent = Statement(kind="consent.given/2", author=ALPHA)
    fails(
        "another than the author asserted a consent",
        consent.given(by_key(consent, by=BETA, seed=72)),
        "refuted.assertion-person",
    )
    fails("another user's signature under this user's name", one.given(by_key(one, seed=72)))
    stranger = Statement(by=NOBODY)
    fails(
        "a user whom the key list does not name",
        stranger.given(by_key(stranger, by=NOBODY, seed=73)),
        "unproven.assertion-key",
    )
    fails(
        "a credential that the key list does not name",
        one.given(in_browser(one, identifier=b"\x63" * 20)),
        "unproven.assertion-key",
    )
    fails(
        "another user's credential",
        one.given(in_browser(one, identifier=BETAS_ID, secret=0x5555)),
        "unproven.assertion-key",
    )
    fails("signed by another credential of the same user", one.given(in_browser(one, secret=OTHER_SECRET)))


def refused_statements() -> None:
    """Another statement, or another use of the key."""
    one, other, again = Statement(), Statement(by=BETA), Statement(jti=OTHER_JTI)
    fails("a signature over another statement", one.given(by_key(one, message=other.message)))
    fails("replayed onto another identifier", again.given(by_key(one)))
    fails("a credential's assertion replayed onto another identifier", again.given(in_browser(one)))
    fails("another challenge", one.given(in_browser(one, client=client_data(sha256(other.message).digest()))))
    fails("the message itself as the challenge", one.given(in_browser(one, client=client_data(one.message))))
    author = b"sviedka/author/1\n" + one.message.removeprefix(b"sviedka/assertion/1\n")
    fails("a signature as an author", one.given(by_key(one, message=author)))
    fails("a signature over the digest without its prefix", one.given(by_key(one, message=one.message[-32:])))


def refused_pages() -> None:
    """What the browser says."""
    one = Statement()
    challenge = sha256(one.message).digest()

    def page(sentence: str, client: bytes, code: str = "malformed.assertion") -> None:
        fails(sentence, one.given(in_browser(one, client=client)), code)

    page(
        "another origin",
        client_data(challenge, origin="https://desk.archive.example.evil.example"),
        "refuted.assertion",
    )
    page("another port", client_data(challenge, origin=ORIGIN + ":8443"), "refuted.assertion")
    page(
        "an origin without encryption",
        client_data(challenge, origin=ORIGIN.replace("https", "http")),
        "refuted.assertion",
    )
    page(
        "the making of a credential is no assertion",
        client_data(challenge, kind="webauthn.create"),
        "refuted.assertion",
    )
    page("inside another's page", client_data(challenge, cross="true"), "refuted.assertion")
    page("a topmost origin", client_data(challenge, tail=',"topOrigin":"https://evil.example"'))
    page("a challenge stands twice", client_data(challenge, tail=f',"challenge":"{b64u(bytes(32))}"'))
    page("an origin stands twice", client_data(challenge, tail=',"origin":"https://evil.example"'))
    page("a type stands twice", client_data(challenge, tail=',"type":"webauthn.create"'))
    page("crossOrigin stands twice", client_data(challenge, tail=',"crossOrigin":false'))
    page("a name written with an escape", client_data(challenge, tail=',"\\u0063hallenge":"AAAA"'))
    page("a space behind a colon", client_data(challenge).replace(b'"type":', b'"type": '))
    page(
        "members in another order",
        b'{"challenge":"%s","type":"webauthn.get","origin":"%s","crossOrigin":false}'
        % (b64u(challenge).encode(), ORIGIN.encode()),
    )
    page("without crossOrigin", client_data(challenge).replace(b',"crossOrigin":false', b""))
    page("bytes behind the last brace", client_data(challenge) + b"\n")
    page("a byte order mark", b"\xef\xbb\xbf" + client_data(challenge))
    page("letters beyond ASCII", client_data(challenge, tail=',"x":"\u044f"'))
    page("client data of 2049 bytes", long_client_data(challenge, 2049))
    page("an empty client data", b"")
    page("a challenge with padding", client_data(challenge).replace(b'","origin"', b'=","origin"'))


def refused_authenticators() -> None:
    """What the authenticator says."""
    one = Statement()

    def key(sentence: str, data: bytes, code: str = "malformed.assertion") -> None:
        fails(sentence, one.given(in_browser(one, authenticator=data)), code)

    key("another party", authenticator_data(party="evil.example"), "refuted.assertion")
    key("the page's host in place of the party", authenticator_data(party="desk.archive.example"), "refuted.assertion")
    key("the person was not verified", authenticator_data(flags=0x01), "refuted.assertion")
    key("the person was not there", authenticator_data(flags=0x04), "refuted.assertion")
    key("bytes behind the counter", authenticator_data(more=b"\0"))
    key("a byte short", authenticator_data()[:-1])
    key("a new credential within", authenticator_data(flags=0x45, more=bytes(18) + PUBLIC))
    key("extensions within", authenticator_data(flags=0x85, more=b"\xa0"))
    key("extensions announced and missing", authenticator_data(flags=0x85))
    key("a flag that means nothing yet", authenticator_data(flags=0x07))
    key("backed up and yet not eligible for it", authenticator_data(flags=0x15))
    fails(
        "a signature over other authenticator data",
        one.given(in_browser(one, authenticator_data=b64u(authenticator_data(counter=8)))),
    )
    other = client_data(sha256(one.message).digest(), tail=',"x":1')
    fails("a signature over other client data", one.given(in_browser(one, client_data=b64u(other))))


def refused_signatures() -> None:
    """Second spellings, and keys for which anybody can sign."""
    one, weak = Statement(), Statement(by=GAMMA)
    fails("s over half of the order", one.given(in_browser(one, high=True)), "malformed.assertion")
    fails("r is zero", one.given(in_browser(one, sig=b64u(bytes(32) + b"\1" * 32))))
    fails("s is zero", one.given(in_browser(one, sig=b64u(b"\1" * 32 + bytes(32)))))
    fails("r is the order", one.given(in_browser(one, sig=b64u(N.to_bytes(32, "big") + b"\1" * 32))))
    signature = private(70).sign(one.message)
    fails("an S that is not reduced", one.given(by_key(one, sig=b64u(unreduced(signature)))))
    fails(
        "an S that is not reduced by a credential",
        one.given(in_browser(one, identifier=ED_ID, sign=lambda m: unreduced(ed_sign(m)))),
    )
    flipped = bytes([signature[0] ^ 1]) + signature[1:]
    fails("a bit of the signature changed", one.given(by_key(one, sig=b64u(flipped))))
    fails("a user's key of order one", weak.given(by_key(weak, by=GAMMA, sig=b64u(anybodys(b"")))))
    fails(
        "a credential's key of order one in a second spelling",
        weak.given(in_browser(weak, by=GAMMA, identifier=WEAK_ID, sign=anybodys)),
    )
    fails("a credential's key that is no point", weak.given(in_browser(weak, by=GAMMA, identifier=OFF_ID)))
    fails(
        "an Ed25519 signature for an ES256 credential",
        one.given(in_browser(one, sign=ed_sign, sig=b64u(ed_sign(one.message)[:32] + bytes(32)))),
    )


def refused_shapes() -> None:
    """Values that are no assertion."""
    one = Statement()
    code = "malformed.assertion"
    good, key = by_key(one), in_browser(one)
    for sentence, value in (
        ("an unknown kind", good | {"kind": "fido-u2f"}),
        ("a kind in capitals", good | {"kind": "KEY"}),
        ("without a kind", {name: inner for name, inner in good.items() if name != "kind"}),
        ("a member too many", good | {"note": "x"}),
        ("an algorithm named by the assertion", key | {"alg": "none"}),
        ("without a credential", {name: inner for name, inner in key.items() if name != "credential"}),
        ("a browser's members with the kind of a key", key | {"kind": "key"}),
        ("a signature of 63 bytes", good | {"sig": b64u(bytes(63))}),
        ("a signature in DER", key | {"sig": b64u(b"\x30\x44\x02\x20" + b"\1" * 32 + b"\x02\x20" + b"\1" * 32)}),
        ("a signature with padding", good | {"sig": f"{good['sig']}=="}),
        ("a second spelling of the signature", good | {"sig": f"{good['sig']}"[:-1] + "_"}),
        ("a user who is no identifier", good | {"by": "alpha"}),
        ("a number where text must stand", good | {"sig": 7}),
        ("null", None),
        ("a list", [good]),
    ):
        fails(sentence, one.given(value), code)


def main() -> int:
    """Make all of them."""
    accepted()
    refused_persons()
    refused_statements()
    refused_pages()
    refused_authenticators()
    refused_signatures()
    refused_shapes()
    return write(FILES, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
