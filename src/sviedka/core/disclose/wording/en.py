# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a dossier says, in English.

Nobody is called guilty: what a source says is said as its word, and whoever is named in it as reported (rule R26).
"""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "title": "Dossier",
    "footer": "Reading aid. The evidence is in the files beside it. Keep it as confidential as they are.",
    "what": "What this is",
    "what.text": (
        "This report retells what the statements and exhibits of this dossier hold, so that they can be read. It is no "
        "evidence itself and claims no verdict about itself: the files beside it are checked, not this paper."
    ),
    "what.words": (
        "What people and documents say is given as their word. Whoever is named in it is reported or alleged to have "
        "done something; nobody here is found guilty. What the authorities say stands beside it. A denial does not "
        "disprove a report, and a report does not disprove a denial."
    ),
    "for": "For",
    "purpose": "Purpose",
    "case": "Case",
    "desk": "Built by",
    "checkpoint": "Log of",
    "checkpoint.value": "{size} statements",
    "as-of": "As of",
    "as-of.value": "{time}, as the desk says",
    "check": "How to check it",
    "check.page": (
        "Open verify.html in any browser, offline, drop this folder into it and read the verdict. Before that compare "
        "the SHA-256 of verify.html with the one you were given by another way: a page from the same folder proves "
        "nothing about itself."
    ),
    "check.hand": "Or follow VERIFY.md with sha256sum, openssl and age; or run: sviedka verify FOLDER --policy FILE.",
    "check.pin": (
        "The verdict can only be “holds” against keys that you know from elsewhere. Ask the archive by telephone, in "
        "person or on its own site for the values below, and compare them letter by letter. Without them the verdict "
        "is “unproven”."
    ),
    "key.root": "Archive root key",
    "key.log": "Key of the log {origin}",
    "key.page": "SHA-256 of verify.html",
    "key.authority": "Root certificate of time authority {name} ({kind}), SHA-256",
    "kind.external": "external",
    "kind.internal": "internal: the archive's own clock",
    "exhibits": "Exhibits",
    "exhibits.none": "There are no exhibits.",
    "exhibits.columns": "File|Kind|Size in bytes|Name as it came|Sealed|SHA-256",
    "exhibits.shows": "Shows: {persons}",
    "incidents": "What is reported",
    "incidents.none": "No incident is recorded in what is shown.",
    "date": "Date",
    "date.uncertain": "{date} (uncertain)",
    "date.about": "about {date}",
    "date.about-uncertain": "about {date} (uncertain)",
    "date.no-day": "{known}, day not known",
    "date.no-month": "{known}, month not known",
    "date.years": "one of the years {first} to {last}",
    "date.from-to": "from {first} to {last}",
    "date.from-open": "from {first}, still so when it was told",
    "date.from-unknown": "from {first}, end not known",
    "date.until-open": "until {last}, since before what is told",
    "date.until-unknown": "until {last}, beginning not known",
    "date.or": " or ",
    "place": "Place",
    "methods": "Means reported",
    "roles": "Who is reported to have been there",
    "role.unit": "{role}: {unit}",
    "role.degree": "{role}: {who} ({degree})",
    "account": "Account",
    "withheld.mark": "[a passage is withheld here]",
    "reported": "Reported",
    "official": "Official version",
    "official.none": "No official version is recorded.",
    "reported.none": "Nothing else is recorded.",
    "claim": "{predicate}: {value}.",
    "claim.denies": "Denied: {predicate}: {value}.",
    "claim.cannot-confirm": "Could not be confirmed: {predicate}: {value}.",
    "claim.basis": "{basis}; credibility {credibility} of 6; {status}.",
    "claim.note": "Note: {note}",
    "claims.other": "Other claims",
    "sources": "Sources",
    "sources.none": "No source is shown.",
    "source.line": "[{number}] {source}, {locator}.",
    "source.reliability": "Reliability {grade}: {reason}",
    "source.through": "Known only through another source.",
    "source.unshown": "a source that is not shown",
    "locator.whole": "the whole",
    "custody": "Custody",
    "custody.columns": "When|What|Exhibit|Details",
    "custody.received": "received",
    "custody.sealed": "sealed",
    "custody.opened": "opened: {purpose}",
    "custody.transfer": "passed on: {giver} to {taker}",
    "custody.times": "Times in this table are those of the desk's clock. What is proven stands in the next one.",
    "somebody": "somebody who is not shown",
    "time": "Proofs of time",
    "time.text": (
        "Each stamp says of the first so many statements of the log: they existed by that time. It says nothing of "
        "when something happened."
    ),
    "time.columns": "Statements of the log|Authority|State",
    "time.none": "The log had not been stamped when this was built: no proof of time exists yet.",
    "time.stamped": "stamped",
    "time.stamped-at": "stamped, {time}",
    "time.pending": "missing: asked for since {time}",
    "time.late": "missing and overdue: asked for since {time}",
    "time.failed": "missing: the authority's answer was no good; asked for since {time}",
    "time.uncovered": "{count} statements of this dossier are under no stamped checkpoint.",
    "cosigners": "Cosigners of the checkpoint: {names}.",
    "cosigners.none": "No other organisation had cosigned the checkpoint when this was built.",
    "consent": "Consent",
    "consent.text": (
        "Everybody who appears had granted this use when the dossier was built. They are named by pseudonyms. Using it "
        "for anything else, or passing it on to others, needs their consent anew: ask the archive."
    ),
    "consent.columns": "Person|For|To|At most as|Material|Until",
    "consent.nobody": "No person appears.",
    "until.none": "it is taken back",
    "withheld": "What was withheld",
    "withheld.none": "Nothing was withheld by order or for lack of consent.",
    "withheld.text": "Withheld for lack of a grant, or by order of those who built this, and counted:",
    "withheld.persons": "persons: {count}",
    "withheld.exhibits": "exhibits: {count}",
    "withheld.passages": "passages of statements: {count}",
    "withheld.statements": "whole statements: {count}",
    "limits": "What this dossier does not prove",
    "gap": (
        "The log {closed} lost its end with a disk and was closed: {held} of the {known} statements that "
        "it had signed for are held, the others are lost. The log {origin} goes on after it, as the "
        "archive's root has signed."
    ),
    "limits.complete": "That it is complete. What was not put in cannot be seen from what was.",
    "limits.time": "When anything happened. A stamp proves that statements existed by a time, no more.",
    "limits.true": "That what a source says is true. It proves who recorded it, what, and that it was not changed since.",
    "limits.derived": "This report, previews and redacted copies rest on the archive's signature, not on an original's.",
    "limits.consent": "That consent still stands. Ask the archive before each use.",
    "verify.title": "How to check this dossier",
    "verify.intro": (
        "Three ways lead to a verdict. None needs the archive's help; all need values that you got from it by another way "
        "than this folder. No program from this folder has to be run, except verify.html, and that only if you wish."
    ),
    "verify.pin": "Get the fingerprints by another way",
    "verify.pin.text": (
        "Whoever forges a dossier can also forge the keys in it. So ask the archive for these values by telephone, in person, "
        "on its own site or from somebody you both know, and compare letter by letter. If you cannot, every verdict stays "
        "“unproven”."
    ),
    "verify.page": "In a browser",
    "verify.page.text": (
        "Compare the SHA-256 of verify.html with the value above, got by another way. Then open it (it works without "
        "network), drop this folder into it and type or choose what you trust."
    ),
    "verify.program": "With the program",
    "verify.hand": "By hand",
    "verify.hand.text": (
        "With sha256sum and openssl (3.0 or newer), in this folder, with a POSIX shell. Where sha256sum is slow, "
        "openssl dgst -sha256 gives the same digests."
    ),
    "verify.files": "Every file is as listed",
    "verify.files.text": "No line means no difference.",
    "verify.nothing-else": "Nothing is missing, nothing was added",
    "verify.nothing-else.text": "The lists name every file but four, which the seal itself binds.",
    "verify.seal": "The seal",
    "verify.seal.text": (
        "The signature must verify, and the digests that sha256sum prints must be those in SEAL.body. SEAL.body is the text "
        "of SEAL.txt, SEAL.sig the bytes of its signature."
    ),
    "verify.root": "The key list",
    "verify.root.text": (
        "The root's signature on the key list must verify, and the line in keys/root must be the value you got by another way."
    ),
    "verify.listed": "The keys are those that the list names",
    "verify.listed.text": "Each key must be followed by a line: the root's own, or a line of the key list with its use.",
    "verify.log": "The log's checkpoint",
    "verify.log.text": "The log's signature on its size and root hash.",
    "verify.stamps": "Time stamps",
    "verify.stamps.text": (
        "ROOT.pem is the authority's root certificate, got by another way; its fingerprint must be the one above. Once a "
        "certificate has ended, add -attime with a moment before its end."
    ),
    "verify.statement": "One statement",
    "verify.statement.text": (
        "n is its line. The signature must verify; each digest that is printed under a disclosed part must be among those of "
        "the first line, or among those of a part already found there. If the desk changed its key, take the one that the key list names."
    ),
    "verify.inclusion": "Its place in the log",
    "verify.inclusion.text": "After the commands above. The two lines printed at the end must be alike (RFC 9162, 2.1.3.2).",
    "verify.exhibits": "An exhibit and its statement",
    "verify.exhibits.text": (
        "exhibits.txt names for each file the statement (jti) that sealed it; the digest must be the plain_sha256 that the "
        "statement discloses."
    ),
    "verify.delivery": "What was sent encrypted",
    "verify.delivery.text": "It holds the same files.",
    "verify.verdicts": "What the words mean",
    "verify.holds": "every part is proven against what you know from elsewhere.",
    "verify.unproven": "nothing contradicts, but something that would prove it is missing; the report says what.",
    "verify.malformed": "it cannot be understood; nothing is known of it.",
    "verify.refuted": "something contradicts: it was changed, forged, or handed over without consent.",
    "loadfile.readme": (
        "Load files for review software, made from this dossier; they are no evidence.\n\n"
        "export.dat   Concordance: fields separated by 0x14 and enclosed in 0xFE, line breaks inside a field 0xAE,\n"
        "             one byte each (Windows-1252 positions); all other text is ASCII, so the encoding cannot go wrong.\n"
        "export.csv   The same columns, RFC 4180, UTF-8 without byte order mark.\n\n"
        "BEGDOC, ENDDOC   number of the exhibit\nNATIVEPATH       file in this folder\nFILEEXT          extension\n"
        "FILESIZE         bytes\nDOCTYPE          media type\nSHA256HASH       of the file\nCUSTODIAN        the archive\n"
        "ITEM             identifier of the item in the archive\nSTATEMENT        the statement that sealed it\n"
    ),
}

WORDS: Final = {
    "BY": "Belarus",
    "LT": "Lithuania",
    "PL": "Poland",
    "RU": "Russia",
    "UA": "Ukraine",
    "cannot-confirm": "cannot confirm",
    "first-hand": "first hand",
    "official-record": "official record",
    "work-needed": "work needed",
    "indirect-victim": "indirect victim",
    "reported-perpetrator": "reported perpetrator",
    "reported-commander": "reported commander",
    "prosecution-abroad": "prosecution abroad",
    "un-investigation": "UN investigation",
    "un-special-procedures": "UN special procedures",
    "statement-text": "text of statements",
    "image-of-face": "pictures of the face",
    "custody-death": "death in custody",
    "crowd-control-death": "death during crowd control",
    "search-raid": "search or raid",
    "blows-hands-feet": "blows with hands and feet",
    "blows-truncheon": "blows with a truncheon",
    "blows-unspecified": "blows",
    "number-of-perpetrators": "number of reported perpetrators",
    "perpetrator-affiliation": "affiliation of the reported perpetrator",
    "perpetrator-description": "description of the reported perpetrator",
}
