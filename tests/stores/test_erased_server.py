# SPDX-License-Identifier: AGPL-3.0-or-later
"""After an erasure nothing of it is left in a PostgreSQL server's own files: tables, catalogue, write-ahead log.

All of the cluster's folder and all of the archive's is hunted through, with the vault's and the recovery's key. The test
has a server of its own: what another test did is in no file of it.
"""

import pytest
from erase_kit import Office
from leftover_hunt import Hunt
from leftover_wanted import OPENS, Wanted

from postgres_server import OWNER, Server
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.keeper.share_text import parse_share
from sviedka.keeper.shares import join_shares

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def office(tmp_path, server):
    from sviedka.store.connect import disconnect

    name = server.new_database()
    yield Office(tmp_path / "office", settings=server.settings(name))
    disconnect()
    server.release(name)


@pytest.fixture
def allowed(server, office):
    """The owner of the tables may ask for a checkpoint and a new file of the log, in the archive's database."""
    server.by_admin(
        f"GRANT pg_checkpoint TO {OWNER}",
        f"GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {OWNER}",
        database=database_of(office),
    )
    yield
    server.by_admin(f"REVOKE pg_checkpoint FROM {OWNER}")


def hunt(tmp_path, server, office):
    """Hunt through everything that the cluster and the archive have in files."""
    pages = [(office.house.founded.offline_dir / f"shares/recovery-{n}.txt").read_text() for n in (1, 3, 5)]
    vault = X25519Identity.from_bytes(bytearray(office.keeper.keyring.vault.secret_bytes()))
    image = tmp_path / "image"
    with image.open("wb") as file:
        for folder in (server.folder / "data", office.archive.root):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.suffix not in {".sock", ".lock"}:
                    data = path.read_bytes()
                    file.write(data + bytes(-len(data) % 4096))
    try:
        return Hunt(image, vault, X25519Identity.from_bytes(join_shares([parse_share(page) for page in pages])))
    finally:
        image.unlink()


def analyze(server, office):
    """Have the server sample the columns, as its own housekeeping does after a while."""
    server.by_admin("ANALYZE", database=database_of(office))


def database_of(office):
    from sviedka.store.place import place_of

    return place_of(office.archive).parameters()["dbname"]


def test_neither_slip_nor_key_nor_text_is_left_in_the_cluster(tmp_path, server, office, allowed, monkeypatch):
    wanted = Wanted(office)
    (office.folder / "given.txt").unlink()
    analyze(server, office)
    assert wanted.found_by(hunt(tmp_path, server, office)) == {"file key", "cell key", "text", OPENS}, "the control"
    office.make_ready()
    erased = office.carry_out(monkeypatch)
    assert erased.not_reached == ()
    assert "text" not in wanted.found_by(hunt(tmp_path, server, office))
    office.rotate()
    assert wanted.found_by(hunt(tmp_path, server, office)) == set()


@pytest.mark.parametrize("hindrance", ["no right", "a slot keeps the log"])
def test_control_a_server_that_keeps_its_log_still_holds_the_text_and_that_is_said(
    tmp_path, server, office, monkeypatch, request, hindrance
):
    if hindrance == "a slot keeps the log":
        request.getfixturevalue("allowed")
        server.by_admin("SELECT pg_create_physical_replication_slot('standby', true)")
    wanted = Wanted(office)
    (office.folder / "given.txt").unlink()
    office.make_ready()
    try:
        assert office.carry_out(monkeypatch).not_reached == ("database server",)
        assert "text" in wanted.found_by(hunt(tmp_path, server, office))
    finally:
        if hindrance == "a slot keeps the log":
            server.by_admin("SELECT pg_drop_replication_slot('standby')")
