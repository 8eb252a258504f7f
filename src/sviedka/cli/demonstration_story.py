# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the demonstration tells, chapter by chapter: from one folder of files to a dossier that a stranger has checked."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.cli import demonstration_by_hand as by_hand
from sviedka.cli.demonstration_counting import count
from sviedka.cli.demonstration_outsiders import running
from sviedka.core.base.errors import Unavailable

if TYPE_CHECKING:
    from sviedka.cli.demonstration_stage import Stage

CASE: Final = "belarus-2020"
PASSPHRASE: Final = "demonstration only"  # noqa: S105  # public on purpose: the archive is thrown away
COSIGNER: Final = "partner.example/cosigner"


class ExampleMissing(Unavailable):
    """The worked example does not come with an installed package, only with the source."""

    code = "unavailable.example"
    hint = "Run the demonstration from a copy of the source: make demo"


def play(stage: Stage, parts: tuple[str, ...]) -> None:
    """Play the chapters of `parts`; raise `DemonstrationFailed` at the first that does not end as it must."""
    example = find_example()
    stage.clear()
    shutil.copytree(example / "files", stage.folder / "files")
    for path in example.glob("*.yaml"):
        shutil.copy(path, stage.folder)
    (stage.folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    with ExitStack() as outsiders:
        try:
            found(stage)
            if "evidence" in parts:
                seal_and_record(stage)
                ask_outsiders(stage, outsiders)
                build(stage)
            if "counting" in parts:
                count(stage, example.parent)
        finally:
            stage.sviedka("lock", quiet=True)
    if "evidence" in parts:
        check_without_us(stage)
        by_hand.check(stage)
        change_one_byte(stage)


def find_example() -> Path:
    """Return the folder of the worked example; raise `ExampleMissing` if the source is not here."""
    folder = Path(__file__).resolve().parents[3] / "examples" / CASE
    if not (folder / "casebook.yaml").is_file():
        raise ExampleMissing("The worked example is not here.")
    return folder


def found(stage: Stage) -> None:
    """A new archive."""
    stage.title("A new archive")
    stage.tell(
        "An organisation makes its archive. The key that vouches for all others is written to a folder of its own, "
        "which leaves the office; without it nobody can appoint new keys."
    )
    stage.sviedka(
        "init", "archive", "--name", "archive.example", "--desk", "office-1",
        "--key-cost", "demonstration", "--passphrase-file", "passphrase",
    )  # fmt: skip
    stage.sviedka("unlock", "--passphrase-file", "passphrase")


def seal_and_record(stage: Stage) -> None:
    """Files in, statements in."""
    stage.title("Sealing what was handed over")
    stage.tell(
        "Every file is encrypted and stored under the fingerprint of what was stored. From now on nobody, ourselves "
        "included, can exchange a file without the fingerprint telling."
    )
    stage.sviedka("seal", "files", "--case", CASE, quiet=True)
    stage.title("Recording who says what")
    stage.tell(
        "A casebook says who did what to whom, according to which source, at which place in it. Each sentence becomes a "
        "signed statement. Official versions stand beside what contradicts them; nothing is overwritten."
    )
    stage.sviedka("record", "casebook.yaml", "--passphrase-file", "passphrase")


def ask_outsiders(stage: Stage, outsiders: ExitStack) -> None:
    """A cosigner and a time authority attest the log's head."""
    stage.title("Two outsiders attest the state of the log")
    stage.tell(
        "The head of the log is one number that stands for all statements so far. A second organisation countersigns it, "
        "and a time authority stamps it. Here both are played by this machine; the authority is therefore called internal, "
        "and proves the order of things only among ourselves."
    )
    policy = stage.folder / "first.policy"
    stage.sviedka("log", "checkpoint")
    stage.sviedka("log", "policy", "-o", policy.name, quiet=True)
    log = next(line for line in policy.read_text("utf-8").splitlines() if line.startswith("log ")).split()[1]
    vkey = stage.sviedka("cosigner", "new", "partner.key", "--name", COSIGNER).strip()
    cosigner = outsiders.enter_context(
        running(
            "sviedka.cli", "cosigner", "serve", "partner.key", "--log", log, "--memory", "partner", folder=stage.folder
        )
    )
    authority = outsiders.enter_context(
        running("sviedka.cli.demonstration_authority", "authority", folder=stage.folder)
    )
    _configure(stage.folder / "archive", vkey, cosigner, authority)
    shutil.copy(stage.folder / "authority" / "root.pem", _authorities(stage) / "demonstration.pem")
    stage.sviedka("log", "cosign")
    stage.sviedka("stamp")
    stage.sviedka("log", "policy", "-o", "pinned.policy")
    stage.sviedka("status")


def build(stage: Stage) -> None:
    """The blocked dossier, then the one without the person who did not agree."""
    stage.title("A dossier for a prosecutor abroad is refused")
    stage.tell(
        "Three survivors stand in this case. One of them has not agreed to a prosecutor. Nothing leaves beyond the consent "
        "of everybody in it, so the dossier is not built, and it is said whose consent is missing."
    )
    stage.sviedka("dossier", "dossier-prosecutor.yaml", "-o", "refused", expect=40)
    stage.title("The same without this person")
    stage.tell("What concerns this person stays behind and is counted; the rest still proves against the same log.")
    by_hand.make_receiver(stage)
    stage.sviedka("dossier", "dossier-prosecutor-without-blocked.yaml", "-o", "dossier")


def check_without_us(stage: Stage) -> None:
    """A stranger verifies, first trusting nobody, then with a pinned policy."""
    stage.title("A stranger checks, knowing nobody")
    stage.tell(
        "The archive is locked now; the stranger has the dossier and nothing else. Nothing in it was altered, but whose it "
        "is cannot be known from itself: whoever forges a dossier can also forge its keys. So the verdict is unproven."
    )
    stage.sviedka("verify", "dossier", expect=20)
    stage.title("A stranger checks with keys from elsewhere")
    stage.tell(
        "The policy was handed over in person. It names the archive's root, the cosigner and the time authority."
    )
    stage.sviedka("verify", "dossier", "--policy", "pinned.policy")


def change_one_byte(stage: Stage) -> None:
    """One changed byte is refuted."""
    stage.title("One byte is changed")
    altered = stage.folder / "altered"
    shutil.copytree(stage.folder / "dossier", altered)
    exhibit = min((altered / "data").iterdir())
    exhibit.chmod(0o644)
    content = bytearray(exhibit.read_bytes())
    content[len(content) // 2] ^= 1
    exhibit.write_bytes(content)
    stage.tell("In a copy, one bit of one byte of {name} is flipped.", name=f"altered/data/{exhibit.name}")
    stage.sviedka("verify", "altered", "--policy", "pinned.policy", expect=10)


def _configure(archive: Path, vkey: str, cosigner: str, authority: str) -> None:
    with (archive / "sviedka.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[cosigner]]\nvkey = "{vkey}"\nurl = "{cosigner}"\n')
        file.write(f'\n[[time_authority]]\nname = "demonstration"\nurl = "{authority}"\nkind = "internal"\n')
        file.write('root = "keys/authorities/demonstration.pem"\n')


def _authorities(stage: Stage) -> Path:
    folder = stage.folder / "archive" / "keys" / "authorities"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
