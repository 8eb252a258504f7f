# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the test vectors of the log: merkle, note, checkpoint, cosignature, tlog-proof, policy, keylist.

Run `python tools/vectors_log.py` to write them, `--check` to compare. Everything is made from fixed seeds, and by a plain
reading of the standards that shares no code with `sviedka`: the recursions of RFC 6962 as they stand there, and
signature lines put together by hand. What each vector must give is stated here, not computed.
"""

from __future__ import annotations

import base64
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

from vectors_form import FILES, b64, coline, flip, key_id, kid, line, note, private, public, vector, vkey, write
from vectors_trust import keylists, policies

if TYPE_CHECKING:
    from collections.abc import Callable

# --- RFC 6962 §2.1, word for word


def leaf(data: bytes) -> bytes:
    """Return a leaf hash."""
    return sha256(b"\0" + data).digest()


def split(count: int) -> int:
    """Return the largest power of two smaller than `count`."""
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def mth(leaves: list[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = split(len(leaves))
    return sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """Return PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    return [*path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], known: bool) -> list[bytes]:  # noqa: FBT001  # the standard's own shape
    """Return SUBPROOF(m, D[n], b)."""
    if m == len(leaves):
        return [] if known else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], known=False), mth(leaves[:k])]


ORIGIN, LOG = "log.example/custody", vkey("log.example/custody", 0)
COSIGNER, WITNESS = "witness.example/w1", vkey("witness.example/w1", 32, 4)
LEAVES = [leaf(b"entry-%d" % number) for number in range(8)]


def head(size: int, *, origin: str = ORIGIN, root: bytes | None = None) -> bytes:
    """Return the text of a checkpoint over the first `size` entries."""
    return f"{origin}\n{size}\n{b64(mth(LEAVES[:size]) if root is None else root)}\n".encode()


def signed(text: bytes, *more: bytes) -> bytes:
    """Return a note signed by the log."""
    return note(text, line(ORIGIN, 0, text), *more)


def merkle() -> None:
    """Roots, inclusion and consistency: every class of mutation of transparency-dev/merkle, on trees of our own."""
    for size in range(9):
        given = {"leaves": [b64(b"entry-%d" % number) for number in range(size)]}
        vector(
            "merkle", f"the root of {size} entries is what RFC 6962 says", "root", given, root=b64(mth(LEAVES[:size]))
        )
    for index, size in ((0, 1), (0, 8), (7, 8), (2, 5), (4, 5), (6, 7), (3, 6)):
        _inclusion(f"entry {index} of {size} is included", {"index": index, "size": size})
    for old, new in ((1, 1), (1, 8), (4, 7), (3, 7), (6, 8), (7, 8), (8, 8), (2, 3)):
        _consistency(f"{new} entries continue {old}", {"old_size": old, "new_size": new})
    _inclusion_mutations(4, 7)
    _inclusion_mutations(2, 5)
    _consistency_mutations(6, 8)
    _consistency_mutations(4, 7)


def _inclusion(sentence: str, given: dict, code: str | None = None) -> None:
    index, size = given["index"], given["size"]
    if "proof" not in given:
        given = {"leaf": LEAVES[index], "proof": path(index, LEAVES[:size]), "root": mth(LEAVES[:size])} | given
    shown = {key: b64(value) if isinstance(value, bytes) else value for key, value in given.items()}
    shown["proof"] = [b64(item) for item in given["proof"]]
    vector("merkle", sentence, "inclusion", shown, **({"code": code} if code else {}))


def _inclusion_mutations(index: int, size: int) -> None:
    proof, root = path(index, LEAVES[:size]), mth(LEAVES[:size])
    good = {"leaf": LEAVES[index], "index": index, "size": size, "proof": proof, "root": root}
    refuted, malformed = "refuted.inclusion", "malformed.proof"

    def bad(what: str, code: str, **changes: object) -> None:
        _inclusion(f"inclusion of {index} in {size} with {what}", good | changes, code)

    bad("another leaf", refuted, leaf=leaf(b"another"))
    bad("a flipped bit in the leaf", refuted, leaf=flip(LEAVES[index], 31))
    bad("another root", refuted, root=flip(root, 0))
    bad("the empty tree's root", refuted, root=mth([]))
    for number in range(len(proof)):
        bad(
            f"a flipped bit in hash {number}",
            refuted,
            proof=[flip(item, 5, 3) if at == number else item for at, item in enumerate(proof)],
        )
    bad("its hashes reversed", refuted if len(proof) > 1 else malformed, proof=proof[::-1])
    bad("the last hash cut off", malformed, proof=proof[:-1])
    bad("the first hash cut off", malformed, proof=proof[1:])
    bad("no hashes", malformed, proof=[])
    bad("a hash put in front", malformed, proof=[LEAVES[0], *proof])
    bad("the root put in front", malformed, proof=[root, *proof])
    bad("the root put behind", malformed, proof=[*proof, root])
    bad("a hash of 31 bytes", malformed, proof=[proof[0][:-1], *proof[1:]])
    bad("a hash of 33 bytes", malformed, proof=[proof[0] + b"\0", *proof[1:]])
    bad("an empty hash", malformed, proof=[b"", *proof[1:]])
    bad("an empty leaf and an empty root", malformed, leaf=b"", root=b"", proof=[], size=1, index=0)
    bad("an empty leaf", malformed, leaf=b"")
    bad("an empty root", malformed, root=b"")
    bad("a position behind the last", malformed, index=size)
    bad("a position far behind the last", malformed, index=2 * size)
    bad("a tree of size 0", malformed, size=0)
    for what, other in (("one less", index - 1), ("one more", index + 1), ("two flipped", index ^ 2)):
        if 0 <= other < size:
            code = refuted if len(path(other, LEAVES[:size])) == len(proof) else malformed
            bad(f"its position {what}", code, index=other)
    for what, other in (("doubled", 2 * size), ("halved", size // 2), ("one less", size - 1)):
        fits = index < other <= 8 and len(path(index, LEAVES[:other])) == len(proof)
        bad(f"the size {what}", refuted if fits else malformed, size=other)


def _consistency(sentence: str, given: dict, code: str | None = None) -> None:
    old, new = given["old_size"], given["new_size"]
    if "proof" not in given:
        given = given | {"proof": subproof(old, LEAVES[:new], known=True)}
        given |= {"old_root": mth(LEAVES[:old]), "new_root": mth(LEAVES[:new])}
    shown = {key: b64(value) if isinstance(value, bytes) else value for key, value in given.items()}
    shown["proof"] = [b64(item) for item in given["proof"]]
    vector("merkle", sentence, "consistency", shown, **({"code": code} if code else {}))


def _consistency_mutations(old: int, new: int) -> None:
    proof, before, after = subproof(old, LEAVES[:new], known=True), mth(LEAVES[:old]), mth(LEAVES[:new])
    good = {"old_size": old, "new_size": new, "old_root": before, "new_root": after, "proof": proof}
    refuted, malformed = "refuted.consistency", "malformed.proof"

    def bad(what: str, code: str, **changes: object) -> None:
        _consistency(f"consistency of {old} and {new} with {what}", good | changes, code)

    bad("another old root", refuted, old_root=flip(before, 0))
    bad("another new root", refuted, new_root=flip(after, 0))
    bad("the roots swapped", refuted, old_root=after, new_root=before)
    bad("the sizes swapped", malformed, old_size=new, new_size=old)
    for number in range(len(proof)):
        bad(
            f"a flipped bit in hash {number}",
            refuted,
            proof=[flip(item, 5, 3) if at == number else item for at, item in enumerate(proof)],
        )
    bad("the last hash cut off", malformed, proof=proof[:-1])
    bad("no hashes", malformed, proof=[])
    bad("a hash put in front", malformed, proof=[LEAVES[0], *proof])
    bad("the new root put behind", malformed, proof=[*proof, after])
    bad("a hash of 31 bytes", malformed, proof=[proof[0][:-1], *proof[1:]])
    bad("an old root of 31 bytes", malformed, old_root=before[:-1])
    bad("old size 0 and no hashes", malformed, old_size=0, old_root=mth([]), proof=[])
    bad("old size 0 and its hashes", malformed, old_size=0)
    bad("both sizes 0", malformed, old_size=0, new_size=0, old_root=mth([]), new_root=mth([]), proof=[])
    bad("equal sizes and a proof", malformed, old_size=new, old_root=after)
    bad("equal sizes and two roots", refuted, old_size=new, proof=[])


def notes() -> None:
    """C2SP signed-note: its own example, and what a reader must refuse."""
    poem = ("Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n").encode()
    example = note(poem, line("quasimodo.example/salvatore", 7, poem))
    keys = [vkey("quasimodo.example/salvatore", 7)]
    signer = kid(keys[0])

    def ok(sentence: str, data: bytes, keys: list[str], signers: list[str]) -> None:
        vector("note", sentence, "note", {"keys": keys, "note": b64(data)}, signers=signers)

    def bad(sentence: str, data: bytes, code: str, keys: list[str] = keys) -> None:
        vector("note", sentence, "note", {"keys": keys, "note": b64(data)}, code=code)

    text = b"one line\n"
    ours = line("quasimodo.example/salvatore", 7, text)
    other, stranger = line("other.example/x", 8, text), vkey("other.example/x", 8)
    ok("a note with an empty line in its text", example, keys, [signer])
    ok("a signature by an unknown key is passed over", note(text, other, ours), keys, [signer])
    ok(
        "two known keys are reported in the order of their lines",
        note(text, other, ours),
        [*keys, stranger],
        [kid(stranger), signer],
    )
    ok(
        "a text that begins with an empty line",
        note(b"\n" + text, line("quasimodo.example/salvatore", 7, b"\n" + text)),
        keys,
        [signer],
    )
    forged = line("quasimodo.example/salvatore", 7, b"another line\n")
    ok(
        "a line with a known name and another key id is passed over",
        note(text, line("quasimodo.example/salvatore", 9, b"another line\n"), ours),
        keys,
        [signer],
    )
    ok("sixteen signatures are accepted", note(text, *([other] * 15), ours), keys, [signer])
    ok("sixty four signatures are accepted", note(text, *([other] * 63), ours), keys, [signer])

    bad("a changed letter in the text is refuted", note(b"two line\n", ours), "refuted.signature")
    bad(
        "a known key's bad signature refutes though another holds",
        note(text, other, forged),
        "refuted.signature",
        [*keys, stranger],
    )
    bad("no signature by a known key is unproven", note(text, other), "unproven.key-unknown")
    bad("no known keys at all is unproven", note(text, ours), "unproven.key-unknown", [])
    bad(
        "a key of the same id under another name proves nothing",
        note(text, ours.replace(b"quasimodo.example/salvatore", b"quasimodo.example/salvador")),
        "unproven.key-unknown",
    )
    _misspelt_notes(text, ours, other, bad)
    _vkeys()


def _misspelt_notes(text: bytes, ours: bytes, other: bytes, bad: Callable[..., None]) -> None:
    malformed = "malformed.note"
    bad("no signature lines", text + b"\n", malformed)
    bad("no empty line above the signatures", text + ours, malformed)
    bad("no line feed at the end", note(text, ours)[:-1], malformed)
    bad("an empty line below the signatures", note(text, ours) + b"\n", malformed)
    bad("a carriage return", note(text, ours).replace(b"\n", b"\r\n"), malformed)
    bad("a tab in the text", note(b"one\tline\n", line("quasimodo.example/salvatore", 7, b"one\tline\n")), malformed)
    bad("a null in the text", note(b"one\0line\n", line("quasimodo.example/salvatore", 7, b"one\0line\n")), malformed)
    bad("text that is not UTF-8", note(b"one \xff line\n", ours), malformed)
    bad("a hyphen in place of the dash", note(text, ours.replace("\u2014".encode(), b"-")), malformed)
    bad("two spaces after the dash", note(text, ours.replace(b" q", b"  q")), malformed)
    bad("a signature line without a signature", note(text, "\u2014 quasimodo.example/salvatore\n".encode()), malformed)
    bad("a signature line of a key id alone", note(text, ours.split(b" ")[0] + b" x AAAAAA==\n"), malformed)
    bad("a key name with a plus sign", note(text, ours.replace(b"example/", b"example+")), malformed)
    bad("a key name with a no-break space", note(text, ours.replace(b"example/", "example\u00a0".encode())), malformed)
    bad(
        "a key name with an ideographic space",
        note(text, ours.replace(b"example/", "example\u3000".encode())),
        malformed,
    )
    bad("base64 without padding", note(text, ours.replace(b"=", b"")), malformed)
    loose = bytearray(ours)
    at = ours.index(b"=") - 1
    loose[at] = ours[at] + 1
    bad("base64 with loose bits at its end", note(text, bytes(loose)), malformed)
    bad("base64 of the other alphabet", note(text, other[:-8] + b"-_-_-_==\n", ours), malformed)
    bad("sixty five signatures are too many", note(text, *([other] * 64), ours), "malformed.too-large")
    long = b"x" * 65_536 + b"\n"
    bad(
        "a text over 64 KiB is too long",
        note(long, line("quasimodo.example/salvatore", 7, long)),
        "malformed.too-large",
    )


def _vkeys() -> None:
    name, good = "log.example/custody", vkey("log.example/custody", 0)
    vector("note", "a verifier key", "vkey", {"vkey": good}, name=name, key_id=good.split("+")[1], key_type=1)
    vector("note", "a cosigner's verifier key", "vkey", {"vkey": WITNESS}, name=COSIGNER, key_id="20324abe", key_type=4)
    key = "malformed.key"
    for sentence, text, code in (
        ("a verifier key with another key's id", good.replace("e74d164f", "e74d164e"), key),
        ("a verifier key with its id in capitals", good.replace("e74d164f", "E74D164F"), key),
        ("a verifier key without its id", good.replace("e74d164f+", ""), key),
        ("a verifier key without a name", good.removeprefix(name), key),
        ("a verifier key with a space in its name", good.replace("/", " "), key),
        ("a verifier key with a space behind it", good + " ", key),
        ("a verifier key without a key", good[:28] + "+", key),
        ("a verifier key of 31 bytes", _short_key(name), key),
        ("a verifier key of a type that is not known", vkey(name, 0, 2), "malformed.unknown-version"),
        ("a post-quantum cosigner's key is not known yet", vkey(name, 0, 6), "malformed.unknown-version"),
    ):
        vector("note", sentence, "vkey", {"vkey": text}, code=code)


def _short_key(name: str) -> str:
    material = public(0)[:31]
    return f"{name}+{key_id(name, 1, material).hex()}+{b64(bytes([1]) + material)}"


def checkpoints() -> None:
    """C2SP tlog-checkpoint: three lines, one spelling."""
    five = head(5)

    def given(data: bytes, **more: object) -> dict:
        return {"checkpoint": b64(data), "keys": [LOG], "origin": None} | more

    def ok(sentence: str, data: bytes, size: int, **more: object) -> None:
        vector(
            "checkpoint",
            sentence,
            "checkpoint",
            given(data, **more),
            origin=ORIGIN,
            size=size,
            root=b64(mth(LEAVES[:size])),
            key=kid(LOG),
            digest=sha256(signed(head(size))).hexdigest(),
        )

    ok("a checkpoint of five entries", signed(five), 5)
    ok("a checkpoint of the log that was asked about", signed(five), 5, origin=ORIGIN)
    ok("a checkpoint of no entries", signed(head(0)), 0)
    ok(
        "a cosigned checkpoint has the digest of its frozen form",
        signed(five, coline(COSIGNER, 32, five, 1_700_000_000)),
        5,
    )

    def bad(sentence: str, text: bytes, code: str = "malformed.checkpoint", **more: object) -> None:
        vector("checkpoint", sentence, "checkpoint", given(signed(text), **more), code=code)

    root = b64(mth(LEAVES[:5])).encode()
    origin = ORIGIN.encode()
    bad("a checkpoint with an extension line", five + b"extension\n")
    bad("a checkpoint without a root", origin + b"\n5\n")
    bad("a checkpoint with an empty line in it", origin + b"\n5\n\n" + root + b"\n")
    bad("a size with a leading zero", five.replace(b"\n5\n", b"\n05\n"))
    bad("a size with a plus sign", five.replace(b"\n5\n", b"\n+5\n"))
    bad("a negative size", five.replace(b"\n5\n", b"\n-5\n"))
    bad("a size in hexadecimal", five.replace(b"\n5\n", b"\n0x5\n"))
    bad("a size with a space behind it", five.replace(b"\n5\n", b"\n5 \n"))
    bad("a size in Arabic digits", five.replace(b"\n5\n", "\n\u0665\n".encode()))
    bad("a size over 2 to the 63", five.replace(b"\n5\n", b"\n9223372036854775808\n"))
    bad("no size", five.replace(b"\n5\n", b"\n\n"))
    bad("a root of 31 bytes", head(5, root=mth(LEAVES[:5])[:31]))
    bad("a root without padding", five.replace(b"=", b""))
    bad("a root in the other alphabet", origin + b"\n3\n" + base64.urlsafe_b64encode(mth(LEAVES[:3])) + b"\n")
    bad("an origin with a space", five.replace(b"/custody", b" custody"))
    bad("an empty origin", five.replace(origin, b""))
    bad("a checkpoint of another log than was asked about", five, "refuted.origin", origin="log.example/other")
    bad("a log that nobody named", five, "unproven.key-unknown", keys=[vkey("log.example/other", 0)])
    vector(
        "checkpoint",
        "a checkpoint with a changed size is refuted",
        "checkpoint",
        given(signed(five).replace(b"\n5\n", b"\n6\n")),
        code="refuted.signature",
    )
    other = head(5, origin="log.example/other")
    vector(
        "checkpoint",
        "a checkpoint of one log signed by another's key is unproven",
        "checkpoint",
        given(note(other, line(ORIGIN, 0, other))),
        code="unproven.key-unknown",
    )


def cosignatures() -> None:
    """C2SP tlog-cosignature, type 0x04."""
    text, time = head(5), 1_700_000_000
    good = coline(COSIGNER, 32, text, time)
    signer = kid(WITNESS)

    def check(sentence: str, data: bytes, keys: list[str], **expect: object) -> None:
        vector("cosignature", sentence, "cosignatures", {"checkpoint": b64(data), "keys": keys}, **expect)

    check(
        "a cosignature by a known cosigner", signed(text, good), [WITNESS], cosignatures=[{"key": signer, "time": time}]
    )
    check("no cosignature is no error here", signed(text), [WITNESS], cosignatures=[])
    check(
        "a cosignature by an unknown cosigner is passed over",
        signed(text, good),
        [vkey("witness.example/w2", 33, 4)],
        cosignatures=[],
    )
    second, third = vkey("witness.example/w2", 33, 4), vkey("witness.example/w3", 34, 4)
    check(
        "two cosigners with times of their own",
        signed(text, coline("witness.example/w2", 33, text, 5), good),
        [WITNESS, second, third],
        cosignatures=[{"key": kid(second), "time": 5}, {"key": signer, "time": time}],
    )
    check(
        "one cosigner twice",
        signed(text, coline(COSIGNER, 32, text, 5), good),
        [WITNESS],
        cosignatures=[{"key": signer, "time": 5}, {"key": signer, "time": time}],
    )
    refuted = "refuted.cosignature"
    blob = base64.b64decode(good.split(b" ")[2])
    prefix = good.rpartition(b" ")[0] + b" "

    def made(data: bytes) -> bytes:
        return prefix + base64.b64encode(data) + b"\n"

    check("a cosignature of another size", signed(text, coline(COSIGNER, 32, head(6), time)), [WITNESS], code=refuted)
    check("a cosignature with another time", signed(text, made(flip(blob, 11))), [WITNESS], code=refuted)
    check("a cosignature with a flipped bit", signed(text, made(flip(blob, 40))), [WITNESS], code=refuted)
    check("a cosignature cut short", signed(text, made(blob[:-1])), [WITNESS], code=refuted)
    check("a cosignature with a byte too many", signed(text, made(blob + b"\0")), [WITNESS], code=refuted)
    check("a cosignature without its time", signed(text, made(blob[:4] + blob[12:])), [WITNESS], code=refuted)
    early = coline(COSIGNER, 32, text, 2**63)
    check("a cosignature at a time over 2 to the 63", signed(text, early), [WITNESS], code=refuted)
    plain = b64(blob[:4] + time.to_bytes(8, "big") + private(32).sign(text)).encode()
    check("a plain signature in place of a cosignature", signed(text, prefix + plain + b"\n"), [WITNESS], code=refuted)


def tlog_proofs() -> None:
    """C2SP tlog-proof."""
    text = head(5)
    point = signed(text, coline(COSIGNER, 32, text, 1_700_000_000))
    hashes = path(2, LEAVES[:5])
    policy = f"log {LOG}\nwitness W {WITNESS}\nquorum W\n"

    def build(index: str = "2", lines: list[bytes] = hashes, extra: str = "", below: bytes = point) -> bytes:
        body = "".join(b64(item) + "\n" for item in lines)
        return f"c2sp.org/tlog-proof@v1\n{extra}index {index}\n{body}\n".encode() + below

    def check(sentence: str, data: bytes, *, entry: int = 2, policy: str = policy, **expect: object) -> None:
        given = {"leaf": b64(LEAVES[entry]), "policy": b64(policy.encode()), "proof": b64(data)}
        vector("tlog-proof", sentence, "tlog-proof", given, **expect)

    logged = {"index": 2, "key": kid(LOG), "size": 5}
    check("a proof of entry 2 of 5", build(), **logged)
    check("a proof with extra data, which says nothing", build(extra="extra AAEC\n"), **logged)
    check(
        "a proof under a policy without a quorum",
        build(below=signed(text)),
        policy=f"log {LOG}\nquorum none\n",
        **logged,
    )
    single = signed(head(1))
    check(
        "a proof without hashes in a log of one entry",
        build("0", [], below=single),
        entry=0,
        policy=f"log {LOG}\nquorum none\n",
        index=0,
        key=kid(LOG),
        size=1,
    )
    bad = "malformed.tlog-proof"
    check("another entry is refuted", build(), entry=3, code="refuted.inclusion")
    check("a proof that claims another position", build("3"), code="refuted.inclusion")
    check("a proof with a hash too few", build(lines=hashes[:-1]), code="malformed.proof")
    check(
        "a proof whose checkpoint was changed",
        build(below=signed(text).replace(b"\n5\n", b"\n6\n")),
        policy=f"log {LOG}\nquorum none\n",
        code="refuted.signature",
    )
    check(
        "a proof whose cosignature was forged",
        build(below=signed(text, coline(COSIGNER, 32, head(4), 7))),
        code="refuted.cosignature",
    )
    check("a proof without the cosignature that the policy asks for", build(below=signed(text)), code="unproven.quorum")
    check(
        "a proof in a log that the policy does not name",
        build(),
        policy=f"log {vkey('log.example/other', 9)}\nquorum none\n",
        code="unproven.key-unknown",
    )
    check("a proof of another version", build().replace(b"@v1", b"@v2"), code=bad)
    check("a proof without its first line", build().partition(b"\n")[2], code=bad)
    check("a proof without an index", build().replace(b"index 2\n", b""), code=bad)
    check("a proof with a negative index", build("-2"), code=bad)
    check("a proof with a leading zero in its index", build("02"), code=bad)
    check("a proof with words for an index", build("two"), code=bad)
    check("a proof with extra data that is not base64", build(extra="extra ***\n"), code=bad)
    check("a proof with extra data below the index", build().replace(b"index 2\n", b"index 2\nextra AAEC\n"), code=bad)
    check("a proof with a hash of 31 bytes", build(lines=[hashes[0][:31], *hashes[1:]]), code=bad)
    check("a proof with a hash that is not base64", build().replace(b64(hashes[0]).encode(), b"*" * 44), code=bad)
    check("a proof with sixty four hashes", build(lines=hashes[:1] * 64), code=bad)
    check("a proof without an empty line", build().replace(b"\n\n", b"\n"), code=bad)
    check("a proof with carriage returns", build().replace(b"\n", b"\r\n", 2), code=bad)
    check("a proof without a checkpoint", build(below=b""), code="malformed.note")


def main(arguments: list[str]) -> int:
    """Write every vector, or compare with what is there."""
    for make in (merkle, notes, checkpoints, cosignatures, tlog_proofs, policies, keylists):
        make()
    return write(FILES, arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
