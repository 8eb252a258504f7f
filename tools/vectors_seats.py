# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the test vectors of orders to custodians and of their peels: identity-order, identity-peel.

Run `python tools/vectors_seats.py` to write them, `--check` to compare. From fixed seeds, with age files, notes and MACs put
together by hand; no code of `sviedka` is used.
"""

from __future__ import annotations

import hmac
import json
import sys
from hashlib import sha256
from itertools import combinations

from age_maker import header, hkdf, payload, public, recipient_text, x25519
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from vectors_form import FILES, b64, kid, line, note, vector, vkey, write

ARCHIVE, ORIGIN = "archive.example", "archive.example/minsk-1"
ROOT_SEED, DESK_SEED, LOG_SEED, STRANGER = 9, 2, 1, 8
ROOT = vkey(f"{ARCHIVE}/root", ROOT_SEED)
SEATS = {number: bytes([0x60 + number]) * 32 for number in range(1, 6)}
HOLDERS = {number: f"{number}" * 32 for number in (1, 2, 3)}
HALF, ANSWER, OTHER_ANSWER = bytes([0x6F]) * 32, bytes([0x5A]) * 32, bytes([0x5B]) * 32
CELL_KEY, OTHER_KEY = bytes([0x77]) * 32, bytes([0x78]) * 32
NOW, LATE = "2026-11-26T20:00:00Z", "2026-11-29T20:00:01Z"
ORDER, CELL, PERSON, USER = "a" * 32, "c" * 32, "b" * 32, "d" * 32
UNTIL, PURPOSE = "2026-11-29T20:00:00Z", "каб адвакат мог звязацца з чалавекам"


def _age(data: bytes, secret: bytes, place: int) -> bytes:
    file_key = bytes([0x80 + place]) * 16
    stanza = x25519(public(secret), ephemeral=bytes([0x90 + place]) * 32, file_key=file_key)
    return header(stanza, file_key=file_key) + payload(data, file_key, bytes([0xA0 + place]) * 16)


def _layers(low: int, high: int, cell_key: bytes = CELL_KEY) -> tuple[bytes, bytes, bytes]:
    """Return the copy for two seats, what is in it, and what is in that."""
    third = _age(cell_key, HALF, 0)
    second = _age(third, SEATS[high], 1)
    return _age(second, SEATS[low], 2), second, third


def _keylist(*more: str, seed: int = ROOT_SEED, holders: dict[int, str] = HOLDERS, archive: str = ARCHIVE) -> bytes:
    origin = f"{archive}/minsk-1"
    seats = (
        f"seat {number} {recipient_text(secret)}" + (f" {holders[number]}" if number in holders else "")
        for number, secret in SEATS.items()
    )
    desk = (
        f"desk {origin} log {vkey(origin, LOG_SEED)}",
        f"desk {origin} statements {vkey(f'{origin}/statements', DESK_SEED)}",
    )
    heads = ("sviedka/keylist/1", f"archive {archive}", "number 1", f"issued {NOW}", "previous none")
    text = "".join(item + "\n" for item in (*heads, *sorted((*desk, *seats, *more)))).encode()
    return note(text, line(f"{archive}/root", seed, text))


def _text(copy: bytes, **changes: str) -> str:
    facts = {
        "origin": ORIGIN,
        "order": ORDER,
        "person": PERSON,
        "cell": CELL,
        "seats": "1 2",
        "copy": sha256(copy).hexdigest(),
        "answer": recipient_text(ANSWER),
        "by": USER,
        "until": UNTIL,
        "purpose": PURPOSE,
    } | changes
    return "sviedka/identity-order/1\n" + "".join(f"{name} {value}\n" for name, value in facts.items())


def _note(text: str, seed: int = DESK_SEED) -> bytes:
    origin = text.split("\n")[1].removeprefix("origin ")
    return note(text.encode(), line(f"{origin}/statements", seed, text.encode()))


def _file(signed: bytes, copy: bytes, keylist: bytes | None = None, **more: object) -> bytes:
    document = {
        "copy": b64(copy),
        "keylist": (keylist or _keylist()).decode(),
        "order": signed.decode(),
        "v": 1,
        "what": "identity-order",
    } | more
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _seat(number: int, holder: str | None = None) -> dict[str, object]:
    return {
        "holder": holder or HOLDERS.get(number),
        "number": number,
        "recipient": recipient_text(SEATS[number]),
        "root": ROOT,
    }


def orders() -> None:
    """What a custodian's device makes of an order."""
    copy = _layers(1, 2)[0]
    good = _note(_text(copy))

    def order(sentence: str, data: bytes, seat: int = 1, now: str = NOW, **expect: object) -> None:
        holder = expect.pop("holder", None)
        given = {"now": now, "order": b64(data), "seat": _seat(seat, holder and str(holder))}
        vector("identity-order", sentence, "order", given, **expect)

    facts = {"cell": CELL, "digest": sha256(good).hexdigest(), "person": PERSON, "seats": [1, 2]}
    order("an order for the seat that opens first", _file(good, copy), **facts)
    order("an order for the seat that opens second", _file(good, copy), 2, **facts)
    order("an order at its last second", _file(good, copy), now=UNTIL, **facts)

    forged, withheld, bad = "refuted.identity-order", "withheld.identity-order", "malformed.identity-order"
    for name, old, new in (
        ("the person", PERSON, "e" * 32),
        ("the cell", f"cell {CELL}", f"cell {'e' * 32}"),
        ("the purpose", PURPOSE, "x"),
        ("the time", UNTIL, "2027-11-29T20:00:00Z"),
        ("who asks", f"by {USER}", f"by {'e' * 32}"),
        ("the key that peels are made for", recipient_text(ANSWER), recipient_text(OTHER_ANSWER)),
    ):
        order(
            f"an order in which {name} was edited", _file(good.replace(old.encode(), new.encode()), copy), code=forged
        )
    order("an order signed by a key that nobody listed", _file(_note(_text(copy), STRANGER), copy), code=forged)
    revoked = f"revoked {kid(vkey(f'{ORIGIN}/statements', DESK_SEED))} {NOW} seized"
    order("an order by a desk that was taken back", _file(good, copy, _keylist(revoked)), code=forged)
    order("an order with a key list of another root", _file(good, copy, _keylist(seed=STRANGER)), code=forged)
    foreign = _note(_text(copy, origin="other.example/minsk-1"))
    theirs = _keylist(archive="other.example", seed=STRANGER)
    order("an order of another archive", _file(foreign, copy, theirs), code=withheld)
    order("an order for two other seats", _file(good, copy), 3, code=withheld)
    order("an order that has ended", _file(good, copy), now=LATE, code=withheld)
    order("an order to a device whose seat was handed on", _file(good, copy), code=withheld, holder="9" * 32)
    sealed = _layers(1, 4)[0]
    order("an order for a seat that nobody holds", _file(_note(_text(sealed, seats="1 4")), sealed), code=withheld)
    order("an order with the copy of another cell", _file(good, _layers(1, 2, OTHER_KEY)[0]), code=bad)
    order("an order for one seat twice", _file(_note(_text(copy, seats="1 1")), copy), code=bad)
    order("an order with the higher seat first", _file(_note(_text(copy, seats="2 1")), copy), code=bad)
    order("an order that names two cells", _file(_note(_text(copy, cell=f"{CELL} {'e' * 32}")), copy), code=bad)
    order("an order with a line more", _file(_note(_text(copy) + f"cell {'e' * 32}\n"), copy), code=bad)
    order("an order of another version", _file(good, copy, v=2), code=bad)
    order("an order with a member more", _file(good, copy, cells=[]), code=bad)
    order("two orders in one file", _file(good, copy) * 2, code="malformed")


def _proof(order: bytes, number: int, took: bytes, gave: bytes, answer: bytes = ANSWER) -> dict[str, object]:
    secret = X25519PrivateKey.from_private_bytes(SEATS[number])
    shared = secret.exchange(X25519PublicKey.from_public_bytes(public(answer)))
    key = hkdf(shared, public(SEATS[number]) + public(answer), b"sviedka/identity-peel/1")
    digests = (sha256(took).hexdigest(), sha256(gave).hexdigest())
    message = f"sviedka/identity-peel/1\n{sha256(order).hexdigest()}\n{number}\n{digests[0]}\n{digests[1]}\n".encode()
    mac = hmac.digest(key, message, "sha256").hex()
    return {"gave": digests[1], "mac": mac, "seat": number, "took": digests[0]}


def _peel(order: bytes, layer: bytes, *proofs: dict[str, object], **more: object) -> bytes:
    document = {
        "layer": b64(layer),
        "order": sha256(order).hexdigest(),
        "proofs": list(proofs),
        "v": 1,
        "what": "identity-peel",
    } | more
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


def peels() -> None:
    """What a seat answers, and what the keeper makes of two answers."""
    copy, second, third = _layers(1, 2)
    signed = _note(_text(copy))
    file = _file(signed, copy)
    one, two = _proof(signed, 1, copy, second), _proof(signed, 2, second, third)
    first, both = _peel(signed, second, one), _peel(signed, third, one, two)

    def answer(sentence: str, number: int, before: bytes | None, **expect: object) -> None:
        given = {"before": before and b64(before), "identity": SEATS[number].hex(), "order": b64(file), "seat": number}
        vector("identity-peel", sentence, "peel", given, **expect)

    answer("the first seat answers", 1, None, peel=b64(first))
    answer("the second seat answers", 2, first, peel=b64(both))
    refuted = "refuted.identity-peel"
    again = _note(_text(copy, order="e" * 32))
    answer("the second seat is asked before the first", 2, None, code=refuted)
    answer("the first seat is asked again", 1, first, code=refuted)
    answer("the second seat is asked again", 2, both, code=refuted)
    answer(
        "the first answer was to another order", 2, _peel(again, second, _proof(again, 1, copy, second)), code=refuted
    )
    other = _layers(1, 2, OTHER_KEY)
    answer("the first answer holds another cell's layer", 2, _peel(signed, other[1], one), code=refuted)
    answer("the first answer comes from another seat", 2, _peel(signed, second, one | {"seat": 3}), code=refuted)
    answer("what is handed in is no peel", 2, b"{}", code="malformed.identity-peel")

    def checked(sentence: str, peel: bytes, order: bytes = file, secret: bytes = ANSWER, **expect: object) -> None:
        given = {
            "answer": secret.hex(),
            "high": recipient_text(SEATS[2]),
            "low": recipient_text(SEATS[1]),
            "order": b64(order),
            "peel": b64(peel),
        }
        vector("identity-peel", sentence, "peels", given, **expect)

    checked("two seats have answered one order", both, layer=sha256(third).hexdigest())
    repeated = _file(again, copy)
    checked("an answer to an older order about the same cell", both, repeated, code=refuted)
    moved = _peel(again, third, one, two)
    checked("an answer moved to another order", moved, repeated, code=refuted)
    checked("one seat has answered twice", _peel(signed, third, one, one), code=refuted)
    checked("only one seat has answered", first, code=refuted)
    checked("the answers stand in the other order", _peel(signed, third, two, one), code=refuted)
    checked("one seat's proof under the other's number", _peel(signed, third, one, one | {"seat": 2}), code=refuted)
    checked("the layer was exchanged", _peel(signed, other[2], one, two), code=refuted)
    swapped = two | {"gave": sha256(other[2]).hexdigest()}
    checked("the layer was exchanged and so was its digest", _peel(signed, other[2], one, swapped), code=refuted)
    for name in ("took", "gave", "mac"):
        changed = two | {name: "0" * 64}
        checked(f"the second seat's {name} was changed", _peel(signed, third, one, changed), code=refuted)
    foreign = _proof(signed, 2, second, third, OTHER_ANSWER)
    checked("a proof made for another order's key", _peel(signed, third, one, foreign), code=refuted)
    by_third = _proof(signed, 3, second, third) | {"seat": 2}
    checked("a proof made by a seat that was not asked", _peel(signed, third, one, by_third), code=refuted)
    bad = "malformed.identity-peel"
    checked("a peel with a member more", _peel(signed, third, one, two, cell=CELL), code=bad)
    checked("a peel with three proofs", _peel(signed, third, one, two, two), code=bad)
    checked("a peel by a sixth seat", _peel(signed, third, one, two | {"seat": 6}), code=bad)


def main(arguments: list[str]) -> int:
    """Make all of them."""
    orders()
    peels()
    assert len({_layers(low, high)[0] for low, high in combinations(SEATS, 2)}) == 10  # noqa: S101  # the ten pairs
    return write(FILES, arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
