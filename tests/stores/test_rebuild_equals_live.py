# SPDX-License-Identifier: AGPL-3.0-or-later
"""The projections are nothing but what the vault says: dropped and made again they are the same, row for row."""

import multiprocessing
import os
import signal
import tempfile
from pathlib import Path

import pytest
from archive_kit import CASE, LocalKeeper, claim, drafts, found, lose_projections, person, source
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.store import refolding, rows
from sviedka.store.admission import admit
from sviedka.store.checkpointing import LogDiffers, make_checkpoint
from sviedka.store.cleaning import REBUILD_JOB
from sviedka.store.connect import current_database, disconnect
from sviedka.store.pack_reading import PackRefuted, PackUnreadable
from sviedka.store.rebuild import rebuild
from sviedka.store.refolding import PackMissing
from sviedka.store.session import open_store
from sviedka.store.upkeep.dumping import count_rows, digest_tables, dump_table

TITLES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("source"), st.integers(0, 3), TITLES),
        st.tuples(st.just("claim"), st.integers(0, 2), TITLES),
        st.tuples(st.just("person"), st.integers(0, 2), TITLES),
        st.tuples(st.just("label"), st.integers(0, 3), TITLES),
    ),
    min_size=1,
    max_size=12,
)


class World:
    """An archive that statements of a small cast are admitted to."""

    def __init__(self, folder):
        self.archive = found(folder)
        self.keeper = LocalKeeper(self.archive)
        self.sources = [f"{number:032x}" for number in range(1, 5)]
        self.people = [person(self.keeper, f"Pseudonym {number}") for number in range(3)]
        admit(self.archive, self.keeper, drafts(self.archive, self.keeper, self.people))

    def saying(self, what, number, text):
        if what == "source":
            return source(text, subject=self.sources[number])
        if what == "label":
            return source(text, subject=self.sources[number], label=f"s-{number}")
        who = self.people[number]
        if what == "person":
            return person_again(who, text)
        return claim(value=text, about={"person": who.subject}, persons=[{"person": who.subject}], text=[text, "more"])


def person_again(who, pseudonym):
    from sviedka.vault.entropy import new_id

    return type(who)(
        jti=new_id(), case=CASE, type=who.type, subject=who.subject, fields={**who.fields, "pseudonym": pseudonym}
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(batches=st.lists(STEPS, min_size=1, max_size=3), read_back_every=st.sampled_from([1, 2, 100]))
def test_rebuilt_equals_live(batches, read_back_every):
    with tempfile.TemporaryDirectory() as folder:
        try:
            world = World(Path(folder))
            for batch in batches:
                offered = drafts(world.archive, world.keeper, [world.saying(*step) for step in batch])
                admit(world.archive, world.keeper, offered, group=5, read_back_every=read_back_every)
            live = digest_tables(open_store(world.archive, world.keeper))
            rebuild(world.archive, world.keeper)
            assert digest_tables(open_store(world.archive, world.keeper)) == live
        finally:
            disconnect()


def admit_sources(archive, keeper, *titles, **options):
    return admit(archive, keeper, drafts(archive, keeper, [source(title) for title in titles]), **options)


def test_many_packs_are_read_by_several_processes_to_the_same_rows(archive, keeper, told):
    admit_sources(archive, keeper, *(f"source {number}" for number in range(120)), group=3)
    live = digest_tables(current_database())
    rebuilt = rebuild(archive, keeper, told)
    assert (rebuilt.statements, rebuilt.packs, rebuilt.desks) == (122, 41, 1)
    assert (sum(told.done), told.expected) == (122, 122)
    assert digest_tables(open_store(archive, keeper)) == live


def test_control_a_row_that_was_changed_is_seen_by_the_digests_and_gone_after_a_rebuild(archive, keeper, engine):
    admit_sources(archive, keeper, "one")
    database = current_database()
    live = digest_tables(database)
    engine.drop_trigger(database, "statement_no_update", "store_statement")
    engine.by_hand(database, "UPDATE store_statement SET author = 'f'")
    assert digest_tables(database) != live
    rebuild(archive, keeper)
    assert digest_tables(open_store(archive, keeper)) == live


def test_a_rebuild_makes_the_triggers_again(archive, keeper, engine):
    admit_sources(archive, keeper, "one")
    rebuild(archive, keeper)
    with pytest.raises(Exception, match="append-only"):
        engine.by_hand(open_store(archive, keeper), "DELETE FROM store_statement")


def test_the_dump_holds_every_row_once(archive, keeper):
    admit_sources(archive, keeper, "one", "two")
    database = current_database()
    for table, count in count_rows(database).items():
        assert len(list(dump_table(database, table))) == count


def _die_half_way(archive):
    disconnect()
    keeper = LocalKeeper(archive)
    real = rows.write_rows
    refolding.write_rows = lambda *args: (real(*args), os.kill(os.getpid(), signal.SIGKILL))
    rebuild(archive, keeper)


def test_a_rebuild_that_is_killed_half_way_changes_nothing(archive, keeper):
    admit_sources(archive, keeper, "one", "two", "three", group=1)
    live = digest_tables(current_database())
    disconnect()
    child = multiprocessing.get_context("fork").Process(target=_die_half_way, args=(archive,))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert digest_tables(open_store(archive, keeper)) == live
    assert keeper.jobs == []


def damage(archive, how):
    first = archive.pack("minsk-1", 0)
    data = bytearray(first.read_bytes())
    first.chmod(0o600)
    if how == "a flipped bit":
        data[-20] ^= 1
        first.write_bytes(data)
    elif how == "cut short":
        first.write_bytes(data[:-1])
    elif how == "of another archive":
        first.write_bytes(data[: len(data) // 2])
    else:
        first.unlink()


@pytest.mark.parametrize(
    ("how", "failure"),
    [
        ("a flipped bit", (PackRefuted, PackUnreadable)),
        ("cut short", (PackRefuted, PackUnreadable)),
        ("of another archive", (PackRefuted, PackUnreadable)),
        ("gone", PackMissing),
    ],
)
def test_a_damaged_pack_stops_a_rebuild_and_the_old_projections_stand(archive, keeper, how, failure):
    admit_sources(archive, keeper, "one")
    admit_sources(archive, keeper, "two")
    live = digest_tables(current_database())
    damage(archive, how)
    with pytest.raises(failure):
        rebuild(archive, keeper)
    from sviedka.store.connect import connect

    assert digest_tables(connect(archive, keeper.database_key())) == live


def test_a_disk_that_fails_while_a_pack_is_read_makes_no_pack_a_changed_one(archive, keeper, monkeypatch):
    """Cells are read as packs need them."""
    from sviedka.store import pack_reading
    from sviedka.vault.disk_errors import DiskError

    def fail(*_given, **_named):
        raise DiskError("The disk refused ({code}).", code="EIO")

    admit_sources(archive, keeper, "one")
    with monkeypatch.context() as failing:
        failing.setattr(pack_reading, "open_sealed", fail)
        with pytest.raises(DiskError):
            rebuild(archive, keeper)
    rebuild(archive, keeper)


def test_a_pack_that_another_archive_signed_is_refuted(archive, keeper, tmp_path):
    """Whoever can write the vault and knows its public key can encrypt to it, but not sign for its desk."""
    admit_sources(archive, keeper, "one")
    other = LocalKeeper(found(tmp_path / "other"))
    offered = drafts(archive, keeper, [source("forged")])
    cell = other.facts().archive_cell
    (forged,) = other.compose([replace_cell(offered[0], cell)])
    from sviedka.keeper.sealing import seal_small
    from sviedka.store.packing import Entry, format_pack
    from sviedka.vault.packs import put_pack

    plain = format_pack([Entry(jwt=forged.jwt, sealed=forged.sealed)])
    put_pack(archive, "minsk-1", 3, seal_small(plain, [keeper.facts().vault_recipient]))
    with pytest.raises(PackRefuted):
        rebuild(archive, keeper)
    disconnect()
    with pytest.raises(PackRefuted):
        open_store(archive, keeper)


def replace_cell(draft, cell):
    from dataclasses import replace

    from sviedka.core.seal.statement import Disclose

    parts = tuple(Disclose(name=part.name, value=part.value, cells=(cell,)) for part in draft.parts)
    return replace(draft, archive_cell=cell, parts=parts)


def test_packs_that_do_not_lead_to_the_checkpoint_are_refuted(archive, keeper):
    admit_sources(archive, keeper, "one")
    admit_sources(archive, keeper, "two")
    make_checkpoint(archive, keeper)
    archive.pack("minsk-1", 3).unlink()
    with pytest.raises(LogDiffers):
        rebuild(archive, keeper)


@pytest.mark.parametrize("locked", [False, True])
def test_a_database_of_another_version_is_made_again_without_a_hand(archive, keeper, engine, locked):
    admit_sources(archive, keeper, "one")
    engine.forget_version(current_database())
    disconnect()
    if locked:
        admit_sources_draftless(archive, keeper)
    else:
        open_store(archive, keeper)
    assert REBUILD_JOB in keeper.jobs


def admit_sources_draftless(archive, keeper):
    """Admit without having opened the projections first: the admission itself finds them outdated."""
    assert admit(archive, keeper, []) == []


def test_a_database_that_is_gone_is_replayed(archive, keeper):
    admit_sources(archive, keeper, "one")
    live = digest_tables(current_database())
    lose_projections(archive)
    assert digest_tables(open_store(archive, keeper)) == live


def test_what_was_sealed_under_a_lost_cell_is_withheld_and_everything_else_is_there(archive, keeper):
    somebody = person(keeper, "Alpha")
    said = claim(persons=[{"person": somebody.subject}])
    admit(archive, keeper, drafts(archive, keeper, [somebody, said]))
    before = count_rows(current_database())
    cell = somebody.fields["cell"]
    next(archive.cells.rglob(cell)).unlink()
    keeper = LocalKeeper(archive)  # one that holds no keys from before
    rebuild(archive, keeper)
    database = open_store(archive, keeper)
    assert {name: count for name, count in count_rows(database).items() if before[name] != count} == {}
    withheld = database.run("SELECT cells, disclosures FROM store_passage WHERE withheld").fetchall()
    assert set(withheld) == {(cell, "")}
    assert database.run("SELECT pseudonym, cell FROM store_person").fetchall() == [(None, cell)]
