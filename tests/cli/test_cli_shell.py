# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shell around the commands: statuses, JSON, help, languages, and what it never prints."""

import errno
import json
import subprocess
import sys

import pytest

from sviedka.cli import main as shell
from sviedka.cli.console import Console, visible
from sviedka.cli.language import choose_language, speak, translate
from sviedka.core.base.errors import Malformed, Refuted, Unavailable, Unproven, Withheld


def sviedka(*words, **options):
    return subprocess.run(
        [sys.executable, "-m", "sviedka.cli", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        **options,
    )


class Misbehaving:
    """A command whose `run` raises what it is told to."""

    SUMMARY = EXAMPLE = "x"

    def __init__(self, outcome):
        self.outcome = outcome

    def configure(self, parser):
        """Add nothing."""

    def run(self, arguments, console):
        raise self.outcome


def run_raising(monkeypatch, capsys, outcome, *words):
    monkeypatch.setattr(shell, "_command", lambda _name: Misbehaving(outcome))
    status = shell.main(["lock", *words])
    return status, capsys.readouterr()


@pytest.mark.parametrize(
    ("kind", "status"), [(Refuted, 10), (Unproven, 20), (Malformed, 30), (Withheld, 40), (Unavailable, 50)]
)
def test_each_kind_of_failure_leaves_with_its_own_status(monkeypatch, capsys, kind, status):
    got, printed = run_raising(monkeypatch, capsys, kind("The sentence."))
    assert got == status
    assert "The sentence." in printed.err


def test_json_prints_one_object_and_nothing_else(monkeypatch, capsys):
    _, printed = run_raising(monkeypatch, capsys, Withheld("No."), "--json")
    assert json.loads(printed.out)["verdict"] == "withheld"


def test_an_interruption_leaves_with_130(monkeypatch, capsys):
    assert run_raising(monkeypatch, capsys, KeyboardInterrupt())[0] == 130


def test_a_bug_leaves_with_1_and_does_not_print_its_values(monkeypatch, capsys):
    status, printed = run_raising(monkeypatch, capsys, RuntimeError("canary-of-a-name"))
    assert status == 1
    assert "canary-of-a-name" not in printed.err + printed.out
    assert "RuntimeError" in printed.err


@pytest.mark.parametrize("refusal", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_disk_that_refuses_where_nobody_thought_of_it_is_no_bug(monkeypatch, capsys, refusal):
    status, printed = run_raising(monkeypatch, capsys, OSError(refusal, "canary-of-a-name", "canary-of-a-path"))
    assert status == 50
    assert "canary" not in printed.err + printed.out


def test_a_file_that_is_not_there_where_it_should_be_is_a_bug(monkeypatch, capsys):
    assert run_raising(monkeypatch, capsys, FileNotFoundError(errno.ENOENT, "gone"))[0] == 1


def test_wrong_usage_leaves_with_2():
    assert sviedka("seal").returncode == 2
    assert sviedka("no-such-command").returncode == 2


@pytest.mark.parametrize("command", shell.COMMANDS)
def test_every_command_has_help_with_an_example(command):
    printed = sviedka(command, "--help")
    assert printed.returncode == 0
    assert f"sviedka {command}" in printed.stdout.partition("Example:")[2]


def test_the_language_asked_for_wins_over_the_surroundings(monkeypatch):
    monkeypatch.setenv("SVIEDKA_LANGUAGE", "ru")
    assert choose_language(["status"]) == "ru"
    assert choose_language(["status", "--language", "be"]) == "be"
    assert choose_language(["--language=en"]) == "en"


def test_the_three_languages_say_different_things():
    said = set()
    for language in ("en", "be", "ru"):
        speak(language)
        said.add(translate("It was locked already."))
    speak("en")
    assert len(said) == 3


def test_a_hostile_name_cannot_rewrite_the_line(capsys):
    hostile = "photo\u202egpj.exe\x1b[2J\r\n"
    Console().say("{name}", name=hostile)
    printed = capsys.readouterr().out
    assert "\u202e" not in printed
    assert "\x1b" not in printed
    assert printed.count("\n") == 1
    assert visible("Фото №1") == "Фото №1"


def test_outside_an_archive_the_commands_say_so(tmp_path):
    for command in (["status"], ["check"], ["lock"]):
        printed = sviedka(*command, cwd=tmp_path)
        assert printed.returncode == 50, printed
        assert "archive" in printed.stderr
        assert "Traceback" not in printed.stderr
