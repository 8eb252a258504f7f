"""What one place of keys says of heads in a restore from two: what no log's key signed closes no log and stops no signing."""

import pytest
from office_kit import REFUTED, date_note_ahead, done, items, lose, open_item, register_bad_place, restore, sviedka

HEAD = b"t.example/%b\n1000000\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 t.example/%b " + b"AAAA" * 24 + b"\n"
MADE_UP = {
    "office-1.closed": b'{"held":0,"known":1000000}',
    "office-1.openings": b"sviedka/openings/1\n3 " + b"0" * 64 + b"\n",
    "office-1": HEAD % (b"office-1", b"office-1"),
    "office-9": HEAD % (b"office-9", b"office-9"),
}


@pytest.fixture
def bad(office):
    """The folder of heads in the place that somebody else writes; its note is newer, so that it is asked first."""
    place = register_bad_place(office)
    done("replicate", cwd=office)
    date_note_ahead(place)
    return place / "keys" / "heads"


@pytest.mark.parametrize("name", MADE_UP)
def test_what_no_log_signed_closes_nothing(office, bad, name):
    lose(office)
    (bad / name).unlink(missing_ok=True)
    (bad / name).write_bytes(MADE_UP[name])
    told = restore(office, "--keys", "keys2")
    assert (told["missing"], told["closed"]) == ([], [])
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    done("seal", "two", "--case", "c", cwd=office, archive="again")
    done("log", "checkpoint", cwd=office, archive="again")


def test_a_control_the_head_that_the_log_signed_closes_it(office, bad):
    """It lies in the good place alone, and no replica of payloads reaches it."""
    (office / "copies").rename(office / "away")
    done("seal", "two", "--case", "c", cwd=office)
    sviedka("log", "checkpoint", cwd=office)
    signed = next((office / "a" / "keys" / "heads").glob("office-1")).read_bytes()
    (office / "away").rename(office / "copies")
    lose(office)
    (office / "keys" / "keys" / "heads" / "office-1").write_bytes(signed)
    (bad / "office-1").write_bytes(MADE_UP["office-1"])
    assert len(restore(office, "--keys", "keys2", status=REFUTED)["closed"]) == 1


def test_an_opening_beyond_the_newest_head_has_to_be_in_the_next(office):
    """The journal that says so is not fetched; it is made from the log."""
    (item,) = items(office, "a")
    open_item(office, item, archive="a")
    done("replicate", cwd=office)
    before = (office / "a" / "keys" / "heads" / "office-1.openings").read_bytes()
    assert before.count(b"\n") > 1, "the control: there is one"
    lose(office)
    restore(office)
    after = (office / "again" / "keys" / "heads" / "office-1.openings").read_bytes()
    assert set(after.splitlines()) <= set(before.splitlines())
    assert after.count(b"\n") > 1
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    done("log", "checkpoint", cwd=office, archive="again")
