"""An estimate in a release: the minimum first and never as a total, in each language; nothing of it from the plan itself."""

from dataclasses import replace

import pytest

from release_kit import counts, plan
from sviedka.core.base.ids import StatementId
from sviedka.core.count.estimate.method import LABELS
from sviedka.core.count.release.counting import fill_plan
from sviedka.core.count.release.estimate_words import ESTIMATE_WORDS
from sviedka.core.count.release.estimates import EstimateReveals, figure_of_estimate, refuse_revealing_minimum
from sviedka.core.count.release.facts import Audited, figure_blocks, tell_figure
from sviedka.core.count.suppress.audit import choose_shown
from sviedka.store.release.counts import parse_counts
from sviedka.store.release.files import make_files
from sviedka.store.release.plan import parse_plan

JTI = StatementId("7785717448ac33b7c5bccec8eef9787c")
GIVEN = {
    "unit": "person",
    "what": "detained (invented)",
    "where": "Exampleland",
    "until": "2021-03-31",
    "lists": 3,
    "draws": 20,
    "documented": 2_790,
    "documented_low": 2_780,
    "documented_high": 2_801,
    "range_low": 3_931,
    "range_high": 5_072,
    "level_percent": 95,
    "warned_of": ["models-tied", "few-draws"],
    "methods": [
        {"name": "chao-lower-bound", "people": 3_500, "low": 3_400, "high": 3_600, "range": "outside"},
        {"name": "log-linear", "people": 4_000, "low": 3_931, "high": 4_100, "range": "inside"},
        {"name": "latent-class", "people": 4_400, "low": 4_000, "high": 5_072, "range": "inside"},
    ],
}
REFUSED = {
    name: value for name, value in GIVEN.items() if name not in {"range_low", "range_high", "methods", "warned_of"}
} | {"refused_for": ["methods-apart", "too-wide"]}


@pytest.mark.parametrize(
    ("language", "least", "suggest"),
    [
        ("en", "at least 2\u202f780 documented", "models suggest 3\u202f931 to 5\u202f072"),
        ("be", "задакументавана прынамсі 2\u202f780", "мадэлі паказваюць ад 3\u202f931 да 5\u202f072"),
        ("ru", "задокументировано по меньшей мере 2\u202f780", "модели показывают от 3\u202f931 до 5\u202f072"),
    ],
)
def test_the_minimum_comes_first_and_the_range_beside_it(language, least, suggest):
    number, counted, until, source = tell_figure(figure_of_estimate(JTI, GIVEN, [language]), language)
    assert number == f"{least}; {suggest}"
    assert counted == "person: detained (invented), Exampleland"
    assert until == "2021-03-31"
    words = ESTIMATE_WORDS[language]
    inside, _, outside = source.partition(words.left_out.format(methods=""))
    assert JTI in inside
    assert "95" in inside
    assert all(words.methods[name] in inside for name in ("log-linear", "latent-class"))
    assert words.methods["chao-lower-bound"] in outside
    assert "2" in outside.rsplit(":", 1)[-1]


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_a_refused_estimate_leaves_the_minimum_and_says_why(language):
    figure = figure_of_estimate(JTI, REFUSED, [language])
    number, *_ = tell_figure(figure, language)
    words = ESTIMATE_WORDS[language]
    assert (figure.low, figure.high) == (None, None)
    assert words.at_least.format(least="2\u202f780") in number
    assert number.endswith(f"{words.reasons['methods-apart']}; {words.reasons['too-wide']}")
    assert "3\u202f931" not in " ".join(tell_figure(figure, language))


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_every_method_and_every_reason_has_words(language):
    from estimate_kit import every_refusal

    assert ESTIMATE_WORDS[language].methods.keys() == LABELS.keys()
    assert ESTIMATE_WORDS[language].reasons.keys() == every_refusal() | {"no-range"}


def test_a_release_shows_it_apart_from_what_others_published():
    one = replace(parse_plan(plan()), estimated=(figure_of_estimate(JTI, GIVEN, ["en", "be"]),))
    own, others = figure_blocks(one, "en")
    assert (own.heading, len(own.rows), others.heading) == ("How many there may be", 1, "What others have published")
    assert [block.heading for block in figure_blocks(parse_plan(plan()), "en")] == ["What others have published"]
    version = fill_plan(one, parse_counts(counts(), one))
    shown = replace(version, shown=choose_shown([version]))
    files = make_files(one, shown, Audited(releases=1, least_doubt=10))
    page = files["release.be.html"].decode()
    assert page.index("Колькі іх можа быць") < page.index("Што апублікавалі іншыя")
    assert "мадэлі паказваюць ад 3\u202f931 да 5\u202f072" in page
    without = make_files(replace(one, estimated=()), shown, Audited(releases=1, least_doubt=10))
    assert all(files[name] != without[name] for name in files if name.startswith("release."))


@pytest.mark.parametrize(
    ("least", "earlier", "refused"),
    [
        (9, [], True),
        (10, [], False),
        (2_780, [2_780], False),
        (2_780, [2_771], True),
        (2_780, [2_789], True),
        (2_780, [2_770], False),
        (2_780, [2_700, 2_779], True),
    ],
)
def test_a_minimum_that_tells_of_few_people_is_withheld(least, earlier, refused):
    fields, before = {**GIVEN, "documented_low": least}, [{**GIVEN, "documented_low": one} for one in earlier]
    if refused:
        with pytest.raises(EstimateReveals):
            refuse_revealing_minimum(fields, before, 10)
    else:
        refuse_revealing_minimum(fields, before, 10)


def test_another_question_tells_nothing_of_this_one():
    other = [{**GIVEN, "documented_low": 2_779, "what": "wounded (invented)"}]
    refuse_revealing_minimum(GIVEN, other, 10)
    with pytest.raises(EstimateReveals):
        refuse_revealing_minimum(GIVEN, [{**other[0], "what": GIVEN["what"].upper(), "until": "2021-02-28"}], 10)
