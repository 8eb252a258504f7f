# SPDX-License-Identifier: AGPL-3.0-or-later
"""A date with doubt in words, as a reader of a report meets it. Days stay in figures: they read the same in each language.

What was recorded is not changed: an unknown day is said to be unknown, one of two days stays one of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.core.base.edtf import EdtfMalformed, Form, parse_edtf

if TYPE_CHECKING:
    from sviedka.core.base.canonical import Json
    from sviedka.core.disclose.wording import Wording

_DOUBTS: Final = {"?": "date.uncertain", "~": "date.about", "%": "date.about-uncertain"}


def say_date(value: Json, wording: Wording) -> str:
    """Return a date in words, and the source's own words for it; a text that is no date stays as it was recorded."""
    if not isinstance(value, dict):
        return _say_text(str(value or ""), wording)
    told, words = _say_text(str(value.get("edtf", "")), wording), value.get("time_text")
    return f"{told} ({words})" if words else told


def _say_text(text: str, wording: Wording) -> str:
    try:
        form = parse_edtf(text).form
    except EdtfMalformed:
        return text
    if form is Form.ONE_OF:
        return wording.say("date.or").join(_say_one(choice, wording) for choice in text[1:-1].split(","))
    if form is Form.INTERVAL:
        return _say_interval(*text.split("/"), wording=wording)
    return _say_one(text, wording)


def _say_interval(begin: str, end: str, *, wording: Wording) -> str:
    if begin in {"..", ""}:
        return wording.say("date.until-open" if begin else "date.until-unknown", last=_say_one(end, wording))
    first = _say_one(begin, wording)
    if end in {"..", ""}:
        return wording.say("date.from-open" if end else "date.from-unknown", first=first)
    return wording.say("date.from-to", first=first, last=_say_one(end, wording))


def _say_one(text: str, wording: Wording) -> str:
    plain = text.rstrip("?~%")
    told = _say_known(plain, wording)
    return wording.say(_DOUBTS[text[len(plain) :]], date=told) if plain != text else told


def _say_known(text: str, wording: Wording) -> str:
    """Say which part is unknown (`XX`): the day, the month, or the year within its decade or century."""
    known = text.replace("-XX", "")
    if "X" in known:
        return wording.say("date.years", first=known.replace("X", "0"), last=known.replace("X", "9"))
    unknown = {len("2020-08"): "date.no-day", len("2020"): "date.no-month"}
    return known if known == text else wording.say(unknown[len(known)], known=known)
