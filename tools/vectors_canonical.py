# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes spec/vectors/canonical: JSON, base64, hexadecimal, identifiers, moments and dates in their one spelling.

Usage: python tools/vectors_canonical.py [--check]
"""

from __future__ import annotations

import base64
import sys

from vectors_form import FILES, vector, write

NOT_CANONICAL = "malformed.not-canonical"
TOPIC = "canonical"

JSON_ACCEPTED = {
    "null": b"null",
    "true": b"true",
    "an empty text": b'""',
    "an empty array": b"[]",
    "an empty object": b"{}",
    "zero": b"0",
    "the largest integer": b"9007199254740991",
    "the smallest integer": b"-9007199254740991",
    "keys are in order": b'{"":0,"A":1,"a":2,"aa":3}',
    "a key beyond the basic plane comes before a key of U+FFFF": '{"\U00010000":1,"\uffff":2}'.encode(),
    "letters of every script stand as themselves": '"Сьведка, сведка, świadek, 証人"'.encode(),
    "a slash needs no escape": b'"/"',
    "a delete character needs no escape": b'"\x7f"',
    "short escapes are used where they exist": rb'"\b\t\n\f\r\"\\"',
    "other controls are escaped with small letters": rb'"\u0000\u001f"',
    "a value inside 32 arrays": b"[" * 32 + b"0" + b"]" * 32,
    "an empty array inside 32 arrays": b"[" * 33 + b"]" * 33,
}

JSON_REJECTED = {
    "nothing at all": (b"", "malformed"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "malformed"),
    "bytes that are not UTF-8": (b'"\xff"', "malformed"),
    "something behind the value": (b"{}x", "malformed"),
    "a line feed behind the value": (b"{}\n", NOT_CANONICAL),
    "a space behind a comma": (b"[1, 2]", NOT_CANONICAL),
    "keys out of order": (b'{"b":1,"a":2}', NOT_CANONICAL),
    "keys in order of code points": ('{"\uffff":2,"\U00010000":1}'.encode(), NOT_CANONICAL),
    "a key that stands twice": (b'{"a":1,"a":1}', NOT_CANONICAL),
    "an escape that is not needed": (rb'"\u0061"', NOT_CANONICAL),
    "an escaped slash": (rb'"\/"', NOT_CANONICAL),
    "an escape in capitals": (rb'"\u001F"', NOT_CANONICAL),
    "a long escape where a short one exists": (rb'"\u000a"', NOT_CANONICAL),
    "an escaped letter beyond the basic plane": (rb'"\ud800\udc00"', NOT_CANONICAL),
    "half of a surrogate pair": (rb'"\ud800"', "malformed"),
    "a raw control character": (b'"\n"', "malformed"),
    "minus zero": (b"-0", NOT_CANONICAL),
    "a leading zero": (b"01", "malformed"),
    "a fraction": (b"1.5", "malformed"),
    "a fraction of zero": (b"1.0", "malformed"),
    "an exponent": (b"1e2", "malformed"),
    "an integer that not every reader keeps": (b"9007199254740992", "malformed"),
    "not a number": (b"NaN", "malformed"),
    "a comma too many": (b"[1,]", "malformed"),
    "a value inside 33 arrays": (b"[" * 33 + b"0" + b"]" * 33, "malformed"),
    "an empty object inside 33 objects": (b'{"":' * 33 + b"{}" + b"}" * 33, "malformed"),
}

TEXTS = {
    "base64url": {
        "accept": {"no bytes": "", "one byte": "_w", "two bytes": "-_8", "three bytes": "----"},
        "reject": {
            "padding": "_w==",
            "unused bits set": "_x",
            "letters of standard base64": "+/8",
            "a single character": "A",
            "a space": "-_ 8",
            "a line feed at the end": "----\n",
            "a letter of another script": "А---",  # noqa: RUF001  # Cyrillic on purpose
        },
    },
    "base64": {
        "accept": {"no bytes": "", "one byte": "/w==", "two bytes": "+/8=", "three bytes": "++++"},
        "reject": {
            "no padding": "/w",
            "unused bits set": "/x==",
            "letters of base64url": "-_8=",
            "padding in the middle": "/w==++++",
            "a line feed": "++++\n",
        },
    },
    "hex": {
        "accept": {"no bytes": "", "two bytes": "00ff"},
        "reject": {"capital letters": "00FF", "half a byte": "00f", "a space": "00 ff", "a line feed": "00ff\n"},
    },
    "id": {
        "accept": {"an identifier": "0123456789abcdef0123456789abcdef"},
        "reject": {
            "capital letters": "0123456789ABCDEF0123456789ABCDEF",
            "31 digits": "0123456789abcdef0123456789abcde",
            "33 digits": "0123456789abcdef0123456789abcdef0",
            "dashes": "01234567-89ab-cdef-0123-456789abcdef",
            "a line feed": "0123456789abcdef0123456789abcdef\n",
        },
    },
    "origin": {
        "accept": {"an archive and a desk": "archive.example/minsk-1", "one letter each": "a/b"},
        "reject": {
            "no desk": "archive.example",
            "three parts": "archive.example/minsk/1",
            "a capital letter": "Archive.example/minsk-1",
            "a dash at the end": "archive.example/minsk-",
            "a letter of another script": "archive.example/мінск",
            "a scheme": "https://archive.example/minsk-1",
        },
    },
    "instant": {
        "accept": {"a moment": "2026-11-21T22:53:00Z", "the last second of February": "2024-02-29T23:59:59Z"},
        "reject": {
            "parts of a second": "2026-11-21T22:53:00.0Z",
            "an offset": "2026-11-21T22:53:00+00:00",
            "a small z": "2026-11-21T22:53:00z",
            "a space for the T": "2026-11-21 22:53:00Z",
            "the day that a year does not have": "2026-02-29T00:00:00Z",
            "hour 24": "2026-11-21T24:00:00Z",
            "a leap second": "2016-12-31T23:59:60Z",
            "no seconds": "2026-11-21T22:53Z",
        },
    },
}

CODES = {"id": "malformed", "origin": "malformed", "instant": "malformed.instant"}

DAY, BOTH = "2020-08-10", ("2020-08-10", "2020-08-10")
NONE = (None, None)

DATES = {
    # sentence: (what a statement holds, precise, imprecise)
    "a day": (DAY, BOTH, NONE),
    "a night is one of two days": ("[2020-08-09,2020-08-10]", NONE, ("2020-08-09", "2020-08-10")),
    "from one day to another": ("2020-08-09/2020-08-12", ("2020-08-09", "2020-08-12"), NONE),
    "about the middle of a month": ("2020-08-10~/2020-08-20~", NONE, ("2020-08-10", "2020-08-20")),
    "an unknown day of a month": ("2020-08-XX", NONE, ("2020-08-01", "2020-08-31")),
    "a month": ("2020-02", NONE, ("2020-02-01", "2020-02-29")),
    "a year": ("2020", NONE, ("2020-01-01", "2020-12-31")),
    "an unknown month of a year": ("2020-XX-XX", NONE, ("2020-01-01", "2020-12-31")),
    "a decade": ("199X", NONE, ("1990-01-01", "1999-12-31")),
    "an uncertain day": ("2020-08-10?", NONE, BOTH),
    "an unknown day cut off at the day of publication": (
        {"edtf": "2020-08-XX", "not_after": "2020-08-20"}, NONE, ("2020-08-01", "2020-08-20"),
    ),
    "since a day and still so when it was told": (
        {"edtf": "2020-08-09/..", "said_on": "2020-08-13", "starting": True}, ("2020-08-09", "2020-08-13"), NONE,
    ),
    "since a day, nobody said how long": ("2020-08-09/..", ("2020-08-09", "2020-08-09"), NONE),
    "before a day": ("../2020-08-12", NONE, (None, "2020-08-12")),
    "from a day to an unknown one": ("2020-08-09/", ("2020-08-09", "2020-08-09"), NONE),
    "from one month to another": (
        "2020-08/2020-10", ("2020-08-31", "2020-10-01"), ("2020-08-01", "2020-10-31"),
    ),
    "hours stay in the words of the source": (
        {"edtf": DAY, "time_text": "about two hours before dawn"}, BOTH, NONE,
    ),
}  # fmt: skip

DATES_REJECTED = {
    "no text": "",
    "a month in words": "August 2020",
    "a day with dots": "10.08.2020",
    "a clock time": "2020-08-10T22:00:00Z",
    "an interval of clock times": "2020-08-10T22:00/2020-08-11T02:00",
    "a tenth of a month": "2020-08-1X",
    "a day whose month is unknown": "2020-XX-10",
    "a month whose year is unknown": "202X-08",
    "a day that the calendar does not have": "2021-02-29",
    "a month thirteen": "2020-13",
    "an end before the beginning": "2020-08-12/2020-08-09",
    "two open ends": "../..",
    "three parts of an interval": "2020/2021/2022",
    "a set of one": "[2020-08-09]",
    "a set in another order": "[2020-08-10,2020-08-09]",
    "a set of a day and the month it is in": "[2020-08,2020-08-09]",
    "a set with a doubtful part": "[2020-08-09?,2020-08-10]",
    "a set that means all of its dates": "{2020-08-09,2020-08-10}",
    "a set with an open end": "[..2020-08-09]",
    "a season": "2020-21",
    "a year of five digits": "Y12020",
    "a year before 1000": "0999",
    "a qualifier in the middle": "2020?-08-10",
    "two qualifiers": "2020-08-10?~",
    "spaces around it": " 2020-08-10",
    "digits of another script": "２０２０-08-10",  # noqa: RUF001  # full-width on purpose
}

DATE_OBJECTS_REJECTED = {
    "an object that holds nothing but the date": {"edtf": DAY},
    "an object without a date": {"time_text": "in the morning"},
    "an object with a member that does not belong": {"edtf": DAY, "hour": 22},
    "a day after the last that the source can know of": {"edtf": "2020-08-10", "not_after": "2020-08-09"},
    "an interval that ends after the last day that the source can know of": {
        "edtf": "2020-08-09/2020-08-12", "not_after": "2020-08-11",
    },
    "a night after the last day that the source can know of": {
        "edtf": "[2020-08-09,2020-08-10]", "not_after": "2020-08-09",
    },
    "still so on a day before it began": {"edtf": "2020-08-09/..", "said_on": "2020-08-08"},
    "told after the last day that the source can know of": {
        "edtf": "2020-08-09/..", "said_on": "2020-08-13", "not_after": "2020-08-12",
    },
    "a zone that is not counted in here": {"edtf": DAY, "zone": "Europe/Atlantis"},
    "told on a month": {"edtf": "2020-08-09/..", "said_on": "2020-08"},
    "a beginning that is neither true nor false": {"edtf": DAY, "starting": "yes"},
}  # fmt: skip


def main() -> int:
    """Write the vectors, or with --check say which files differ."""
    for sentence, data in JSON_ACCEPTED.items():
        vector(TOPIC, f"json: {sentence}", "json", {"bytes": _b64(data)})
    for sentence, (data, code) in JSON_REJECTED.items():
        vector(TOPIC, f"json: {sentence}", "json", {"bytes": _b64(data)}, code=code)
    for check, kinds in TEXTS.items():
        code = CODES.get(check, NOT_CANONICAL)
        for sentence, text in kinds["accept"].items():
            vector(TOPIC, f"{check}: {sentence}", check, {"text": text})
        for sentence, text in kinds["reject"].items():
            vector(TOPIC, f"{check}: {sentence}", check, {"text": text}, code=code)
    for sentence, (value, precise, imprecise) in DATES.items():
        vector(TOPIC, f"date: {sentence}", "date", {"value": value}, precise=precise, imprecise=imprecise)
    for sentence, text in DATES_REJECTED.items():
        vector(TOPIC, f"date: {sentence}", "date", {"value": text}, code="malformed.edtf")
    for sentence, value in DATE_OBJECTS_REJECTED.items():
        vector(TOPIC, f"date: {sentence}", "date", {"value": value}, code="malformed.date")
    return write(FILES, sys.argv[1:])


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


if __name__ == "__main__":
    sys.exit(main())
