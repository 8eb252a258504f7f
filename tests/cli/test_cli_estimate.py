"""`sviedka estimate`: the sentence that may be quoted, one object, the same bytes again, and clear sentences when it cannot."""

import json
import re
import subprocess
import sys

import pytest

EASY = "=cmd|calc,<b>clinic</b>,first,people\n1,0,0,210\n0,1,0,140\n0,0,1,90\n1,1,0,140\n1,0,1,90\n0,1,1,60\n1,1,1,60\n"
POOR = "a,b,c,people\n1,0,0,9\n0,1,0,9\n0,0,1,9\n1,1,0,2\n"
QUESTION = ("--what", "detained (invented) & <i>", "--where", "Exampleland", "--until", "2021-03-31")


def estimate(place, *words, language="en"):
    return subprocess.run(
        [sys.executable, "-m", "sviedka.cli", "estimate", *words, "--language", language],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("estimate")
    (folder / "easy.csv").write_text(EASY)
    (folder / "poor.csv").write_text(POOR)
    (folder / "foreign.csv").write_bytes("суд,people\n1,3\n".encode("cp1251"))
    (folder / "cut.run").write_bytes(b"PK\x03\x04" + bytes(40))
    return folder


@pytest.fixture(scope="module")
def twice(place):
    return [estimate(place, "easy.csv", *QUESTION, "--quick", "--json", "-o", name) for name in ("one", "two")]


def test_one_object_says_what_is_counted_and_how_sure(twice):
    told = json.loads(twice[0].stdout)
    assert twice[0].returncode == 0, twice[0].stderr
    low, high = told["range"]
    assert 790 < low < 1_000 < high
    assert told["headline"].startswith("At least 790 documented; models suggest")
    assert told["counted"]["until"] == "2021-03-31"
    assert {one["name"] for one in told["methods"]} > {"log-linear", "latent-class", "graph-average"}


def test_the_same_table_gives_the_same_bytes(place, twice):
    names = {file.name for file in (place / "one").iterdir()}
    assert names == {"estimate.html", "estimate.json", "overlap.svg", "intervals.svg", "posterior.svg", "trace.svg"}
    for name in names:
        assert (place / "one" / name).read_bytes() == (place / "two" / name).read_bytes(), name


def test_the_page_runs_nothing_asks_for_nothing_and_escapes_what_came_from_outside(place, twice):
    page = (place / "one" / "estimate.html").read_text()
    assert "&lt;b&gt;clinic&lt;/b&gt;" in page
    assert "<b>clinic" not in page
    assert "<i>" not in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "default-src 'none'" in page
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers)) > 20


def test_a_refusal_names_its_reasons_and_gives_the_minimum_alone(place):
    done = estimate(place, "poor.csv", *QUESTION, "-o", "refused", language="be")
    assert done.returncode == 0, done.stderr
    assert "Задакументавана прынамсі 29. Агульная колькасць не называецца." in done.stdout
    assert "Агульных людзей у парах спісаў: 2" in done.stdout
    page = (place / "refused" / "estimate.html").read_text()
    assert 'lang="be"' in page
    assert 'class="said refused"' in page
    assert json.loads((place / "refused" / "estimate.json").read_text())["range"] is None


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["absent.csv", *QUESTION], 50, "no file"),
        (["foreign.csv", *QUESTION], 30, "UTF-8"),
        (["cut.run"], 30, "linkage run"),
        (["easy.csv"], 30, "not said what"),
        (["easy.csv", *QUESTION[:5], "March"], 30, "no day"),
        (["easy.csv", *QUESTION, "--copied", "first"], 30, "COPY=LIST"),
        (["easy.csv", *QUESTION, "--copied", "first=nothing"], 30, "No list is called"),
        (["easy.csv", *QUESTION, "-o", "."], 50, "already there"),
    ],
)
def test_what_cannot_be_estimated_is_said_with_its_status(place, words, status, says):
    done = estimate(place, *words)
    assert done.returncode == status, done.stderr
    assert says in done.stderr
