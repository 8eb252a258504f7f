# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person opens verify.html from a file, hands over a dossier, and reads the verdict: by folder, ZIP, drop and keyboard."""

import itertools
import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "src/sviedka/verify/page/verify.html"
FOLDER = ROOT / "spec/vectors/dossier"
GOOD = FOLDER / "accept/a-small-dossier-holds.zip"
ALTERED = FOLDER / "reject/a-disclosure-with-a-changed-value.zip"
NO_DOSSIER = FOLDER / "reject/a-folder-that-is-no-dossier.zip"
POLICY = FOLDER / "policy"
LOCALES = {"en": "en-GB", "be": "be-BY", "ru": "ru-RU"}


@pytest.fixture
def open_page(browser):
    """Open the page as a fresh visitor; afterwards nothing may have gone wrong or been asked for."""
    contexts, faults, asked = [], [], []

    def opened(language="en", width=1280, **options):
        context = browser.new_context(locale=LOCALES[language], viewport={"width": width, "height": 900}, **options)
        context.set_offline(True)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(PAGE.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
    assert [url for url in asked if not url.startswith((PAGE.as_uri(), "data:", "blob:"))] == []


@pytest.fixture
def unpacked(tmp_path):
    def unpack(vector):
        folder = tmp_path / vector.stem
        with zipfile.ZipFile(vector) as bag:
            bag.extractall(folder)  # our own vector
        return folder

    return unpack


def verdict(page):
    page.wait_for_selector("#verdict")
    return page.locator("#verdict .english").inner_text()


def expected(vector, kind):
    return json.loads(vector.with_suffix(f".{kind}.json").read_bytes())


def shown_parts(page):
    parts = page.locator(".part")
    return {
        parts.nth(number).get_attribute("data-part"): parts.nth(number).get_attribute("data-verdict")
        for number in range(parts.count())
    }


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize(
    ("vector", "kind"),
    [(GOOD, "none"), (GOOD, "policy"), (ALTERED, "policy"), (NO_DOSSIER, "none")],
    ids=["unproven", "holds", "refuted", "malformed"],
)
def test_every_verdict_stands_in_english_with_its_reasons_in_the_readers_language(open_page, language, vector, kind):
    page = open_page(language, width=390)
    if kind == "policy":
        page.set_input_files("#policy", POLICY)
    page.set_input_files("#zip", vector)
    report = expected(vector, kind)
    assert verdict(page) == report["verdict"]
    assert page.locator("html").get_attribute("lang") == language
    assert shown_parts(page) == {part["name"]: part["verdict"] for part in report["parts"]}
    codes = {finding["code"] for part in report["parts"] for finding in part["findings"]}
    shown = page.locator(".finding")
    assert {shown.nth(number).get_attribute("data-code") for number in range(shown.count())} == codes
    text = page.locator(".parts").inner_text()
    assert not any(code in text for code in codes)
    assert (re.search("[а-яў]{4}", text) is not None) == (language != "en")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_chosen_folder_gets_the_same_verdict_as_its_zip(open_page, unpacked):
    page = open_page()
    page.set_input_files("#policy", POLICY)
    page.set_input_files("#folder", unpacked(GOOD))
    assert verdict(page) == "holds"
    assert "a-small-dossier-holds" in page.locator("#chosen").inner_text()


def test_a_file_that_somebody_put_into_the_folder_is_named(open_page, unpacked):
    folder = unpacked(GOOD)
    (folder / "data" / ".DS_Store").write_bytes(b"made by a computer")
    page = open_page()
    page.set_input_files("#folder", folder)
    assert verdict(page) == "malformed"
    assert "data/.DS_Store" in page.locator(".part").first.inner_text()


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_dossier_is_dropped_on_the_page(open_page, unpacked, kind):
    # Chromium gives no page a folder below /dev, where the tests may lie in memory.
    with tempfile.TemporaryDirectory() as place:
        folder = shutil.copytree(unpacked(GOOD), Path(place) / "dossier")
        drop(open_page(), folder if kind == "folder" else GOOD)


def drop(page, dropped):
    """Drop a file or folder on the page; its verdict is what it is without a policy."""
    box = page.locator("#drop").bounding_box()
    assert box is not None
    devtools = page.context.new_cdp_session(page)
    for step in ("dragEnter", "dragOver", "drop"):
        devtools.send(
            "Input.dispatchDragEvent",
            {
                "type": step,
                "x": box["x"] + 40,
                "y": box["y"] + 40,
                "data": {"items": [], "files": [str(dropped)], "dragOperationsMask": 1},
            },
        )
    assert verdict(page) == "unproven"


def test_typed_fingerprints_are_as_good_as_a_policy_file(open_page):
    words = [line.split() for line in POLICY.read_text().splitlines()]
    page = open_page()
    page.set_input_files("#zip", GOOD)
    assert verdict(page) == "unproven"
    page.locator(".typed summary").click()
    page.fill("#typed-root", next(line[2] for line in words if line[:2] == ["#sviedka", "root"]))
    page.fill("#typed-witnesses", "\n".join(line[2] for line in words if line[:1] == ["witness"]))
    page.fill(
        "#typed-authorities",
        "\n".join(f"{':'.join(re.findall('..', line[2].upper()))} {line[3]}" for line in words if line[1:2] == ["tsa"]),
    )
    page.click(".typed button[type=submit]")
    expect(page.locator("#verdict .english")).to_have_text("holds")


def test_fingerprints_that_make_no_sense_are_refused_and_nothing_is_said(open_page):
    page = open_page()
    page.set_input_files("#zip", GOOD)
    assert verdict(page) == "unproven"
    page.locator(".typed summary").click()
    page.fill("#typed-root", "trust me")
    page.click(".typed button[type=submit]")
    expect(page.locator(".trust .fault")).to_be_visible()
    expect(page.locator("#verdict")).to_have_count(0)


def test_another_persons_root_key_leaves_it_unproven(open_page, tmp_path):
    lines = POLICY.read_text().splitlines(keepends=True)
    without = tmp_path / "policy"
    without.write_text("".join(line for line in lines if not line.startswith("#sviedka root")))
    page = open_page()
    page.set_input_files("#policy", without)
    page.set_input_files("#zip", GOOD)
    assert verdict(page) == "unproven"
    assert shown_parts(page)["origin"] == "unproven"


def test_the_saved_report_is_the_report(open_page):
    page = open_page()
    page.set_input_files("#policy", POLICY)
    page.set_input_files("#zip", GOOD)
    assert verdict(page) == "holds"
    with page.expect_download() as download:
        page.locator(".keep button").first.click()
    assert Path(download.value.path()).read_bytes() == GOOD.with_suffix(".policy.json").read_bytes()


def test_it_works_by_keyboard_and_says_what_happens(open_page):
    page = open_page()
    # Listening from the start: a chooser that opens before the browser was told to hand it over is never seen.
    page.on("filechooser", lambda chooser: chooser.set_files(GOOD))
    page.locator("body").press("Tab")
    reached = []
    while reached[-1:] != ["SUMMARY"] and len(reached) < 12:
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        page.keyboard.press("Tab")
    assert [name for name in reached if name != "BUTTON"] == ["folder", "zip", "policy", "SUMMARY"]
    page.focus("#zip")
    page.keyboard.press("Enter")
    assert verdict(page) == "unproven"
    assert page.evaluate("document.activeElement.id") == "verdict"
    assert page.locator("#result").get_attribute("aria-live") == "polite"


def test_every_control_has_a_name_and_headings_go_down_one_by_one(open_page):
    page = open_page()
    page.set_input_files("#zip", GOOD)
    assert verdict(page) == "unproven"
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('input, textarea, button')].filter((control) =>
          !(control.labels?.length > 0) && control.textContent.trim() === '').map((control) => control.outerHTML)"""
    )
    assert nameless == []
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((one) => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


CONTRAST = """() => {
  const light = (text) => {
    const parts = text.match(/[0-9.]+/g).map(Number);
    const [red, green, blue] = parts.slice(0, 3).map((one) => {
      const share = one / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const backOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const back = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$/.test(back) && back !== 'transparent') return back;
    }
    return 'rgb(255, 255, 255)';
  };
  return Math.min(...[...document.querySelectorAll('#app *')]
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== ''))
    .map((one) => {
      const [front, back] = [light(getComputedStyle(one).color), light(backOf(one))];
      return (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    }));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("vector", [GOOD, ALTERED, NO_DOSSIER], ids=["unproven", "refuted", "malformed"])
def test_text_stands_out_from_its_ground(open_page, scheme, vector):
    page = open_page(color_scheme=scheme)
    page.set_input_files("#zip", vector)
    verdict(page)
    assert page.evaluate(CONTRAST) >= 4.5


def test_switching_the_language_keeps_the_verdict(open_page):
    page = open_page()
    page.set_input_files("#zip", GOOD)
    assert verdict(page) == "unproven"
    page.click('.languages [lang="be"]')
    assert verdict(page) == "unproven"
    assert page.locator("#verdict .own").inner_text() == "не даказана"
    assert page.locator('.languages [lang="be"]').get_attribute("aria-pressed") == "true"


def test_nothing_is_stored_and_nothing_can_be_sent(open_page):
    page = open_page()
    page.set_input_files("#zip", GOOD)
    assert verdict(page) == "unproven"
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0


def test_the_page_itself_may_not_fetch_even_with_a_network(browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(PAGE.as_uri())
    refused = page.evaluate(
        """() => new Promise((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
          fetch('http://127.0.0.1:9/').catch(() => setTimeout(() => resolve('not refused by the policy'), 500));
        })"""
    )
    context.close()
    assert refused == "connect-src"
