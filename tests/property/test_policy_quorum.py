# SPDX-License-Identifier: AGPL-3.0-or-later
"""A quorum is what its words say: checked against a plain reading, and never lost by one more cosigner."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.core.seal.note import COSIGNATURE_V1, VerifierKey
from sviedka.core.seal.policy import (
    AuthorityKind,
    PinnedAuthority,
    Policy,
    PolicyGroup,
    PolicyLog,
    PolicyWitness,
    format_policy,
    parse_policy,
    quorum_met,
)

KEYS = [VerifierKey(name=f"w{n}.example/x", key_type=COSIGNATURE_V1, public=bytes([n]) * 32) for n in range(1, 9)]


@st.composite
def policies(draw):
    """A policy with up to eight cosigners in a random forest of groups."""
    witnesses = [PolicyWitness(name=f"W{at}", key=KEYS[at]) for at in range(draw(st.integers(1, 8)))]
    free = [witness.name for witness in witnesses]
    groups = []
    for at in range(draw(st.integers(0, 4))):
        if not free:
            break
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        group = PolicyGroup(name=f"G{at}", threshold=draw(st.integers(1, len(members))), members=tuple(members))
        free = [name for name in free if name not in members] + [group.name]
        groups.append(group)
    names = [witness.name for witness in witnesses] + [group.name for group in groups]
    quorum = draw(st.one_of(st.none(), st.sampled_from(names)))
    return Policy(witnesses=tuple(witnesses), groups=tuple(groups), quorum=quorum)


def plain(policy, name, who):
    """Say whether a name has cosigned, by the words of the specification."""
    for group in policy.groups:
        if group.name == name:
            return sum(plain(policy, member, who) for member in group.members) >= group.threshold
    return any(witness.name == name and witness.key in who for witness in policy.witnesses)


cosigners = st.sets(st.sampled_from(KEYS))


@settings(deadline=None)
@given(policies(), cosigners)
def test_the_quorum_is_what_the_words_say(policy, who):
    expected = policy.quorum is None or plain(policy, policy.quorum, who)
    assert quorum_met(policy, who) == expected


@settings(deadline=None)
@given(policies(), cosigners, st.sampled_from(KEYS))
def test_one_more_cosigner_never_takes_a_quorum_away(policy, who, one):
    if quorum_met(policy, who):
        assert quorum_met(policy, who | {one})


@settings(deadline=None)
@given(policies(), cosigners)
def test_strangers_are_no_help(policy, who):
    strangers = {VerifierKey(name=key.name, key_type=COSIGNATURE_V1, public=bytes(31) + key.public[:1]) for key in who}
    assert quorum_met(policy, strangers) == (policy.quorum is None)


@settings(deadline=None)
@given(policies())
def test_a_policy_reads_back_as_it_was_written(policy):
    log = VerifierKey(name="archive.example/minsk-1", public=b"\xaa" * 32)
    root = VerifierKey(name="archive.example/root", public=b"\xbb" * 32)
    pin = PinnedAuthority(sha256="ab" * 32, kind=AuthorityKind.EXTERNAL, name="first of all")
    whole = Policy(
        logs=(PolicyLog(key=log, url="https://log.example/"),),
        witnesses=policy.witnesses,
        groups=policy.groups,
        quorum=policy.quorum,
        roots=(root,),
        authorities=(pin,),
    )
    assert parse_policy(format_policy(whole)) == whole
