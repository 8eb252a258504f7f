# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each parser of a dossier's files raises errors by name, or reads what it would write again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_dossier import reseal, small_recipe

from sviedka.core.base.errors import Failure, Malformed
from sviedka.core.disclose.consent_terms import parse_grants
from sviedka.core.disclose.dossier_lines import (
    format_proofs,
    parse_exhibit_line,
    parse_person_line,
    parse_proof_line,
)
from sviedka.core.disclose.dossier_spec import parse_spec, parse_withheld
from sviedka.core.disclose.manifest import format_manifest, parse_lines, parse_manifest
from sviedka.core.disclose.seal_text import format_seal_text, parse_seal_text
from sviedka.core.disclose.stamp_states import format_stamp_states, parse_stamp_states
from sviedka.verify.container import MemoryContainer
from sviedka.verify.dossier import verify_container

FILES = small_recipe().build()
RECIPE = small_recipe()
PARSERS = {
    "spec.json": (parse_spec, lambda spec: spec.encode()),
    "withheld.json": (parse_withheld, lambda counts: counts.encode()),
    "tagmanifest-sha256.txt": (parse_manifest, format_manifest),
    "logs/1/heads/0001/stamps.json": (parse_stamp_states, format_stamp_states),
    "statements/proofs.txt": (lambda data: parse_lines(data, parse_proof_line), format_proofs),
    "SEAL.body": (lambda data: parse_seal_text(data.decode("latin-1")), lambda seal: format_seal_text(seal).encode()),
}


@st.composite
def damaged(draw, data):
    """Bytes with a few changes: replaced, cut out, doubled, or all new."""
    result = bytearray(data)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(len(result) - 1, 0)))
        kind = draw(st.sampled_from(["replace", "cut", "insert", "double"]))
        if kind == "replace" and result:
            result[place] = draw(st.integers(0, 255))
        elif kind == "cut":
            del result[place : place + draw(st.integers(1, 40))]
        elif kind == "insert":
            result[place:place] = draw(st.binary(max_size=20) | st.sampled_from([b"\n", b" ", b"\0", b'"', b"0"]))
        else:
            result[place:place] = result[place : place + 80]
    return bytes(result)


@pytest.mark.parametrize("path", PARSERS)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_parser_raises_by_name_or_reads_what_it_would_write(path, data):
    parse, write = PARSERS[path]
    given_bytes = data.draw(damaged(FILES[path]) | st.binary(max_size=300))
    try:
        read = parse(given_bytes)
    except Malformed:
        return
    assert given_bytes == write(read)


@pytest.mark.parametrize("parse", [parse_exhibit_line, parse_person_line, parse_proof_line])
@given(text=st.text(max_size=120))
def test_a_line_parser_raises_by_name(parse, text):
    with pytest.raises(Malformed):
        parse(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=6),
    max_leaves=12,
)


@given(value=json_values)
def test_grants_that_are_not_understood_raise_by_name(value):
    try:
        grants = parse_grants(value)
    except Malformed:
        return
    assert grants == ()


@pytest.mark.parametrize("path", sorted(path for path in FILES if not path.startswith(("SEAL", "manifest", "tagman"))))
@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_whatever_a_desk_seals_gets_a_report(path, data):
    """A desk may seal nonsense on purpose; the verifier's answer is a verdict, never a traceback."""
    files = reseal(RECIPE, FILES | {path: data.draw(damaged(FILES[path]))})
    for policy in (None, RECIPE.archive.policy()):
        try:
            report = verify_container(MemoryContainer(files), policy=policy)
        except Failure:
            pytest.fail("a dossier's fault was raised instead of reported")
        assert report.encode() == verify_container(MemoryContainer(files), policy=policy).encode()
