# SPDX-License-Identifier: AGPL-3.0-or-later
"""The check for other systems passes under the guard that stands for them, and says so when something differs."""

import subprocess
import sys
from pathlib import Path

from base_guard import GUARD

ROOT = Path(__file__).resolve().parents[2]
COMMAND = GUARD + "import runpy\nsys.argv = sys.argv[2:]\nrunpy.run_path(sys.argv[0], run_name='__main__')"


def run_check(tmp_path, spoil=None, environment=None):
    """Run the check with every command under the guard as well, by a program that stands in for Python."""
    python = tmp_path / "python"
    inner = tmp_path / "inner.py"
    inner.write_text(
        GUARD + "from sviedka.cli.main import run\nrun(sys.argv[4:])\n"
    )  # [source, -m, sviedka.cli, words]
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{inner}" "{ROOT / "src"}" "$@"\n')
    python.chmod(0o755)
    program = COMMAND.replace("import runpy", f"sys.executable = {str(python)!r}\n{spoil or ''}\nimport runpy")
    words = [sys.executable, "-c", program, str(ROOT / "src"), str(ROOT / "tools" / "base_install_check.py")]
    return subprocess.run(words, capture_output=True, check=False, env=environment, timeout=300)


def test_everything_does_what_it_should_in_a_code_page_that_lacks_most_letters(tmp_path):
    done = run_check(tmp_path, environment={"PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 0, done.stdout.decode("cp1252") + done.stderr.decode("cp1252")
    assert b": 0 differences" in done.stdout
    assert done.stdout.count(b"sviedka verify") == 8


def test_a_check_that_finds_another_report_says_so(tmp_path):
    spoil = "import sviedka.verify.report as it\nit.Report.encode = lambda self: b'{}'"
    done = run_check(tmp_path, spoil)
    assert done.returncode == 1
    assert b"NOT AS IT SHOULD BE" in done.stdout


def test_a_pipe_gets_utf_8_where_nobody_asked_for_another(tmp_path):
    program = (
        "import io, sys\n"
        "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='cp1251')\n"
        "from sviedka.cli.console import carry_every_character\n"
        "{}\nprint('ў → сведка')"
    )
    for words, status in (("carry_every_character()", 0), ("", 1)):  # without it the pipe breaks
        done = subprocess.run([sys.executable, "-c", program.format(words)], capture_output=True, check=False)
        assert done.returncode == status
        assert (done.stdout == "ў → сведка\n".encode()) == (status == 0)
