# SPDX-License-Identifier: AGPL-3.0-or-later
"""A lost passphrase: three of five shares bring vault and root back under a new one, and nothing less does."""

import json
import subprocess
import sys
from itertools import combinations

import pytest

from sviedka.core.base.errors import Failure
from sviedka.core.seal.age_keys import X25519Identity
from sviedka.keeper.errors import KeyFileDamaged, KeysMissing, WrongPassphrase
from sviedka.keeper.founding import found_archive
from sviedka.keeper.login import open_keyring, open_secrets
from sviedka.keeper.recovering import SharesForeign, recover_root, recover_vault
from sviedka.keeper.recovery_copy import keep_for_recovery
from sviedka.keeper.sealing import seal_small
from sviedka.keeper.shares import SharesMalformed
from sviedka.keeper.wrapping import DEMONSTRATION_COST, parse_wrapped, unwrap_secret
from sviedka.vault.clock import now

OLD, OWN, NEW = b"the one that was lost", b"anna's own", b"a new one"


def found(folder, name="t.example"):
    return found_archive(
        folder,
        archive_name=name,
        desk="office-1",
        passphrase=bytearray(OLD),
        user_passphrase=bytearray(OWN),
        cost=DEMONSTRATION_COST,
    )


@pytest.fixture
def founded(tmp_path):
    return found(tmp_path / "a")


def pages(founded, kind="recovery", numbers=(1, 3, 4)):
    return [(founded.offline_dir / "shares" / f"{kind}-{number}.txt").read_text() for number in numbers]


def opens(founded, passphrase):
    return open_keyring(founded.archive, bytearray(passphrase), clock=now, user_passphrase=bytearray(OWN))


def recover(founded, *given, **options):
    return recover_vault(founded.archive, *given, bytearray(NEW), cost=DEMONSTRATION_COST, **options)


@pytest.mark.parametrize("numbers", list(combinations(range(1, 6), 3))[::3], ids=str)
def test_any_three_shares_open_under_a_new_passphrase_and_the_old_one_opens_no_more(founded, numbers):
    before = opens(founded, OLD)
    assert recover(founded, pages(founded, numbers=numbers)).vkey == founded.root
    after = opens(founded, NEW)
    assert (after.root, after.vault.recipient(), after.keylist) == (
        before.root,
        before.vault.recipient(),
        before.keylist,
    )
    with pytest.raises(WrongPassphrase):
        opens(founded, OLD)


def too_few(founded, _):
    return pages(founded, numbers=(1, 2))


def too_many(founded, _):
    return pages(founded, numbers=(1, 2, 3, 4))


def one_twice(founded, _):
    return pages(founded, numbers=(1, 2, 2))


def mixed(founded, _):
    return [*pages(founded, numbers=(1, 2)), *pages(founded, "root", numbers=(3,))]


def a_wrong_word(founded, _):
    first, *others = pages(founded)
    cut = first.rstrip().rpartition(" ")[0]
    return [f"{cut} {'academic' if not first.rstrip().endswith('academic') else 'acid'}\n", *others]


def no_share(founded, _):
    return [*pages(founded, numbers=(1, 2)), "nothing that could be a share: ё"]


def of_the_root(founded, _):
    return pages(founded, "root")


def of_another_archive(_, other):
    return pages(other)


WRONG = {
    too_few: SharesMalformed, too_many: SharesMalformed, one_twice: SharesMalformed, mixed: SharesMalformed,
    a_wrong_word: SharesMalformed, no_share: SharesMalformed, of_the_root: SharesForeign, of_another_archive: SharesForeign,
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=lambda one: one.__name__)
def test_wrong_shares_are_refused_in_words_and_nothing_is_changed(founded, tmp_path, wrong):
    given = wrong(founded, found(tmp_path / "b", "other.example"))
    before = founded.archive.vault_key.read_bytes()
    with pytest.raises(WRONG[wrong]) as refused:
        recover(founded, given)
    assert refused.value.hint
    assert founded.archive.vault_key.read_bytes() == before
    opens(founded, OLD)


def test_two_shares_too_few_are_counted_in_the_sentence(founded):
    with pytest.raises(SharesMalformed) as refused:
        recover(founded, pages(founded, numbers=(1, 2)))
    assert refused.value.facts == {"needed": 3, "count": 2}


def test_a_copy_of_another_archives_vault_is_not_believed(founded, tmp_path):
    """Whoever can write the folder knows the recovery recipient, and seals a vault key of their own to it."""
    other = found(tmp_path / "b")
    bound = parse_wrapped(founded.archive.vault_key.read_bytes()).bound
    recovery = X25519Identity.from_bytes(bytearray(32 * b"\x05"))
    recovery.wipe()
    theirs = open_secrets(other.archive, bytearray(OLD), user_passphrase=bytearray(OWN)).vault
    recipient = X25519Identity.from_bytes(bytearray(theirs)).recipient().text
    founded.archive.vault_recovery.unlink()
    keep_for_recovery(founded.archive, theirs, {**bound, "recipient": recipient})
    before = founded.archive.vault_key.read_bytes()
    with pytest.raises(Failure) as refused:
        recover(founded, pages(founded))
    assert refused.value.exit_status in {10, 40}
    assert founded.archive.vault_key.read_bytes() == before


def test_what_is_bound_comes_from_the_copy_not_from_the_open_part_of_the_file(founded):
    """The vault key's file is readable by anybody who has the disk; without the passphrase nothing in it proves itself."""
    text = founded.archive.vault_key.read_bytes()
    changed = text.replace(founded.archive_cell.encode(), b"0" * 32)
    assert changed != text
    founded.archive.vault_key.chmod(0o600)
    founded.archive.vault_key.write_bytes(changed)
    with pytest.raises(KeyFileDamaged):
        recover(founded, pages(founded))  # the checksum tells it, as it tells a damaged disk


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone", "foreign"])
def test_a_damaged_copy_is_refused(founded, damage):
    path = founded.archive.vault_recovery
    data, before = path.read_bytes(), founded.archive.vault_key.read_bytes()
    path.unlink()
    if damage == "flipped":
        path.write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    elif damage == "cut":
        path.write_bytes(data[:-20])
    elif damage == "foreign":
        path.write_bytes(seal_small(bytearray(b"{}"), (founded_recipient(founded),)))
    with pytest.raises(KeysMissing if damage == "gone" else Failure) as refused:
        recover(founded, pages(founded))
    assert refused.value.exit_status in {10, 30, 40, 50}
    assert founded.archive.vault_key.read_bytes() == before


def founded_recipient(founded):
    from sviedka.core.seal.age_keys import parse_recipient

    return parse_recipient(founded.recovery)


def test_an_archive_from_before_there_were_copies_gets_one_at_the_next_unlock(founded):
    founded.archive.vault_recovery.unlink()
    with pytest.raises(KeysMissing):
        recover(founded, pages(founded))
    opens(founded, OLD)
    recover(founded, pages(founded))
    opens(founded, NEW)


def test_the_root_comes_back_from_its_own_shares_only(founded):
    path = founded.offline_dir / "root.json"
    with pytest.raises(SharesForeign):
        recover_root(founded.offline_dir, pages(founded), bytearray(NEW), cost=DEMONSTRATION_COST)
    recover_root(founded.offline_dir, pages(founded, "root"), bytearray(NEW), cost=DEMONSTRATION_COST)
    wrapped = parse_wrapped(path.read_bytes())
    unwrap_secret(wrapped, bytearray(NEW))
    assert wrapped.bound["vkey"] == founded.root
    with pytest.raises(WrongPassphrase):
        unwrap_secret(wrapped, bytearray(OLD))


def sviedka(*words, cwd, status=0):
    done = subprocess.run(
        [sys.executable, "-m", "sviedka.cli", *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert done.returncode == status, (words, done.stdout, done.stderr)
    return done


def test_an_office_whose_only_passphrase_is_lost_works_on(tmp_path):
    """Vault, root and the only user's key were all under one passphrase: shares, a new user, the next key list."""
    (tmp_path / "old").write_bytes(OLD)
    (tmp_path / "new").write_bytes(NEW)
    (tmp_path / "one").write_text("an original")
    cost = ("--key-cost", "demonstration")
    sviedka("init", "a", "--name", "t.example", *cost, "--passphrase-file", "old", cwd=tmp_path)
    sviedka("unlock", "--archive", "a", "--passphrase-file", "old", cwd=tmp_path)
    sealed = json.loads(sviedka("seal", "one", "--case", "c", "--archive", "a", "--json", cwd=tmp_path).stdout)
    item = next(path.name for path in (tmp_path / "a" / "slips").glob("*/??/*"))
    assert sealed["verdict"] == "holds"
    sviedka("lock", "--archive", "a", cwd=tmp_path)
    shares = tmp_path / "a.offline" / "shares"
    new = (*cost, "--passphrase-file", "new")
    told = sviedka(
        "recover",
        "vault",
        *(shares / f"recovery-{n}.txt" for n in (1, 2)),
        *new,
        "--archive",
        "a",
        cwd=tmp_path,
        status=30,
    )
    assert "3 shares are needed, and 2 were given." in told.stderr
    sviedka(
        "recover", "vault", *(shares / f"recovery-{n}.txt" for n in (1, 2, 5)), *new, "--archive", "a", cwd=tmp_path
    )
    sviedka(
        "recover",
        "root",
        *(shares / f"root-{n}.txt" for n in (2, 3, 4)),
        *new,
        "--offline-dir",
        "a.offline",
        cwd=tmp_path,
    )
    user = json.loads(sviedka("user", "new", *new, "--archive", "a", "--json", cwd=tmp_path).stdout)["user"]
    gone = next(path.stem for path in (tmp_path / "a" / "keys" / "users").glob("*.json") if path.stem != user)
    sviedka("keylist", "draft", "--add-user", user, "--revoke", gone, "-o", "proposal", "--archive", "a", cwd=tmp_path)
    sviedka(
        "keylist",
        "sign",
        "proposal",
        "--offline-dir",
        "a.offline",
        "--passphrase-file",
        "new",
        "-o",
        "list",
        cwd=tmp_path,
    )
    sviedka("desk", "join", "list", "--archive", "a", cwd=tmp_path)
    sviedka("unlock", "--archive", "a", "--passphrase-file", "old", cwd=tmp_path, status=40)
    sviedka("unlock", "--archive", "a", "--passphrase-file", "new", cwd=tmp_path)
    sviedka("open", item, "-o", "out", "--purpose", "test", "--archive", "a", cwd=tmp_path)
    assert (tmp_path / "out").read_text() == "an original"
    sviedka("check", "--full", "--archive", "a", cwd=tmp_path)
    sviedka("lock", "--archive", "a", cwd=tmp_path)
