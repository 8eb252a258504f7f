# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shapes that fields of several types share: people by identifier, places, titles, media types."""

from __future__ import annotations

from typing import Final

from sviedka.core.base.compound_kinds import Either, ListOf, Map
from sviedka.core.base.consent_words import SENSITIVE
from sviedka.core.base.kinds import Line, OneOf, Ref, Token
from sviedka.core.base.schema import ARCHIVE, Field

PERSON: Final = Map(required={"person": Ref(to="person")})
"""Somebody, by a random identifier. Always a member named `person`, so that a verifier finds everybody without knowing
the type."""

PARTY: Final = Map(
    optional={"person": Ref(to="person"), "user": Ref(to="user"), "description": Line()},
    one_of=("person", "user", "description"),
)
"""Who handed something over or took it: a person of the record, one of our documenters, or a description."""

LANGUAGE: Final = Token(pattern=r"[a-z]{2,3}|none|unknown", says="a language's code such as be, or none, or unknown")
LANGUAGES: Final = ("be", "ru", "en")

TITLE: Final = Either(kinds=(Line(), Map(optional={language: Line() for language in LANGUAGES})))
"""A heading, in one language or in each of several."""

MEDIA_TYPE: Final = Token(
    pattern=r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}",
    says="a media type, such as image/jpeg",
)

EPOCH: Final = Token(pattern=r"[0-9]{4}-(?:0[1-9]|1[0-2])\.[1-9][0-9]{0,3}", says="an epoch, such as 2026-11.1")

WORD: Final = Token(pattern=r"[a-z][a-z0-9-]{0,63}", says="one word of small letters, digits and dashes")

LOCATION_TYPES: Final = (
    "street",
    "transport-stop",
    "police-van",
    "police-department",
    "temporary-detention",
    "offender-isolation-centre",
    "pre-trial-detention",
    "colony",
    "hospital",
    "ambulance",
    "court",
    "home",
    "workplace",
    "educational",
    "military-base",
    "improvised-site",
    "online",
    "abroad",
    "unknown",
)

PRECISIONS: Final = ("exact", "site", "street", "district", "settlement", "raion", "oblast", "country", "unknown")

PLACE: Final = Map(
    optional={
        "country": Token(pattern=r"[A-Z]{2}", says="a country's two capital letters (ISO 3166-1)"),
        "region": Line(),
        "district": Line(),
        "settlement": Line(),
        "site": Line(),
        "sub_site": Line(),
        "location_type": OneOf(words=LOCATION_TYPES, source="HURIDOCS list 17, own terms added"),
        "precision": OneOf(words=PRECISIONS, source="own"),
        "source_spelling": Line(),
    }
)
"""A place, as coarse as the source has it. No coordinates: a home must not be found by them."""

SENSITIVE_FIELD: Final = Field(
    name="sensitive", kind=ListOf(of=OneOf(words=SENSITIVE, source="own"), least=1, most=2), about=ARCHIVE
)
"""Marks what needs a grant of its own before it leaves (rule R5)."""
