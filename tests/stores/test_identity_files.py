# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file that shows somebody rests under the seats: the vault key opens no picture, two custodians and the keeper do."""

import pytest
from test_identities import LINES, NAME, Office, texts_of

from seats_kit import answer
from sviedka.core.base.errors import Failure, Malformed
from sviedka.core.seal.age_keys import X25519Identity, format_identity
from sviedka.keeper.identity_errors import SeatsMissing
from sviedka.keeper.identity_lines import FILE, Identity
from sviedka.store.deposit.opening import open_item
from sviedka.store.identities import Shown
from sviedka.store.identity_files import IdentityFileMalformed, deposit_with_files, without_files, write_files
from sviedka.store.models import Item
from sviedka.store.scope import in_cases
from sviedka.vault.entropy import random_bytes

FACE = b"canary of a face " * 20_000


@pytest.fixture
def office(tmp_path):
    from sviedka.store.connect import disconnect

    yield Office(tmp_path / "office")
    disconnect()


def picture(folder, name="Alesia Prykladnaja.jpg", content=FACE):
    path = folder / name
    path.write_bytes(content)
    return path


def deposited(office, *paths):
    subject = office.person()
    deposit_with_files(office.archive, office.keeper, subject, Identity(lines=LINES), paths)
    return subject


def opened(office, subject):
    order = office.request(subject).order
    return office.open(order, answer(office.seats, order, 1, 2))


def items():
    from archive_kit import CASE

    with in_cases(CASE):
        return [str(one.item) for one in Item.objects.all()]


def test_two_custodians_and_the_keeper_see_the_file_as_it_was(office, tmp_path):
    empty = picture(tmp_path, "empty.png", b"")
    shown = opened(office, deposited(office, picture(tmp_path), empty))
    assert without_files(shown.lines) == LINES
    out = tmp_path / "out"
    out.mkdir()
    written = write_files(office.archive, office.keeper, shown, out)
    assert [path.name for path in written] == ["Alesia Prykladnaja.jpg", "empty.png"]
    assert [path.read_bytes() for path in written] == [FACE, b""]
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}


def test_the_vault_key_opens_no_picture_and_no_name_of_it(office, tmp_path):
    deposited(office, picture(tmp_path))
    (item,) = items()
    out = tmp_path / "what-the-vault-key-gives"
    open_item(office.archive, office.keeper, item, out=out, purpose="a look")
    assert out.read_bytes().startswith(b"age-encryption.org/v1\n"), "the control: it was opened"
    for _, data in [*texts_of(office.archive.root), (out, out.read_bytes())]:
        assert b"canary of a face" not in data
        assert b"Prykladnaja" not in data
        assert NAME.encode() not in data


def test_nothing_is_sealed_before_two_people_hold_seats(tmp_path):
    from sviedka.store.connect import disconnect

    office = Office(tmp_path / "office", held=(1,))
    subject = office.person()
    with pytest.raises(SeatsMissing):
        deposit_with_files(office.archive, office.keeper, subject, Identity(lines=LINES), [picture(tmp_path)])
    assert items() == []
    disconnect()


def test_a_name_from_outside_leads_nowhere_and_overwrites_nothing(office, tmp_path):
    subject = deposited(office, picture(tmp_path))
    shown = opened(office, subject)
    (line,) = [text for kind, text in shown.lines if kind == FILE]
    item, secret, _ = line.split(" ", 2)
    out = tmp_path / "out"
    out.mkdir()
    (out / "own.jpg").write_bytes(b"mine")
    names = ["..", ".bashrc", "own.jpg", "own.jpg", "-rf"]
    lines = [(FILE, f"{item} {secret} {name}") for name in names]
    again = Shown(person=shown.person, jti=shown.jti, lines=lines)
    written = write_files(office.archive, office.keeper, again, out)
    assert [path.name for path in written] == ["file", "bashrc", "1.jpg", "2.jpg", "-rf"]
    assert (out / "own.jpg").read_bytes() == b"mine"
    assert {path.parent for path in written} == {out}


@pytest.mark.parametrize("text", ["", "no item", "0" * 32, f"{'0' * 32} AGE-SECRET-KEY-1{'Q' * 58} a/b"])
def test_a_line_that_tells_no_file_is_malformed(office, tmp_path, text):
    shown = Shown(person="0" * 32, jti="0" * 32, lines=[(FILE, text)])
    with pytest.raises(IdentityFileMalformed) as caught:
        write_files(office.archive, office.keeper, shown, tmp_path)
    assert isinstance(caught.value, Malformed)


def test_another_key_opens_nothing_and_leaves_nothing(office, tmp_path):
    shown = opened(office, deposited(office, picture(tmp_path)))
    (line,) = [text for kind, text in shown.lines if kind == FILE]
    other = format_identity(X25519Identity.from_bytes(bytearray(random_bytes(32)))).decode()
    item, _, name = line.split(" ", 2)
    out = tmp_path / "out"
    out.mkdir()
    wrong = Shown(person=shown.person, jti=shown.jti, lines=[(FILE, f"{item} {other} {name}")])
    with pytest.raises(Failure, match="key"):
        write_files(office.archive, office.keeper, wrong, out)
    assert list(out.iterdir()) == []
