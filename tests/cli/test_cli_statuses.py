# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes wrong at the command line, on one real archive: a clear sentence, the right status, one object, nothing lost."""

import json
import signal
import subprocess
import sys
import time

import pytest

from ready_command import run_command

UNKNOWN = "0123456789abcdef0123456789abcdef"
LISTENING = ("env", "--default-signal=INT")  # who starts the tests in the background lets all they start ignore it
USAGE, MALFORMED, UNPROVEN, WITHHELD, UNAVAILABLE = 2, 30, 20, 40, 50


def sviedka(*words, cwd):
    return run_command(*words, cwd=cwd)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Return a folder with an unlocked archive `a` of one sealed file, a locked one `b`, and files that are not ours."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "pass").write_text("four words nobody else knows\n")
    (folder / "wrong").write_text("three words only\n")
    (folder / "photo.jpg").write_bytes(b"not a photo")
    (folder / "there").write_text("mine")
    (folder / "foreign.bin").write_bytes(bytes(range(256)))
    (folder / "empty.yaml").write_text("")
    (folder / "short.yaml").write_text("case: c\n")
    (folder / "casebook.yaml").write_text("casebook: 9\n")
    (folder / "link").symlink_to("photo.jpg")
    for name in "ab":
        made = sviedka(
            "init", name, "--name", "t.example", "--key-cost", "demonstration", "--passphrase-file", "pass", cwd=folder
        )
        assert made.returncode == 0, made.stderr
    assert sviedka("unlock", "--archive", "a", "--passphrase-file", "pass", cwd=folder).returncode == 0
    assert sviedka("seal", "photo.jpg", "--case", "c", "--archive", "a", cwd=folder).returncode == 0
    yield folder
    sviedka("lock", "--archive", "a", cwd=folder)


WRONG = [
    ("init a --passphrase-file pass --key-cost demonstration", UNAVAILABLE, "archive in this folder already"),
    ("init n", WITHHELD, "no terminal"),
    ("init n --passphrase-file empty.yaml", MALFORMED, "empty"),
    ("init n --passphrase-file nowhere", UNAVAILABLE, "passphrase file"),
    ("init n --desk ../up --passphrase-file pass", MALFORMED, "origin"),
    ("unlock --archive b --passphrase-file wrong", WITHHELD, "passphrase"),
    ("unlock --archive b --passphrase-file pass --minutes 0", USAGE, "1 to 1440"),
    ("status --archive nowhere", UNAVAILABLE, "no archive here"),
    ("seal photo.jpg --case c --archive b", UNAVAILABLE, "locked"),
    ("seal photo.jpg --archive a", USAGE, "--case"),
    ("seal nowhere --case c --archive a", UNAVAILABLE, "Could not be read"),
    ("seal link --case c --archive a", UNAVAILABLE, "link is not followed"),
    ("seal a/keys --case c --archive a", UNAVAILABLE, "archive's own folder"),
    ("seal . --case c --archive a", UNAVAILABLE, "archive itself"),
    ("record nowhere.yaml --archive a", UNAVAILABLE, "no file"),
    ("record . --archive a", UNAVAILABLE, "folder"),
    ("record empty.yaml --archive a", MALFORMED, "empty"),
    ("record foreign.bin --archive a", MALFORMED, "UTF-8"),
    ("record casebook.yaml --archive a", MALFORMED, "version 1"),
    (f"open {UNKNOWN} -o out --purpose p --archive a", UNPROVEN, "items"),
    (f"open {UNKNOWN} -o there --purpose p --archive a", UNAVAILABLE, "already there"),
    (f"open {UNKNOWN} -o no/such/out --purpose p --archive a", UNAVAILABLE, "no folder"),
    (f"open {UNKNOWN} -o a/out --purpose p --archive a", UNAVAILABLE, "archive's own folder"),
    (f"open {UNKNOWN} -o out --archive a", USAGE, "--purpose"),
    (f"approve {UNKNOWN} --action erase --archive a --passphrase-file pass", UNPROVEN, "no statement"),
    (f"approve {UNKNOWN} --action erase --archive b --passphrase-file pass", UNAVAILABLE, "locked"),
    (f"approve {UNKNOWN} --archive a", USAGE, "--action"),
    ("approve somebody --action erase --archive a", MALFORMED, "identifier"),
    (f"log prove {UNKNOWN} -o out --archive a", UNPROVEN, "No statement"),
    ("log policy -o there --archive a", UNAVAILABLE, "already there"),
    ("log cosign --answer nowhere --archive a", UNPROVEN, ""),
    ("log checkpoint --archive b", UNAVAILABLE, "locked"),
    ("stamp --archive a", UNPROVEN, ""),
    ("rebuild --archive b", UNAVAILABLE, "locked"),
    ("dossier nowhere.yaml -o out --archive a", UNAVAILABLE, "no file"),
    ("dossier short.yaml -o out --archive a", MALFORMED, "SPEC"),
    ("dossier short.yaml -o there --archive a", UNAVAILABLE, "already there"),
    ("verify nowhere", UNAVAILABLE, "no file or folder"),
    ("verify foreign.bin", MALFORMED, ""),
    ("verify foreign.bin --policy foreign.bin", MALFORMED, ""),
    ("verify foreign.bin --cosigner typed-without-a-root", USAGE, "--root"),
    ("verify foreign.bin --policy pass --root typed-as-well", USAGE, "--policy"),
    ("cosigner new there --name x.example/c", UNAVAILABLE, "already there"),
    ("cosigner answer nokey --log x --memory m nowhere -o out", UNAVAILABLE, "no file"),
    ("cosigner serve nokey --log x --memory m --port 99999", USAGE, "65535"),
    ("bench --only speed-of-light", USAGE, "speed-of-light"),
    ("no-such-command", USAGE, "no-such-command"),
]


def everything_in(folder):
    """Return every file's size, but those that a running keeper and database write as they please."""
    return {
        path: path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not {"run", "database"} & set(path.relative_to(folder).parts)
    }


@pytest.mark.parametrize(("words", "status", "sentence"), WRONG, ids=[words for words, _, _ in WRONG])
def test_what_goes_wrong_is_said_and_nothing_is_changed(office, words, status, sentence):
    before = everything_in(office)
    said = sviedka(*words.split(), cwd=office)
    assert said.returncode == status, said.stderr
    assert sentence in said.stderr
    assert "bug" not in said.stderr
    assert everything_in(office) == before


@pytest.mark.parametrize(("words", "status"), [(words, status) for words, status, _ in WRONG[::3]])
def test_what_goes_wrong_is_one_object_under_json(office, words, status):
    said = sviedka(*words.split(), "--json", cwd=office)
    assert said.returncode == status
    assert json.loads(said.stdout)["verdict"] != "holds"


@pytest.mark.parametrize(
    "words",
    ["status", "check", "check --full", "log checkpoint", "log export public", "rebuild", "unlock", "completion bash"],
)
def test_what_goes_well_is_one_object_under_json_wherever_it_stands(office, words):
    said = sviedka(*words.split(), "--json", *(() if "bash" in words else ("--archive", "a")), cwd=office)
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["verdict"] == "holds"


def test_an_option_before_the_action_is_not_forgotten(office):
    said = sviedka("log", "--archive", "a", "--json", "checkpoint", cwd=office)
    assert json.loads(said.stdout)["verdict"] == "holds"


def test_an_unlocked_archive_asks_for_nothing_and_says_so(office):
    said = sviedka("unlock", "--archive", "a", "--passphrase-file", "wrong", cwd=office)
    assert said.returncode == 0
    assert "already" in said.stdout


def test_only_a_full_check_of_a_locked_archive_names_what_it_left_out(office):
    assert "locked" in sviedka("check", "--full", "--archive", "b", cwd=office).stdout
    assert "locked" not in sviedka("check", "--full", "--archive", "a", cwd=office).stdout


def test_an_encrypted_delivery_is_told_from_a_broken_one(office):
    (office / "delivery.age").write_bytes(b"age-encryption.org/v1\n-> X25519 x\n")
    said = sviedka("verify", "delivery.age", cwd=office)
    assert said.returncode == MALFORMED
    assert "age -d" in said.stderr
    assert "age -d" not in sviedka("verify", "foreign.bin", cwd=office).stderr


def test_no_bar_is_drawn_where_nobody_watches(office):
    said = sviedka("check", "--full", "--archive", "a", cwd=office)
    assert "\x1b" not in said.stdout + said.stderr


def test_every_action_has_help_with_an_example(office):
    for words in ("log checkpoint", "log prove", "log cosign", "log export", "log policy", "cosigner new"):
        said = sviedka(*words.split(), "--help", cwd=office)
        assert f"sviedka {words}" in said.stdout.partition("Example:")[2]


def test_interrupted_work_leaves_with_130_and_keeps_nothing_half(office):
    large = office / "large.bin"
    with large.open("wb") as file:
        file.truncate(4 << 30)
    sealing = subprocess.Popen(
        [
            *LISTENING,
            sys.executable,
            "-m",
            "sviedka.cli",
            *["seal", "large.bin", "--case", "c", "--archive", "a", "--json"],
        ],
        cwd=office,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not any((office / "a" / "objects" / ".tmp").glob("*")):
        assert sealing.poll() is None
        time.sleep(0.01)
    sealing.send_signal(signal.SIGINT)
    out, err = sealing.communicate(timeout=60)
    large.unlink()
    assert sealing.returncode == 130, err
    assert json.loads(out)["verdict"] == "interrupted"
    # A signal may come before the clean-up has begun; what is left then is swept by the next start.
    sviedka("status", "--archive", "a", cwd=office)
    assert not any((office / "a" / "objects" / ".tmp").glob("*"))
    assert sviedka("check", "--full", "--archive", "a", cwd=office).returncode == 0


def test_the_shell_completes_commands_actions_and_choices(office):
    script = (
        f'eval "$({sys.executable} -m sviedka.cli completion bash)"\n'
        'try() { COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _shtab_sviedka; echo "${COMPREPLY[*]}"; }\n'
        "try sviedka lo; try sviedka log p; try sviedka log checkpoint --j; try sviedka bench --only log\n"
    )
    done = subprocess.run(["bash", "-c", script], cwd=office, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["lock log", "prove policy", "--json", "log_build log_proof"]


def test_an_approval_is_given_with_the_right_passphrase_and_by_nobody_else(office):
    """Each wrong way is said and records nothing; then the right one."""
    item = json.loads(sviedka("seal", "photo.jpg", "--case", "c", "--archive", "a", "--json", cwd=office).stdout)
    words = ("open", item["sealed"][0]["item"], "-o", "opened.jpg", "--purpose", "p", "--archive", "a")
    statement = sviedka(*words, cwd=office).stdout.split()[-1].strip(".")
    approve = ("approve", statement, "--archive", "a", "--json", "--action")
    wrong = (
        (("erase", "--passphrase-file", "wrong"), WITHHELD, "withheld.wrong-passphrase"),
        (("erase",), WITHHELD, "withheld.passphrase-missing"),
        (("Erase it", "--passphrase-file", "pass"), MALFORMED, "malformed.does-not-fit"),
        (("erase", "--by", UNKNOWN, "--passphrase-file", "pass"), WITHHELD, "withheld.user"),
    )
    for more, status, code in wrong:
        done = sviedka(*approve, *more, cwd=office)
        assert (done.returncode, json.loads(done.stdout)["code"]) == (status, code)
    done = sviedka(*approve, "erase", "--passphrase-file", "pass", cwd=office)
    told = json.loads(done.stdout)
    assert (done.returncode, told["verdict"]) == (0, "holds")
    assert sviedka("log", "checkpoint", "--archive", "a", cwd=office).returncode == 0
    proof = sviedka("log", "prove", told["approval"], "-o", "proof", "--archive", "a", cwd=office)
    assert proof.returncode == 0, proof.stderr


def test_a_person_puts_their_key_under_words_of_their_own(office):
    """Each wrong way changes nothing; afterwards the archive's passphrase alone no longer approves as them."""
    made = sviedka(
        "init", "d", "--name", "d.example", "--key-cost", "demonstration", "--passphrase-file", "pass", cwd=office
    )
    assert made.returncode == 0, made.stderr
    (path,) = (office / "d" / "keys" / "users").glob("*.json")
    before = path.read_bytes()
    (office / "own").write_text("words of my own\n")
    change = ("user", "passphrase", path.stem, "--archive", "d", "--key-cost", "demonstration")
    assert (
        sviedka(*change, "--passphrase-file", "wrong", "--new-passphrase-file", "own", cwd=office).returncode
        == WITHHELD
    )
    assert sviedka(*change, "--passphrase-file", "pass", cwd=office).returncode == WITHHELD  # no terminal to ask at
    assert path.read_bytes() == before
    assert sviedka(*change, "--passphrase-file", "pass", "--new-passphrase-file", "own", cwd=office).returncode == 0
    unlock = ("unlock", "--archive", "d", "--passphrase-file", "pass")
    assert sviedka(*unlock, cwd=office).returncode == WITHHELD
    assert sviedka(*unlock, "--user-passphrase-file", "own", cwd=office).returncode == 0
    sviedka("lock", "--archive", "d", cwd=office)


def test_an_archive_may_begin_with_a_passphrase_of_ones_own(office):
    (office / "mine").write_text("words of my own\n")
    words = ("init", "e", "--name", "e.example", "--key-cost", "demonstration", "--passphrase-file", "pass")
    assert sviedka(*words, "--user-passphrase-file", "mine", cwd=office).returncode == 0
    unlock = ("unlock", "--archive", "e", "--passphrase-file", "pass")
    assert sviedka(*unlock, cwd=office).returncode == WITHHELD
    assert sviedka(*unlock, "--user-passphrase-file", "mine", cwd=office).returncode == 0
    sviedka("lock", "--archive", "e", cwd=office)
