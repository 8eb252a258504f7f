# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many people there are, by all methods, or why no total is given. Its subject is the question: what is counted.

A range and a refusal never stand together: a refused estimate leaves the documented minimum alone. Cells of the table of
captures are small counts and are not in it; the digest says which table it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.compound_kinds import ListOf, Map
from sviedka.core.base.kinds import Day, Digest, Integer, Line, OneOf, Token
from sviedka.core.base.phrases import Phrase
from sviedka.core.base.schema import ARCHIVE, Field, StatementType

if TYPE_CHECKING:
    from sviedka.core.base.schema import Fields

METHODS: Final = (
    "chao-lower-bound",
    "log-linear",
    "every-pair",
    "graph-average",
    "latent-class",
    "no-highest-interaction",
)
PLACES: Final = ("inside", "outside")
"""Whether a method's interval is part of the range."""
INPUTS: Final = ("linkage-run", "capture-table")
CODE: Final = Token(pattern=r"[a-z]+(-[a-z]+)*", says="a code in small letters and dashes")


def _range_or_refusal(fields: Fields) -> Phrase | None:
    """Exactly one of the two; the ends in order, above the minimum."""
    low, high, least = fields.get("range_low"), fields.get("range_high"), fields.get("documented_low")
    if (low is None) is not (high is None) or (low is None) is not ("refused_for" in fields):
        return Phrase("a range or a refusal, never both")
    if isinstance(low, int) and isinstance(high, int) and isinstance(least, int) and not least <= low <= high:
        return Phrase("the ends of a range in their order, not below the minimum")
    return None


TYPE: Final = StatementType(
    name="estimate",
    version=1,
    label="estimate",
    fields=(
        Field(name="unit", kind=Line(most=200), about=ARCHIVE, required=True),
        Field(name="what", kind=Line(most=200), about=ARCHIVE, required=True),
        Field(name="where", kind=Line(most=200), about=ARCHIVE, required=True),
        Field(name="until", kind=Day(), about=ARCHIVE, required=True),
        Field(name="input", kind=OneOf(words=INPUTS, source="own"), about=ARCHIVE, required=True),
        Field(name="input_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="report_sha256", kind=Digest(), about=ARCHIVE, required=True),
        Field(name="lists", kind=Integer(least=1, most=16), about=ARCHIVE, required=True),
        Field(name="draws", kind=Integer(most=1_000), about=ARCHIVE, required=True),
        Field(name="documented", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="documented_low", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="documented_high", kind=Integer(), about=ARCHIVE, required=True),
        Field(name="range_low", kind=Integer(), about=ARCHIVE),
        Field(name="range_high", kind=Integer(), about=ARCHIVE),
        Field(name="level_percent", kind=Integer(least=50, most=99), about=ARCHIVE, required=True),
        Field(name="refused_for", kind=ListOf(of=CODE, least=1, most=32), about=ARCHIVE),
        Field(name="warned_of", kind=ListOf(of=CODE, most=64), about=ARCHIVE),
        Field(
            name="methods",
            kind=ListOf(
                of=Map(
                    required={"name": OneOf(words=METHODS, source="own")},
                    optional={
                        "people": Integer(),
                        "low": Integer(),
                        "high": Integer(),
                        "range": OneOf(words=PLACES, source="own"),
                    },
                ),
                most=len(METHODS),
            ),
            about=ARCHIVE,
        ),
        Field(name="seed", kind=Integer(most=2**32 - 1), about=ARCHIVE, required=True),
    ),
    rules=(_range_or_refusal,),
)
