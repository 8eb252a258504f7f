# SPDX-License-Identifier: AGPL-3.0-or-later
"""The place in a source: where to look, and what stands there in its own language (rules R16 and R23)."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import Words
from sviedka.core.base.kinds import Date, Line, OneOf, Ref
from sviedka.core.base.phrases import Phrase
from sviedka.core.base.schema import ARCHIVE, EVERYONE, Field, Fields, StatementType
from sviedka.core.base.shapes import LANGUAGE, PERSON, SENSITIVE_FIELD

ACCESS: Final = ("whole", "page", "paragraph", "frame", "clip", "row", "cell", "archive", "reported")
"""What the locator counts. *reported*: known only through another source, which the citation may name in `through`."""


def _a_part_has_a_locator(fields: Fields) -> Phrase | None:
    if fields.get("access") in {"whole", "archive"} or "locator" in fields:
        return None
    return Phrase("a citation of a part needs a locator (rule R16).")


def _a_translation_has_an_author(fields: Fields) -> Phrase | None:
    if "translation" in fields and "translated_by" not in fields:
        return Phrase("a translation needs its translator (rule R23).")
    return None


TYPE: Final = StatementType(
    name="citation",
    version=1,
    label="citation",
    fields=(
        Field(name="source", kind=Ref(to="source"), about=ARCHIVE, required=True),
        Field(name="access", kind=OneOf(words=ACCESS, source="own"), about=ARCHIVE, required=True),
        Field(name="locator", kind=Line(), about=ARCHIVE),
        Field(name="quote", kind=Words(), about=EVERYONE),
        Field(name="quote_language", kind=LANGUAGE, about=ARCHIVE),
        Field(name="translation", kind=Words(), about=EVERYONE),
        Field(name="translated_by", kind=Line(), about=EVERYONE),
        Field(name="through", kind=Ref(to="citation"), about=ARCHIVE),
        Field(name="item", kind=Ref(to="item"), about=ARCHIVE),
        Field(name="accessed", kind=Date(), about=ARCHIVE),
        Field(name="archive_reference", kind=Line(most=2_000), about=EVERYONE),
        Field(name="note", kind=Line(), about=EVERYONE),
        Field(name="persons", kind=PERSON, about=ARCHIVE, repeated=True),
        SENSITIVE_FIELD,
    ),
    rules=(_a_part_has_a_locator, _a_translation_has_an_author),
)
