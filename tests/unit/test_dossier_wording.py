# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a dossier says is said in each language, with the same facts, and calls nobody guilty."""

import re
import string
from pathlib import Path

import pytest

from sviedka.core.base.consent_words import LEVELS, MATERIALS, PURPOSES
from sviedka.core.disclose.dossier_spec import Language
from sviedka.core.disclose.wording import find_wording
from sviedka.core.record.act_words import ACT_TYPES, DEGREES, METHODS, ROLES
from sviedka.core.record.types.claim import BASES, STATUSES

WORDINGS = {language: find_wording(language) for language in Language}
ENGLISH = WORDINGS[Language.ENGLISH]
TRANSLATED = [WORDINGS[Language.BELARUSIAN], WORDINGS[Language.RUSSIAN]]
EXAMPLE = Path(__file__).parents[2] / "examples" / "belarus-2020" / "casebook.yaml"
GUILT = re.compile(
    r"guilty|murderer|torturer|criminal\b|вінават|забойц|злачын|виновн|убийц|преступник|палач", re.IGNORECASE
)


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("wording", TRANSLATED, ids=lambda wording: wording.language)
def test_every_sentence_is_there_with_the_same_facts(wording):
    assert ENGLISH.texts.keys() == wording.texts.keys()
    for name, text in ENGLISH.texts.items():
        assert placeholders(text) == placeholders(wording.texts[name]), name
        assert text.count("|") == wording.texts[name].count("|"), name


@pytest.mark.parametrize("wording", TRANSLATED, ids=lambda wording: wording.language)
def test_every_recorded_word_is_translated(wording):
    recorded = {*PURPOSES, *LEVELS, *MATERIALS, *ACT_TYPES, *METHODS, *ROLES, *(set(DEGREES) - {""}), *BASES, *STATUSES}
    assert set() == recorded - wording.words.keys()


@pytest.mark.parametrize("wording", TRANSLATED, ids=lambda wording: wording.language)
def test_what_the_worked_example_claims_is_translated(wording):
    predicates = set(re.findall(r"predicate: ([a-z-]+)", EXAMPLE.read_text("utf-8")))
    assert "cause-of-death" in predicates
    assert set() == predicates - wording.words.keys()


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=lambda wording: wording.language)
def test_a_perpetrator_is_reported_in_every_word(wording):
    reported = {"en": "report", "be": "меркаван", "ru": "предполагаем"}[wording.language]
    of_perpetrators = {word for word in WORDINGS[Language.RUSSIAN].words if "perpetrator" in word}
    assert len(of_perpetrators) == 4
    assert [word for word in of_perpetrators if reported not in wording.word(word)] == []


@pytest.mark.parametrize("wording", TRANSLATED, ids=lambda wording: wording.language)
def test_translations_are_not_english(wording):
    latin = [
        name for name, text in wording.texts.items() if re.fullmatch(r"[\x00-\x7f]+", re.sub(r"\{\w+\}", "", text))
    ]
    technical = {"role.unit", "role.degree", "claim", "source.line"}
    assert technical == set(latin)


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=lambda wording: wording.language)
def test_nobody_is_called_guilty(wording):
    denial = {"what.words", "presumption-denied"}  # says that nobody is found guilty; the presumption by its name
    said = {name: text for name, text in {**wording.texts, **wording.words}.items() if name not in denial}
    assert [name for name, text in said.items() if GUILT.search(text)] == []


def test_control_the_search_for_guilt_finds_it():
    assert all(map(GUILT.search, ("the murderer", "вінаваты", "преступник")))


@pytest.mark.parametrize("role", ["reported-perpetrator", "reported-commander"])
def test_who_is_said_to_have_done_it_is_reported(role):
    assert "report" in ENGLISH.word(role)
    assert "паводле паведамлення" in WORDINGS[Language.BELARUSIAN].word(role)
    assert "по сообщению" in WORDINGS[Language.RUSSIAN].word(role)


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=lambda wording: wording.language)
def test_verdict_words_stay_english(wording):
    assert "“unproven”" in wording.texts["check.pin"] or "«unproven»" in wording.texts["check.pin"]


def test_an_unknown_word_is_shown_as_recorded():
    assert ENGLISH.word("some-new-word") == "some new word"
