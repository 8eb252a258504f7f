# SPDX-License-Identifier: AGPL-3.0-or-later
"""The chapter in which a stranger checks with nothing of ours: `sha256sum`, `openssl` and `age`.

The commands are those of the dossier's own `VERIFY.md`. Where a program is not installed, its check is shown as NOT RUN
together with the command that would install it.
"""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sviedka.cli.demonstration_stage import Stage

SPEC: Final = "dossier-prosecutor-without-blocked.yaml"
ENCRYPTED: Final = "dossier.zip.age"


def make_receiver(stage: Stage) -> None:
    """Give the receiver an age key, if `age` is there, and name it in the SPEC."""
    if not shutil.which("age-keygen"):
        stage.tell("NOT RUN: encryption to the receiver; `age` is missing. Install it: sudo apt-get install age")
        return
    stage.program("age-keygen", "-o", "receiver.key", quiet=True)
    recipient = stage.program("age-keygen", "-y", "receiver.key").strip()
    spec = stage.folder / SPEC
    text = spec.read_text("utf-8")
    spec.write_text(text.replace("recipient: {kind: prosecutor,", f"recipient: {{kind: prosecutor, age: {recipient},"))


def check(stage: Stage) -> None:
    """Check files, seal, log head and stamp by hand."""
    stage.title("The same by hand, without any program of ours")
    stage.tell("These are the commands of VERIFY.md in the dossier; any lawyer's technician can type them.")
    dossier = stage.folder / "dossier"
    stage.program("sha256sum", "--quiet", "-c", "manifest-sha256.txt", within=dossier)
    stage.program("sha256sum", "--quiet", "-c", "tagmanifest-sha256.txt", within=dossier)
    stage.tell("Every file is as the manifests list it (no line means no difference).")
    if not shutil.which("openssl"):
        stage.tell("NOT RUN: the signatures; `openssl` is missing. Install it: sudo apt-get install openssl")
    else:
        _signatures(stage)
    if (stage.folder / ENCRYPTED).exists():
        _open_delivery(stage)


def _signatures(stage: Stage) -> None:
    dossier = stage.folder / "dossier"
    stage.tell("The seal, the list of keys and the head of the log: three signatures.")
    for key, signed in (("seal", "SEAL"), ("root", "byhand/keylist"), ("log-1", "byhand/checkpoint-1")):
        stage.program(
            "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"keys/{key}.pem", "-rawin",
            "-in", f"{signed}.body", "-sigfile", f"{signed}.sig",
            within=dossier,
        )  # fmt: skip
    stage.tell("The time stamp, against the authority's root certificate, which did not come with the dossier.")
    for head in sorted((dossier / "logs" / "1" / "heads").glob("*")):
        stage.program(
            "openssl", "ts", "-verify", "-data", f"logs/1/heads/{head.name}/checkpoint",
            "-in", f"logs/1/heads/{head.name}/demonstration.tsr", "-CAfile", "../authority/root.pem",
            within=dossier,
        )  # fmt: skip


def _open_delivery(stage: Stage) -> None:
    stage.tell("What was sent was encrypted to the receiver; `age` opens it, and it holds the same files.")
    stage.program("age", "-d", "-i", "receiver.key", "-o", "received.zip", ENCRYPTED)
    with zipfile.ZipFile(stage.folder / "received.zip") as received:
        received.extractall(stage.folder / "received")
    stage.program(
        "diff", "-r", "dossier", "received/dossier" if (stage.folder / "received/dossier").exists() else "received"
    )
