# SPDX-License-Identifier: AGPL-3.0-or-later
"""One Chromium for the tests of the page, and a tab that has the page open from a file with the network off."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

PAGE = Path(__file__).resolve().parents[2] / "src/sviedka/verify/page/verify.html"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context()
    context.set_offline(True)
    tab = context.new_page()
    tab.goto(PAGE.as_uri())
    return tab
