"""Whatever surname is made up, its official spellings meet; keys do not depend on case, marks or the order of the parts."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.bench.invented_names import SPELLINGS, invent_names
from sviedka.bench.romanising import BGN_BE, BGN_RU, ICAO_RU, ISO_9, LACINKA, PASSPORT_BE, romanise
from sviedka.core.count.names.agreement import explain_pair
from sviedka.core.count.names.columns import KeyColumns, derive_columns, derive_part_columns
from sviedka.core.count.names.keys import derive_keys, derive_parts
from sviedka.core.count.names.pair_scores import EncodedNames, score_pairs
from sviedka.core.count.names.scoring import score_pair
from sviedka.core.count.names.skeleton import RULE_NAMES, surname_skeleton

SYLLABLES = st.lists(
    st.tuples(
        st.sampled_from("бвгджзклмнпрстхцчш"), st.sampled_from(["а", "о", "у", "ы", "я", "ю", "ар", "ан", "аль"])
    ),
    min_size=2,
    max_size=4,
)
ENDINGS = st.sampled_from(["оў", "скі", "ская", "овіч", "енка", "ук", "ін", "іна", "овік"])
SURNAMES = st.builds(lambda body, end: "".join(a + b for a, b in body) + "к" + end, SYLLABLES, ENDINGS)
LOOKALIKES = dict(zip("аеорсіху", "aeopcixy", strict=True))
PEOPLE = invent_names(60, np.random.default_rng(7))


def meet(left, right):
    return not set(derive_keys(left).surname_keys).isdisjoint(derive_keys(right).surname_keys)


@given(SURNAMES)
@settings(max_examples=300)
def test_all_official_spellings_of_a_made_up_surname_meet(surname):
    spelled = [romanise(surname, system) for system in (PASSPORT_BE, BGN_BE, LACINKA)]
    assert [spelling for spelling in spelled if not meet(surname, spelling)] == []


@given(SURNAMES)
@settings(max_examples=300)
def test_russian_spellings_of_a_made_up_surname_meet(surname):
    russian = surname.replace("і", "и").replace("ў", "в")
    spelled = [romanise(russian, system) for system in (BGN_RU, ICAO_RU, ISO_9)]
    assert [spelling for spelling in (surname, *spelled) if not meet(russian, spelling)] == []


@given(SURNAMES, st.integers(0, 40))
def test_a_letter_typed_in_the_other_script_changes_no_key(surname, place):
    at = place % len(surname)
    mixed = surname[:at] + LOOKALIKES.get(surname[at], surname[at]) + surname[at + 1 :]
    assert derive_keys(mixed) == derive_keys(surname)


@given(SURNAMES)
def test_a_name_is_never_changed_and_read_the_same_again(surname):
    columns = derive_columns([surname, surname.title(), surname])
    assert columns.surname_keys[0] == columns.surname_keys[1] == columns.surname_keys[2]
    assert derive_keys(surname) == derive_keys(surname)


@given(SURNAMES)
def test_case_and_marks_change_no_key(surname):
    keys = derive_keys(surname)
    for other in (surname.upper(), surname.title(), f" {surname}. ", surname[:1] + "\u0301" + surname[1:]):
        assert derive_keys(other) == keys


@given(st.text(max_size=60))
def test_no_text_breaks_a_key_and_all_keys_are_small_and_plain(text):
    keys = derive_keys(text)
    assert len(keys.surname_keys) <= 6
    assert derive_keys(text) == keys


@given(st.sampled_from(PEOPLE), st.sampled_from(range(len(SPELLINGS))), st.sampled_from(range(len(SPELLINGS))))
def test_two_spellings_of_one_person_score_one_whatever_their_order(person, first, second):
    left = derive_parts(given=person.spellings[first][0], surname=person.spellings[first][1])
    right = derive_parts(given=person.spellings[second][0], surname=person.spellings[second][1])
    assert score_pair(left, right) == 1.0
    assert score_pair(right, left) == 1.0


@given(st.lists(st.sampled_from([s for p in PEOPLE for s in p.spellings]), min_size=2, max_size=12))
def test_scores_by_the_million_are_those_of_one_pair(names):
    columns = derive_part_columns(surnames=[surname for _, surname in names], given=[first for first, _ in names])
    keys = [derive_parts(given=first, surname=surname) for first, surname in names]
    left, right = (np.array(side) for side in np.triu_indices(len(names)))
    found = score_pairs(EncodedNames.from_columns(columns), left, right)
    expected = [score_pair(keys[i], keys[j]) for i, j in zip(left, right, strict=True)]
    assert found == pytest.approx(expected, abs=1e-6)
    assert KeyColumns.from_keys(keys) == columns


def test_scores_by_the_million_know_patronymics_missing_parts_and_places():
    columns = derive_columns(["Карпенкаў Іван Пятровіч", "Карпенков Иван Иванович", "", "Карпенкаў, І."])
    encoded = EncodedNames.from_columns(columns)
    found = score_pairs(encoded, np.array([0, 0, 0]), np.array([1, 2, 3]))
    assert found == pytest.approx([0.6, 0.0, 0.9])
    with pytest.raises(IndexError):
        score_pairs(encoded, np.array([0]), np.array([4]))


def test_control_people_of_other_names_score_less_than_spellings_of_one():
    keys = [derive_parts(given=p.spellings[0][0], surname=p.spellings[0][1]) for p in PEOPLE]
    scores = [score_pair(a, b) for place, a in enumerate(keys) for b in keys[:place]]
    assert max(scores) < 1.0
    assert sorted(scores)[int(len(scores) * 0.99)] < 0.85


@pytest.mark.parametrize("rule", RULE_NAMES)
def test_control_each_rule_does_something(rule):
    """Left out, some spelling of an invented name, or of a slip of it, gets another key."""
    from sviedka.core.count.names.skeleton import given_skeleton
    from sviedka.core.count.names.sounds import readings
    from sviedka.core.count.names.spelling import clean_word

    words = [part for person in PEOPLE for spelling in person.spellings for part in spelling]
    words += ["Rossokhin", "Karpenkoff", "Ілкоў", "Vosipau", "Наум", "Чычын", "Vlasov", "Яна"]
    sounds = [sound for word in words for sound in readings(clean_word(word))]
    whole = [(surname_skeleton(sound), given_skeleton(sound)) for sound in sounds]
    without = frozenset((rule,))
    assert whole != [(surname_skeleton(s, without=without), given_skeleton(s, without=without)) for s in sounds]


def test_an_explanation_is_the_same_from_both_sides():
    for left, right in pairwise(PEOPLE):
        a = derive_keys(" ".join(left.spellings[0]))
        b = derive_keys(" ".join(right.spellings[1]))
        assert explain_pair(a, b) == explain_pair(b, a)
