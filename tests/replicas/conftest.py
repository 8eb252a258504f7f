# SPDX-License-Identifier: AGPL-3.0-or-later
"""A vault with things in it, and one real S3 server for the session: `weed` of SeaweedFS, on loopback, on free ports."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "unit"))  # vault_kit


@pytest.fixture
def archive(tmp_path):
    from copies_kit import new_vault

    return new_vault(tmp_path)


@pytest.fixture(scope="session")
def _session_server(tmp_path_factory):
    from bucket_server import BucketServer

    server = BucketServer(tmp_path_factory.mktemp("weed"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def server(_session_server, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", _session_server.access)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", _session_server.secret)
    return _session_server
