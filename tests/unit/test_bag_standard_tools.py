# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tools that a stranger has accept a dossier and refuse a changed one: sha256sum, openssl, bagit.py."""

import subprocess

import bagit
import pytest
from small_dossier import small_recipe


@pytest.fixture(scope="module")
def recipe():
    return small_recipe()


@pytest.fixture
def folder(tmp_path, recipe):
    for path, data in recipe.build().items():
        target = tmp_path / "dossier" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return tmp_path / "dossier"


def works(folder, *command):
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_sha256sum_reads_both_manifests(folder):
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        assert works(folder, "sha256sum", "--strict", "-c", manifest)
    (folder / "VERIFY.md").write_bytes(b"changed")
    assert not works(folder, "sha256sum", "--strict", "-c", "tagmanifest-sha256.txt")


def test_bagit_accepts_the_bag_and_refuses_a_changed_one(folder):
    bagit.Bag(str(folder)).validate(processes=1)
    (folder / "data/000001.jpg").write_bytes(b"changed")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate(processes=1)


@pytest.mark.parametrize(
    ("key", "body", "signature"),
    [
        ("keys/seal.pem", "SEAL.body", "SEAL.sig"),
        ("keys/root.pem", "byhand/keylist.body", "byhand/keylist.sig"),
        ("keys/log-1.pem", "byhand/checkpoint-1.body", "byhand/checkpoint-1.sig"),
    ],
)
def test_openssl_checks_every_signature(folder, key, body, signature):
    command = ("openssl", "pkeyutl", "-verify", "-pubin", "-rawin")
    files = ("-inkey", key, "-in", body, "-sigfile", signature)
    assert works(folder, *command, *files)
    (folder / body).write_bytes((folder / body).read_bytes() + b"\n")
    assert not works(folder, *command, *files)


def test_openssl_checks_a_time_stamp(tmp_path, folder, recipe):
    from cryptography.hazmat.primitives.serialization import Encoding

    head = "logs/1/heads/0001"
    (tmp_path / "root.pem").write_bytes(recipe.archive.external.root.public_bytes(Encoding.PEM))
    command = ("openssl", "ts", "-verify", "-in", f"{head}/external.tsr", "-CAfile", str(tmp_path / "root.pem"))
    assert works(folder, *command, "-data", f"{head}/checkpoint", "-untrusted", f"{head}/external.chain.pem")
    assert not works(folder, *command, "-data", "logs/1/checkpoint", "-untrusted", f"{head}/external.chain.pem")


def test_the_same_content_gives_the_same_bytes():
    assert small_recipe().build() == small_recipe().build()
