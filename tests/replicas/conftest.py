# SPDX-License-Identifier: AGPL-3.0-or-later
"""A vault with things in it, an office with copies, and the S3 server with its credentials in the environment."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "unit"))  # vault_kit


@pytest.fixture
def archive(tmp_path):
    from copies_kit import new_vault

    return new_vault(tmp_path)


@pytest.fixture
def server(bucket_server, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", bucket_server.access)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", bucket_server.secret)
    return bucket_server


@pytest.fixture(scope="session")
def office_template(tmp_path_factory):
    """A locked archive with copies in two folders, one sealed file, and a signed head."""
    from office_kit import done, found, keep_copies, sviedka

    folder = tmp_path_factory.mktemp("template")
    for name, text in (("pass", "four words nobody else knows\n"), ("wrong", "three words only\n")):
        (folder / name).write_text(text)
    for name in ("one", "two", "three"):
        (folder / name).write_bytes(name.encode() * 1000)
    found(folder, "a")
    keep_copies(folder)
    done("seal", "one", "--case", "c", cwd=folder)
    done("log", "checkpoint", cwd=folder)
    done("replicate", cwd=folder)
    sviedka("lock", cwd=folder)
    return folder


@pytest.fixture
def office(office_template, tmp_path):
    """The same in a folder of its own, unlocked."""
    from office_kit import done, keep_copies, sviedka

    folder = tmp_path / "office"
    shutil.copytree(office_template, folder, ignore=shutil.ignore_patterns("run"))
    keep_copies(folder)
    done("replicate", cwd=folder)  # the place of keys holds the configuration too
    done("unlock", "--passphrase-file", "pass", cwd=folder)
    yield folder
    for name in ("a", "again"):
        sviedka("lock", cwd=folder, archive=name)
