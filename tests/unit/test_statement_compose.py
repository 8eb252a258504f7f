# SPDX-License-Identifier: AGPL-3.0-or-later
"""A statement is composed, read back, and shows nothing of itself but digests."""

import base64
import hashlib
import itertools
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sviedka.core.base.canonical import parse_canonical
from sviedka.core.base.encoding import decode_base64url, encode_base64url
from sviedka.core.base.errors import Malformed, TooLarge
from sviedka.core.seal.disclosure import make_element, make_property
from sviedka.core.seal.note import VerifierKey
from sviedka.core.seal.statement import (
    Disclose,
    Draft,
    Segment,
    Text,
    common_facts,
    compose,
    digest_text,
    format_kid,
    format_sdjwt,
    open_sealed,
    parse_disclosure,
    parse_jwt,
    parse_sdjwt,
    read_disclosures,
    verify_author,
    verify_signature,
)
from sviedka.core.seal.statement_errors import CellKeyAbsent, CommonWithheld, DraftRefused, StatementMalformed

DESK = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AUTHOR = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
DESK_PUBLIC = DESK.public_key().public_bytes_raw()
AUTHOR_PUBLIC = AUTHOR.public_key().public_bytes_raw()
ORIGIN = "archive.example/minsk-1"
KID = format_kid(ORIGIN, DESK_PUBLIC)
ARCHIVE, PERSON, OTHER = "a" * 32, "b" * 32, "c" * 32
KEYS = {ARCHIVE: b"\x01" * 32, PERSON: b"\x02" * 32, OTHER: b"\x03" * 32}


def counted_entropy(seed=b"seed"):
    counter = itertools.count()

    def entropy(count):
        return hashlib.shake_128(seed + str(next(counter)).encode()).digest(count)

    return entropy


def make(parts, entropy=None, kid=KID, **changes):
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
        desk_kid=kid,
        author="9" * 32,
        author_key=AUTHOR,
        cell_keys=KEYS,
        entropy=entropy or counted_entropy(),
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


def test_the_signed_part_is_canonical_json_and_names_its_sealed_part():
    composed = make(PARTS)
    header, payload, _ = composed.jwt.decode().split(".")
    assert parse_canonical(decode_base64url(header), max_bytes=500)["typ"] == "sviedka+sd-jwt"
    members = parse_canonical(decode_base64url(payload), max_bytes=5_000)
    assert tuple(members) == ("_sd", "_sd_alg", "enc", "iat", "iss", "jti", "vct")
    assert members["enc"] == encode_base64url(hashlib.sha256(composed.sealed).digest())
    assert members["iat"] == datetime(2026, 11, 21, tzinfo=UTC).timestamp()


def test_the_key_id_is_that_of_a_signed_note_verifier_key():
    key = VerifierKey(name=f"{ORIGIN}/statements", key_type=1, public=DESK_PUBLIC)
    name, key_id, _ = key.vkey.split("+", 2)
    assert name == f"{ORIGIN}/statements"
    assert format_kid(ORIGIN, DESK_PUBLIC) == f"{ORIGIN}+{key_id}"


def test_a_disclosure_is_what_rfc_9901_hashes():
    # Worked values computed by hand with another program.
    disclosure = make_property(encode_base64url(b"0123456789abcdef"), "facility", "Example Street 1")
    assert disclosure == "WyJNREV5TXpRMU5qYzRPV0ZpWTJSbFpnIiwiZmFjaWxpdHkiLCJFeGFtcGxlIFN0cmVldCAxIl0"
    assert digest_text(disclosure) == "Brq0z0RF3hTiGcLn-QfTMgN3KTNCzwdR_Si_MD1Qy_c"
    element = make_element(encode_base64url(b"fedcba9876543210"), "second sentence")
    assert digest_text(element) == "cePEJ_s3nj3H-MvvQPIFmsIvwGtPHvn6HIHuDbqLwY0"


def test_one_call_for_randomness_serves_a_statement_and_a_short_answer_is_not_taken():
    asked = []

    def counting(count):
        asked.append(count)
        return hashlib.shake_128(b"x").digest(count)

    make(PARTS, entropy=counting)
    assert len(asked) == 1
    with pytest.raises(ValueError, match="randomness"):
        make(PARTS, entropy=lambda count: bytes(count - 1))


@pytest.mark.parametrize(("fields", "size"), [(0, 16), (10, 16), (11, 64), (58, 64), (59, 256), (250, 256)])
def test_the_number_of_digests_says_little(fields, size):
    parts = [Disclose(name=f"x.{number}", value=number, cells=(ARCHIVE,)) for number in range(1, fields + 1)]
    assert len(parse_jwt(make(parts).jwt).digests) == size


def test_more_parts_than_a_statement_holds_are_refused():
    parts = [Disclose(name=f"x.{number}", value=number, cells=(ARCHIVE,)) for number in range(1, 252)]
    with pytest.raises(DraftRefused, match="further one"):
        make(parts)
    with pytest.raises(DraftRefused, match="further one"):
        make([Text(name="text", segments=(Segment(text="x", cells=(ARCHIVE,)),) * 257)])


@pytest.mark.parametrize(
    "changes",
    [
        {"jti": "A" * 32},
        {"case": "1"},
        {"subject": "Tsimur"},
        {"type": "claim"},
        {"heads": ("4" * 32, "3" * 32)},
        {"heads": ("4" * 32, "4" * 32)},
        {"heads": ("x",)},
        {"at": datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)},
        {"archive_cell": "x"},
        {"parts": (Disclose(name="_sd", value=1, cells=(ARCHIVE,)),)},
        {"parts": (Disclose(name="iss", value=1, cells=(ARCHIVE,)),)},
        {"parts": (Disclose(name="heads", value=1, cells=(ARCHIVE,)),)},
        {"parts": (Disclose(name="Імя", value=1, cells=(ARCHIVE,)),)},
        {"parts": (Disclose(name="x", value=1, cells=(ARCHIVE,)),) * 2},
        {"parts": (Disclose(name="x", value=1, cells=()),)},
        {"parts": (Disclose(name="x", value=1, cells=tuple(f"{n:032x}" for n in range(65))),)},
        {"parts": (Text(name="x", segments=()),)},
    ],
)
def test_a_draft_that_is_not_of_the_format_is_refused_by_name(changes):
    with pytest.raises(DraftRefused):
        make((), **changes) if "parts" not in changes else make(changes["parts"])


@pytest.mark.parametrize("value", [1.5, 2**53, "\ud800", {1: 2}, (1,), {"_sd": []}, {"a": [{"...": 1}]}])
def test_a_value_that_could_not_be_read_back_is_refused(value):
    with pytest.raises(Malformed):
        make([Disclose(name="x", value=value, cells=(ARCHIVE,))])


def test_a_part_too_long_for_one_disclosure_is_refused():
    with pytest.raises(TooLarge):
        make([Disclose(name="x", value="a" * 30_000, cells=(ARCHIVE,))])
    make([Disclose(name="x", value="a" * 20_000, cells=(ARCHIVE,))])


def test_a_cell_whose_key_is_not_at_hand_is_refused():
    with pytest.raises(CellKeyAbsent):
        make([Disclose(name="x", value=1, cells=("f" * 32,))])


def test_a_key_of_another_desk_is_refused():
    with pytest.raises(DraftRefused):
        make((), kid=format_kid("archive.example/minsk-2", DESK_PUBLIC))


def test_the_same_randomness_gives_the_same_bytes_and_other_randomness_shares_nothing():
    assert make(PARTS) == make(PARTS)
    other = make(PARTS, entropy=counted_entropy(b"other"))
    assert set(parse_jwt(other.jwt).digests).isdisjoint(parse_jwt(make(PARTS).jwt).digests)


def test_common_facts_need_all_of_them_to_be_shown():
    composed = make(PARTS)
    head = parse_jwt(composed.jwt)
    shown = [text for group in composed.groups for text in group.disclosures]
    facts = common_facts(read_disclosures(head, shown))
    assert (facts.type, facts.subject, facts.case) == ("claim/1", "3" * 32, "2" * 32)
    without_case = [text for text in shown if parse_disclosure(text).name != "case"]
    with pytest.raises(CommonWithheld):
        common_facts(read_disclosures(head, without_case))


@pytest.mark.parametrize("text", ["", "~", "a.b.c", "a.b.c~~", "a.b.c~d", "~d~", "ж~", "a.b.c~d~\n"])
def test_a_serial_form_with_an_empty_part_or_without_its_end_is_malformed(text):
    with pytest.raises(StatementMalformed):
        parse_sdjwt(text)


def test_the_serial_form_is_the_statement_and_its_disclosures():
    assert parse_sdjwt("a.b.c~") == (b"a.b.c", ())
    assert format_sdjwt(b"a.b.c", ["d", "e"]) == "a.b.c~d~e~"
    with pytest.raises(TooLarge):
        parse_sdjwt("a" * 4_194_305)


def test_too_many_disclosures_are_refused_before_they_are_looked_at():
    head = parse_jwt(make(PARTS).jwt)
    with pytest.raises(TooLarge):
        read_disclosures(head, ["x"] * 4_097)


def test_no_content_shows_on_the_outside():
    canary = "canary that nobody may see"
    parts = (
        Disclose(name="secretfield", value={canary: canary}, cells=(PERSON,)),
        Text(name="text", segments=(Segment(text=canary, cells=(PERSON,)),)),
    )
    composed = make(parts)
    outside = composed.jwt + composed.sealed + b"".join(map(_decoded, composed.jwt.split(b".")))
    for word in (canary.encode(), b"secretfield", b"claim", b"3" * 32, b"22:53", b"9" * 32):
        assert word not in outside
    head = parse_jwt(composed.jwt)
    inside = [text for group in open_sealed(composed.sealed, head=head, cell_keys=KEYS) for text in group.disclosures]
    assert canary.encode() in b"".join(_decoded(text.encode()) for text in inside)  # the control


def _decoded(text):
    return base64.urlsafe_b64decode(text + b"==")
