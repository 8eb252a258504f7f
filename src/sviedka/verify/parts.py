# SPDX-License-Identifier: AGPL-3.0-or-later
"""The four parts that ask what an unaltered dossier is worth (spec §8.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.verify.codes import VERDICTS
from sviedka.verify.consented import check_consent
from sviedka.verify.exhibits import media_types
from sviedka.verify.existed import check_existed, latest
from sviedka.verify.findings import Findings, Part, PartName
from sviedka.verify.succeeded import find_carried, note_successions
from sviedka.verify.trust import check_cosigned, check_origin

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.seal.policy import Policy
    from sviedka.verify.facts import Sound


def check_parts(sound: Sound, policy: Policy | None, facts: dict[str, Json]) -> tuple[Part, ...]:
    """Judge origin, cosigned, existed and consent; add to `facts` what they establish."""
    origin, cosigned, existed, consent = (Findings(VERDICTS) for _ in range(4))
    contents, statements = sound.contents, sound.statements
    carried = find_carried(contents, statements)
    existence = check_existed(policy, contents.logs, sound.files, statements, carried, existed)
    facts["stamps"] = [stamp.to_json() for stamp in existence.stamps]
    facts["existed_by"] = latest(existence.by, statements)
    facts["existed_by_external"] = latest(existence.by_external, statements)
    note_successions(contents, statements, origin)
    facts["root_pinned"] = check_origin(policy, contents, sound.keys, statements, existence.by, origin)
    cosigners = check_cosigned(policy, contents.logs, cosigned)
    logs = facts["logs"] if isinstance(facts["logs"], list) else []
    for log, fact in zip(contents.logs, logs, strict=True):
        if isinstance(fact, dict):
            fact["cosigners"] = cosigners[log.number].to_json()
    by_jti = {statement.jti: statement for statement in statements}
    check_consent(
        contents.spec,
        sound.seal.text.as_of.date(),
        contents.persons,
        statements,
        media_types(contents.exhibits, by_jti),
        consent,
    )
    return (
        origin.close(PartName.ORIGIN),
        cosigned.close(PartName.COSIGNED),
        existed.close(PartName.EXISTED),
        consent.close(PartName.CONSENT),
    )


def unchecked_parts() -> tuple[Part, ...]:
    """Return the four parts of a dossier that is not unaltered: nothing is said of them."""
    names = (PartName.ORIGIN, PartName.COSIGNED, PartName.EXISTED, PartName.CONSENT)
    return tuple(_unchecked(name) for name in names)


def _unchecked(name: PartName) -> Part:
    findings = Findings(VERDICTS)
    findings.add("part.not-checked")
    return findings.close(name)
