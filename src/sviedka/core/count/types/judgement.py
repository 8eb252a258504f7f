# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody, or a rule, judged which records of a cluster are of one person. Its subject is the cluster: its records.

Records are named by their list's digest and row; nobody is named. A later judgement of the same reviewer on the same
records takes the place of this one, which stays in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.compound_kinds import ListOf
from sviedka.core.base.kinds import Digest, Flag, Integer, Line, OneOf
from sviedka.core.base.phrases import Phrase
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

if TYPE_CHECKING:
    from sviedka.core.base.schema import Fields

VERDICTS: Final = ("same", "not-same", "unsure")
LOOKS: Final = ("blind", "third", "rule")


def _whole(fields: Fields) -> Phrase | None:
    """One group for each record, or none; a rule has a name."""
    groups, records = fields.get("groups"), fields.get("records")
    if isinstance(groups, list) and isinstance(records, list) and len(groups) != len(records):
        return Phrase("one group for each record")
    if (fields.get("verdict") == "unsure") is (groups is not None):
        return Phrase("groups, unless it is unsure")
    if (fields.get("look") == "rule") is (fields.get("rule") is None):
        return Phrase("the name of the rule, if a rule judged")
    return None


TYPE: Final = StatementType(
    name="judgement",
    version=1,
    label="judgement of a cluster",
    fields=(
        Field(name="run_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="lists", kind=ListOf(of=Digest(), least=1, most=16), about=ARCHIVE, required=True),
        # The list's place in `lists`, from 0, and the row in it, from 1.
        Field(
            name="records",
            kind=ListOf(of=ListOf(of=Integer(most=2**31 - 1), least=2, most=2), least=2, most=256),
            about=ARCHIVE,
            required=True,
        ),
        Field(name="verdict", kind=OneOf(words=VERDICTS, source="own"), about=ARCHIVE, required=True),
        Field(name="groups", kind=ListOf(of=Integer(most=255), least=2, most=256), about=ARCHIVE),
        Field(name="look", kind=OneOf(words=LOOKS, source="own"), about=ARCHIVE, required=True),
        Field(name="rule", kind=Line(most=120), about=ARCHIVE),
        Field(name="taken_back", kind=Flag(), about=ARCHIVE),
    ),
    rules=(_whole,),
)
