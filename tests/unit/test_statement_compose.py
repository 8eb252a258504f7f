# SPDX-License-Identifier: AGPL-3.0-or-later
"""A statement is composed, read back, and shows nothing of itself but digests."""

import hashlib
import itertools
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.seal.statement import (
    Disclose,
    Draft,
    Segment,
    Text,
    compose,
    format_kid,
    open_sealed,
    parse_jwt,
    read_disclosures,
    verify_author,
    verify_signature,
)

DESK = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AUTHOR = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
DESK_PUBLIC = DESK.public_key().public_bytes_raw()
AUTHOR_PUBLIC = AUTHOR.public_key().public_bytes_raw()
ORIGIN = "archive.example/minsk-1"
ARCHIVE, PERSON, OTHER = "a" * 32, "b" * 32, "c" * 32
KEYS = {ARCHIVE: b"\x01" * 32, PERSON: b"\x02" * 32, OTHER: b"\x03" * 32}


def counted_entropy(seed=b"seed"):
    counter = itertools.count()

    def entropy(count):
        return hashlib.shake_128(seed + str(next(counter)).encode()).digest(count)

    return entropy


def make(parts, **changes):
    facts = {
        "jti": "1" * 32,
        "case": "2" * 32,
        "type": "claim/1",
        "subject": "3" * 32,
        "heads": ("4" * 32,),
        "at": datetime(2026, 11, 21, 22, 53, tzinfo=UTC),
        "parts": tuple(parts),
        "archive_cell": ARCHIVE,
    }
    return compose(
        Draft(**(facts | changes)),
        origin=ORIGIN,
        desk_key=DESK,
        desk_kid=format_kid(ORIGIN, DESK_PUBLIC),
        author="9" * 32,
        author_key=AUTHOR,
        cell_keys=KEYS,
        entropy=counted_entropy(),
    )


PARTS = (
    Disclose(name="predicate", value="was beaten", cells=(ARCHIVE,)),
    Disclose(name="role.1", value={"role": "victim", "person": "5" * 32}, cells=(PERSON,)),
    Text(
        name="text",
        segments=(
            Segment(text="Першы сказ.", cells=(PERSON,)),
            Segment(text="Пра дваіх.", cells=(OTHER, PERSON)),
            Segment(text="Nobody's.", cells=(ARCHIVE,)),
        ),
    ),
)


def test_what_was_composed_is_read_back_with_all_keys():
    composed = make(PARTS)
    head = parse_jwt(composed.jwt)
    verify_signature(head, DESK_PUBLIC)
    groups = open_sealed(composed.sealed, head=head, cell_keys=KEYS)
    assert groups == composed.groups
    statement = read_disclosures(head, [text for group in groups for text in group.disclosures])
    verify_author(statement, AUTHOR_PUBLIC)
    assert statement.type == "claim/1"
    assert statement.at == datetime(2026, 11, 21, 22, 53, tzinfo=UTC)
    assert statement.heads == ("4" * 32,)
    assert statement.fields == {
        "predicate": "was beaten",
        "role.1": {"role": "victim", "person": "5" * 32},
        "text": ["Першы сказ.", "Пра дваіх.", "Nobody's."],
    }
    assert statement.positions == {"text": (0, 1, 2)}


def test_a_missing_cell_withholds_its_parts_and_leaves_the_rest():
    composed = make(PARTS)
    head = parse_jwt(composed.jwt)
    groups = open_sealed(composed.sealed, head=head, cell_keys={ARCHIVE: KEYS[ARCHIVE], PERSON: KEYS[PERSON]})
    assert [group.withheld for group in groups] == [False, False, True]
    statement = read_disclosures(head, [text for group in groups for text in group.disclosures])
    assert statement.fields["text"] == ["Першы сказ.", "Nobody's."]
    assert statement.positions == {"text": (0, 2)}
    verify_author(statement, AUTHOR_PUBLIC)
