# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk knew when it stated something: its own log before it, what is named there as known, and all before that."""

from hypothesis import given
from hypothesis import strategies as st

from sviedka.core.disclose.known_before import Placed, known_before

NAMES = [f"{number:032x}" for number in range(12)]


@st.composite
def logs(draw):
    """Statements of three desks; each names some of those that were stated before it anywhere."""
    said = []
    for name in NAMES[: draw(st.integers(1, len(NAMES)))]:
        desk = draw(st.sampled_from(("minsk", "vilnius", "gomel")))
        heads = tuple(sorted(draw(st.frozensets(st.sampled_from(said), max_size=2)), key=str)) if said else ()
        index = sum(one.desk == desk for one in said)
        said.append(Placed(jti=name, desk=desk, index=index, heads=tuple(one.jti for one in heads)))
    return said


@given(said=logs(), data=st.data())
def test_it_is_all_before_it_in_its_own_log_what_that_names_and_all_before_that(said, data):
    one = data.draw(st.sampled_from(said))
    known = known_before(one.jti, data.draw(st.permutations(said)))
    own = {other.jti for other in said if other.desk == one.desk and other.index < one.index}
    assert own | {*one.heads} <= known
    assert one.jti not in known
    for other in said:
        if other.jti in known:
            assert known_before(other.jti, said) <= known
    assert not any(other.desk == one.desk and other.index > one.index for other in said if other.jti in known)


@given(said=logs(), data=st.data())
def test_what_comes_later_changes_nothing(said, data):
    """Nor does a statement that is not here, or a subject of which nothing is."""
    one = data.draw(st.sampled_from(said))
    until = said[: said.index(one) + 1]
    assert known_before(one.jti, until) == known_before(one.jti, said)
    assert known_before("f" * 32, said) == frozenset()


def test_through_another_desk_all_that_stood_before_there_is_known():
    held = Placed(jti=NAMES[0], desk="minsk", index=3, heads=())
    later = Placed(jti=NAMES[1], desk="minsk", index=5, heads=())
    knowing = Placed(jti=NAMES[2], desk="vilnius", index=0, heads=(NAMES[1],))
    unknowing = Placed(jti=NAMES[3], desk="vilnius", index=0, heads=())
    assert known_before(NAMES[2], [held, later, knowing]) == {NAMES[0], NAMES[1]}
    assert known_before(NAMES[3], [held, later, unknowing]) == frozenset(), "the control"
