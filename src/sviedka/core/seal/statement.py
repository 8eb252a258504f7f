# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements: signed, append-only records whose every content can be shown or withheld by itself.

The names that other rooms use, gathered here. The work is done in the modules named for it: `statement_compose`
seals and signs, `statement_head` reads the signed part, `statement_read` follows the digests, `statement_common`
reads what every statement has, `sealed_disclosures` encrypts, `sdjwt` is the serial form. Format:
spec/03-statement.md.
"""

from sviedka.core.seal.disclosure import Disclosure, digest_text, parse_disclosure
from sviedka.core.seal.sdjwt import format_sdjwt, parse_sdjwt
from sviedka.core.seal.sealed_disclosures import open_sealed, parse_sealed
from sviedka.core.seal.statement_common import common_facts, verify_author
from sviedka.core.seal.statement_compose import Prepared, compose, finish, format_kid, prepare
from sviedka.core.seal.statement_head import parse_jwt, verify_signature
from sviedka.core.seal.statement_read import read_disclosures
from sviedka.core.seal.statement_shapes import (
    CommonFacts,
    Composed,
    Disclose,
    Draft,
    Group,
    Segment,
    Statement,
    StatementHead,
    Text,
)

__all__ = [
    "CommonFacts",
    "Composed",
    "Disclose",
    "Disclosure",
    "Draft",
    "Group",
    "Prepared",
    "Segment",
    "Statement",
    "StatementHead",
    "Text",
    "common_facts",
    "compose",
    "digest_text",
    "finish",
    "format_kid",
    "format_sdjwt",
    "open_sealed",
    "parse_disclosure",
    "parse_jwt",
    "parse_sdjwt",
    "parse_sealed",
    "prepare",
    "read_disclosures",
    "verify_author",
    "verify_signature",
]
