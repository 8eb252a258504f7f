"""Ends of epochs in a restore from two places of keys: somebody else's record loses nothing, what the log says ended ends again."""

import shutil

from office_kit import (
    REFUTED,
    date_note_ahead,
    done,
    items,
    lose,
    open_item,
    overwrite,
    register_bad_place,
    restore,
    sviedka,
)
from vault_kit import files

from sviedka.vault.layout import Archive

END = b'{"cells":0,"confirmed_by":[],"epoch":"%b","rewrapped_to":"%b","slips":0}'


def three_epochs_live(office):
    """Epochs beside the first that live, as turns of the month or further desks bring them."""
    register_bad_place(office)
    archive = Archive(root=office / "a")
    text = archive.config.read_text()
    for series, name in ((1, "two"), (2, "three")):
        sviedka("lock", cwd=office)
        archive.config.write_text(f"epoch_series = {series}\n" + text)
        done("unlock", "--passphrase-file", "pass", cwd=office)
        done("seal", name, "--case", f"c{series}", cwd=office)
    sviedka("lock", cwd=office)
    archive.config.write_text(text)
    done("replicate", cwd=office)
    return archive


def lie(place, ended, alive):
    """Lay empty files under a later epoch whose names are those of all that lives in `ended`; then say that it ended."""
    made = 0
    for store in ("slips", "cells"):
        for path in files(place / store / ended):
            if path.parent.name == path.name[:2]:
                to = place / store / alive / "zz" / path.name
                to.parent.mkdir(parents=True, exist_ok=True)
                to.write_bytes(b"")
                made += 1
    (place / "keys/epochs" / f"{ended}.ended").write_bytes(END % (ended.encode(), alive.encode()))
    return made


def test_an_end_and_made_up_names_in_one_place_lose_nothing_of_the_other(office):
    archive = three_epochs_live(office)
    _, ended, alive = sorted((path.stem for path in archive.epochs.glob("*.age")), key=lambda n: int(n.split(".")[1]))
    (item,) = {path.name for path in files(archive.slips / ended) if path.parent.name == path.name[:2]}
    lose(office)
    good = office / "keys" / "slips" / ended / item[:2] / item
    key = office / "keys" / "keys" / "epochs" / f"{ended}.age"
    assert good.is_file()
    assert key.is_file()
    assert lie(office / "keys2", ended, alive)
    assert restore(office, "--keys", "keys2")["doubted"] == [ended], "and it is said"
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    assert open_item(office, item, archive="again") == (office / "two").read_bytes()
    sviedka("replicate", cwd=office, archive="again")
    assert good.is_file()
    assert key.is_file()


def test_what_the_log_says_ended_ends_again_though_an_older_place_has_its_key(office):
    (item,) = items(office, "a")
    (ended,) = (path.stem for path in Archive(root=office / "a").epochs.glob("*.age"))
    shutil.copytree(office / "keys", office / "keys-of-before")
    done("epoch", "rotate", cwd=office)
    done("seal", "two", "--case", "c", cwd=office)  # the next admission states the end
    done("replicate", cwd=office)
    lose(office)
    assert restore(office, "--keys", "keys-of-before")["doubted"] == []
    again = Archive(root=office / "again")
    assert again.epoch_end(ended).exists()
    assert not again.epoch_key(ended).exists()
    assert not (again.slips / ended).exists()
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    assert done("check", "--full", cwd=office, archive="again")["findings"] == []
    assert open_item(office, item, archive="again") == (office / "one").read_bytes()


def test_a_control_of_what_lies_nowhere_else_the_key_stays(office):
    """The place that has what was carried over is not named, so that its key is the only one that opens it."""
    (item,) = items(office, "a")
    (ended,) = (path.stem for path in Archive(root=office / "a").epochs.glob("*.age"))
    shutil.copytree(office / "keys", office / "keys-of-before")
    done("epoch", "rotate", cwd=office)
    done("seal", "two", "--case", "c", cwd=office)
    done("replicate", cwd=office)
    lose(office)
    new = next(path for path in files(office / "keys" / "slips") if path.name == item)
    new.unlink()
    assert restore(office, "--keys", "keys-of-before")["doubted"] == [ended]
    again = Archive(root=office / "again")
    assert again.epoch_key(ended).exists()
    assert (again.slip(ended, item)).is_file()


def test_junk_under_a_later_note_does_not_win_over_the_good_place_and_is_named(office):
    (item,) = items(office, "a")
    bad = register_bad_place(office)
    done("replicate", cwd=office)
    lose(office)
    changed = next(path for path in files(bad / "slips") if path.name == item)
    overwrite(changed, b"evil")
    date_note_ahead(bad)
    told = restore(office, "--keys", "keys2", status=REFUTED)
    assert told["differing"] == [changed.relative_to(bad).as_posix()]
    done("unlock", "--passphrase-file", "pass", cwd=office, archive="again")
    assert open_item(office, item, archive="again") == (office / "one").read_bytes()
