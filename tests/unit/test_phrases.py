# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pieces of sentences are said in the chosen language, and are plain text everywhere else."""

import copy
import json
from importlib import import_module
from pkgutil import iter_modules

import pytest

import sviedka.anchor
from sviedka.cli import reasons
from sviedka.cli.console import Console
from sviedka.cli.language import speak, translate
from sviedka.cli.reasons import why_said
from sviedka.core.base.compound_kinds import Either, ListOf
from sviedka.core.base.errors import Failure
from sviedka.core.base.kinds import Flag, Integer
from sviedka.core.base.phrases import Phrase, joined, said_of
from sviedka.core.disclose.consent import Decision, describe_missing
from sviedka.core.disclose.consent_terms import Level, Material, Need, Purpose
from sviedka.core.seal.policy import parse_policy
from sviedka.store.dossier.order import parse_order
from sviedka.store.records.casebook import parse_casebook
from sviedka.store.records.plain_yaml import parse_yaml

BROKEN = {
    "yaml": (
        parse_yaml,
        b"case: &a c\n",
        "Радок 1: стаіць якар або псеўданім YAML (& або *); у кнізе справы такога не бывае.",
        "В строке 1 стоит якорь или псевдоним YAML (& или *); в книге дела такого не бывает.",
    ),
    "casebook": (
        parse_casebook,
        b"casebook: 1\ncase: {label: c}\nclaims: {}\n",
        "Радок 3, файл: чакалася: спіс.",
        "Строка 3, файл: нужно: список.",
    ),
    "order": (
        parse_order,
        b"case: c\npurpose: media\nrecipient: {kind: a, name: b}\npage: maybe\n",
        "Радок 4: чакалася: true або false.",
        "Строка 4: нужно: true или false.",
    ),
    "policy": (
        parse_policy,
        b"quorum\n",
        "Радок 1: Гэта не радок палітыкі даверу, або слоў у ім замала ці зашмат.",
        "Строка 1: Это не строка политики доверия, или в ней слишком мало либо слишком много слов.",
    ),
}


@pytest.fixture(autouse=True)
def _english_afterwards():
    yield
    speak("en")


def failure_of(parse, data):
    with pytest.raises(Failure) as caught:
        parse(data)
    return caught.value


@pytest.mark.parametrize("case", BROKEN)
def test_a_sentence_and_the_piece_in_it_are_of_one_language(case):
    parse, data, belarusian, russian = BROKEN[case]
    failure = failure_of(parse, data)
    for language, sentence in (("be", belarusian), ("ru", russian)):
        speak(language)
        assert translate(failure.message, **failure.facts) == sentence


def test_control_a_plain_piece_stays_english():
    speak("be")
    assert "чакалася: a list." in translate("Line {line}: expected {expected}.", line=3, expected="a list")


def test_pieces_within_pieces_are_said_as_well(capsys):
    expected = ListOf(of=Either(kinds=(Integer(least=1, most=5), Flag())), most=9).expects()
    assert expected == "a list of 0 to 9: a whole number from 1 to 5 or true or false"
    speak("ru")
    Console().say("Line {line}: expected {expected}.", line=2, expected=expected)
    said = "Строка 2: нужно: список от 0 до 9: целое число от 1 до 5 или true или false.\n"
    assert capsys.readouterr().out == said


def test_a_piece_is_the_same_text_for_machines_and_survives_a_process():
    piece = said_of(failure_of(parse_policy, b"quorum\n"))
    assert json.loads(json.dumps(piece)) == str(piece)
    nested = Phrase("in {name}, {wrong}", name="a", wrong=Phrase("one of {words}", words="x, y"))
    again = copy.deepcopy(nested)  # by the protocol that processes use between them
    assert (again, again.message, again.facts) == (nested, nested.message, nested.facts)
    speak("be")
    assert translate(again.message, **again.facts) == "у полі a: адно з: x, y"


def test_a_refused_consent_is_said_in_words_of_the_language():
    need = Need(
        purpose=Purpose.MEDIA, recipient="court", level=Level.FULL, material=frozenset({Material.AUDIO, Material.VIDEO})
    )
    missing = describe_missing(Decision(person="1" * 32, need=need, relied_on=(), missing=None))
    told = joined("; ", (joined(": ", ("media", missing)), joined(": ", ("B", missing))))
    assert told.startswith("media: media to court at level full for audio, video; B: media to court")
    speak("be")
    said = translate("Consent is missing: {missing}.", missing=told)
    assert said.startswith(
        "Не хапае згоды: media: медыя — каму: суд, узровень: з поўным імем, матэрыял: гук, відэа; B: "
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "it could not be reached (unavailable.peer)"),
        ("be", "не ўдалося звязацца (unavailable.peer)"),
        ("ru", "не удалось связаться (unavailable.peer)"),
    ],
)
def test_a_missing_stamp_says_why_in_words_and_code(language, sentence):
    speak(language)
    assert translate("{why}", why=why_said("unavailable.peer")) == sentence


def test_every_reason_is_the_code_of_a_failure_and_others_stand_for_themselves():
    for module in iter_modules(sviedka.anchor.__path__, "sviedka.anchor."):
        import_module(module.name)
    assert set(reasons._REASONS) - codes_below(Failure) == set()
    assert why_said("unavailable.of-tomorrow") == "unavailable.of-tomorrow"


def codes_below(kind):
    return {kind.code}.union(*map(codes_below, kind.__subclasses__()))
