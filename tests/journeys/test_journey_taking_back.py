# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking back as a documenter types it, with a real keeper: preview, freeze, refusals, two people, a rotation.

That it is erased after the days have passed is in tests/stores/test_taking_back.py, where the clock can be moved.
"""

import json

import pytest

from sviedka.keeper.unlocking import lock
from users_kit import found_with_users, unlock_as

CASEBOOK = """\
casebook: 1
case: {label: case-one, title: An invented case}
persons:
  - {label: p-b, pseudonym: Beta, counting_unit: individual}
items:
  - {label: i-b, path: files/beta.txt, shows: [p-b]}
"""


@pytest.fixture
def house(tmp_path):
    from sviedka.store.connect import disconnect

    house = found_with_users(tmp_path, 2)
    unlock_as(house, 0)
    yield house
    disconnect()
    lock(house.archive)


@pytest.mark.timeout(300)
def test_a_documenter_takes_back_what_a_person_gave_up_to_the_waiting(house, tmp_path, capsys):
    from sviedka.cli.main import main

    def sviedka(*words, expect=0):
        status = main([*words, "--archive", str(house.archive.root), "--json"])
        told = json.loads(capsys.readouterr().out)
        assert status == expect, told
        return told

    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "beta.txt").write_text("What Beta wrote.\n")
    (tmp_path / "case.yaml").write_text(CASEBOOK)
    sviedka("seal", str(tmp_path / "files"), "--case", "case-one")
    sviedka("record", str(tmp_path / "case.yaml"))
    (item,) = sviedka("erase", "p-b", "--preview")["preview"]["items"]
    sviedka("open", item, "-o", str(tmp_path / "before"), "--purpose", "a test")
    sviedka("erase", "p-b", "--checked", "free", expect=40)
    (request,) = sviedka("erase", "p-b", "--asked-by", "the-person")["requests"]
    assert (request["stage"], request["frozen"]) == ("waiting", True)
    assert (
        sviedka("open", item, "-o", str(tmp_path / "after"), "--purpose", "a test", expect=40)["code"]
        == "withheld.frozen"
    )
    for place, user in enumerate(house.users):
        own = tmp_path / f"passphrase-{place}"
        own.write_bytes(house.passphrases[place])
        sviedka("approve", request["request"], "--action", "erase", "--by", user, "--passphrase-file", str(own))
    sviedka("erase", "p-b", "--checked", "free", "--channel", "agreed-channel")
    (request,) = sviedka("erase", "p-b")["requests"]
    assert sorted(request["approved_by"]) == sorted(house.users)
    assert sviedka("erase", "p-b", "--carry-out", expect=40)["code"] == "withheld.erasure-waits"
    assert sviedka("erase", "nobody-is-called-that", "--preview", expect=20)["code"] == "unproven.subject-unknown"
    rotated = sviedka("epoch", "rotate")
    assert (len(rotated["ended"]), rotated["slips"], rotated["forgotten"]) == (1, 1, True)
    assert sviedka("erase", "p-b")["requests"] == [request]
