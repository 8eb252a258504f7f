# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every text that a person may see is there in Belarusian and Russian, with the same placeholders."""

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "src" / "sviedka" / "locale"
PLACEHOLDER = re.compile(r"\{[a-z_]+\}|%\([a-z_]+\)[rs]|%s")


def catalogue(language):
    return read_po(BytesIO((LOCALE / language / "LC_MESSAGES" / "sviedka.po").read_bytes()), locale=language)


def spoken(message):
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
    return [(sources[-1], text) for text in texts]


def texts_of(messages):
    return {tuple(spoken(message)) for message in messages if message.id}


def test_no_text_is_without_translation():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "messages.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_control_a_text_that_nobody_translated_would_be_named():
    sys.path.insert(0, str(ROOT / "tools"))
    import messages

    missing = messages.merge("be", {"A sentence that was never written.": [("x", 1)]}, check=True)
    assert missing == ["be: no translation: 'A sentence that was never written.'"]


@pytest.mark.parametrize("language", ["be", "ru"])
def test_a_translation_has_the_placeholders_of_its_text(language):
    for message in catalogue(language):
        for source, text in spoken(message) if message.id else ():
            assert sorted(PLACEHOLDER.findall(source)) == sorted(PLACEHOLDER.findall(text)), source


@pytest.mark.parametrize("language", ["be", "ru"])
def test_what_is_compiled_is_what_is_written(language):
    compiled = read_mo(BytesIO((LOCALE / language / "LC_MESSAGES" / "sviedka.mo").read_bytes()))
    assert texts_of(compiled) == texts_of(catalogue(language))


def test_belarusian_has_no_letters_that_only_russian_has():
    for message in catalogue("be"):
        for _, text in spoken(message) if message.id else ():
            assert not set(text) & set("ищъИЩЪ"), text
