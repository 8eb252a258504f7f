# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every finding a verifier can report, its verdict, and the sentence a person reads (spec/08-dossier.md §8.11).

Codes are stable and shared with the browser's verifier; sentences are English keys of their translations.
"""

from __future__ import annotations

from typing import Final

from sviedka.verify.findings import Verdict

_REFUTED: Final = {
    "file.missing": "A file that the dossier needs or lists is not there.",
    "file.unlisted": "A file is there that the dossier does not list.",
    "file.altered": "A file is not the one that was sealed: its content was changed.",
    "seal.tagmanifest": "The list of files is not the one that was sealed.",
    "seal.log": "A log's checkpoint is not the one that was sealed.",
    "seal.spec": "The description of what was asked for is not the one that was sealed.",
    "seal.signature": "The seal is not by a key that the key list names for the building desk.",
    "keylist.signature": "The key list is not by the root key that lies beside it.",
    "checkpoint.signature": "A checkpoint is not by the log key that the key list names.",
    "log.after-succession": "A checkpoint shows another past of a closed log than the archive's root stands for.",
    "seal.after-succession": "The seal is by a desk whose log was closed before; another log goes on.",
    "head.consistency": "A stamped checkpoint does not continue into the dossier's: the log was rewritten.",
    "statement.other-log": "A statement of another desk stands in this log's place.",
    "statement.signature": "A statement is not by a key that the key list names for its desk.",
    "statement.repeated": "One statement stands in the dossier twice.",
    "statement.after-seal": "A statement is dated after the dossier's own time.",
    "proof.inclusion": "A statement is not in the log, or not at the place that the dossier says.",
    "disclosure.refused": "A disclosed part does not belong to its statement.",
    "author.signature": "The author's signature does not fit the statement.",
    "assertion.refused": "A personal assertion is not by who it says, or not over this statement.",
    "succession.differs": "A log says that it goes on after another one, and not as the archive's root says it.",
    "exhibit.differs": "An exhibit is not the file that the sealed statement describes.",
    "cosignature.refuted": "A cosigner that you trust did not sign this checkpoint.",
    "stamp.refuted": "A time stamp is of something else, or was not made by the authority it names.",
    "consent.person-unlisted": "Somebody appears whom the dossier does not list.",
    "consent.other-person": "The consent relied on is another person's.",
    "consent.not-covered": "The consent relied on does not cover this purpose, recipient, level or material.",
    "consent.expired": "The consent relied on had ended when the dossier was built.",
    "consent.withdrawn": "The person has withdrawn consent.",
}

_MALFORMED: Final = {
    "container.malformed": "This is not a folder or ZIP file that can be read safely.",
    "dossier.absent": "This is not a dossier: it has no seal.",
    "path.link": "It holds a link or a special file.",
    "path.fetch": "It asks to fetch files from elsewhere.",
    "path.foreign": "It holds a file that no dossier holds.",
    "file.too-large": "A file is larger than its kind may be.",
    "files.too-many": "It holds more files than a dossier may.",
    "files.too-large": "Its lists, keys and stamps are together larger than in any dossier.",
    "bagit.differs": "The BagIt declaration is not the one that a dossier has.",
    "bag-info.differs": "The bag's own description does not agree with its content.",
    "manifest.malformed": "A list of files is not in its form.",
    "seal.malformed": "The seal is not in its form, or does not agree with the logs.",
    "keys.malformed": "The keys are not in their form.",
    "tag-file.malformed": "A file of the dossier is not in its form.",
    "derived.differs": "A file for checking by hand does not agree with what it was made from.",
    "stamp.malformed": "A time stamp cannot be read.",
}

_UNPROVEN: Final = {
    "part.not-checked": "Not examined, because it was not found unaltered.",
    "policy.none": "No policy was given: nothing says which keys, cosigners and time authorities to trust.",
    "root.not-pinned": "The archive's root key is not the one that your policy names.",
    "log.not-pinned": "A log's key is not among those that your policy names.",
    "key.revoked": "Signed by a key that the archive has taken back.",
    "succession.not-shown": "A log goes on after a closed one, and the statement with which it begins is not shown.",
    "assertion.missing": "A statement that somebody must stand behind in person does not show that they did.",
    "assertion.unknown": "Somebody stood behind a statement with a key that the key list does not name.",
    "exhibit.unbound": "No statement in the dossier vouches for an exhibit.",
    "cosigned.quorum-not-met": "Fewer cosigners than your policy asks for have signed.",
    "existed.no-authority": "Your policy names no time authority.",
    "existed.not-covered": "No time stamp that you trust covers a statement.",
    "consent.missing": "No statement in the dossier shows a person's consent.",
}

_HOLDS: Final = {
    "unaltered.matches-seal": "Every file is as it was sealed, and every statement is in its log.",
    "root.pinned": "The keys are vouched for by the root that your policy names.",
    "cosigned.quorum-met": "Enough of the cosigners that you trust have signed.",
    "cosigned.none-required": "Your policy asks for no cosigner.",
    "existed.covered": "Every statement existed by the time shown.",
    "consent.covered": "Everybody in it has granted this use, as recorded when it was built.",
    "consent.nobody": "No person appears in it.",
}

_NOTES: Final = {
    "author.verified": "The author's own signature is shown and fits.",
    "author.unknown": "An author is named whom the key list does not know.",
    "assertion.verified": "The person who had to stand behind it did so themself.",
    "assertion.withheld": "Who stood behind a statement in person is not shown, as its author is not.",
    "log.succeeded": "A log lost its end with a disk and was closed: of the statements that it signed for so many are "
    "held, the others are lost. The log named last goes on.",
    "cosignature.unknown": "Others have signed the checkpoint whom you do not know.",
    "cosigned.not-asked": "Without cosigners nobody outside can say that the log shows everyone the same.",
    "stamp.unknown-authority": "A time stamp is by an authority that you do not trust.",
    "stamp.pending": "A time stamp was asked for and has not come yet.",
    "stamp.late": "A time stamp is overdue.",
    "stamp.failed": "A time stamp was asked for in vain.",
    "opentimestamps.not-checked": "An OpenTimestamps proof lies beside it; it is not checked here.",
    "existed.internal-only": "Only the archive's own authority stamped this: it shows order, not a stranger's time.",
}

SENTENCES: Final = {**_REFUTED, **_MALFORMED, **_UNPROVEN, **_HOLDS, **_NOTES}
"""The sentence for each code."""

VERDICTS: Final = {
    code: verdict
    for verdict, codes in (
        (Verdict.REFUTED, _REFUTED),
        (Verdict.MALFORMED, _MALFORMED),
        (Verdict.UNPROVEN, _UNPROVEN),
        (Verdict.HOLDS, _HOLDS),
        (Verdict.NOTE, _NOTES),
    )
    for code in codes
}
"""The verdict that each code carries."""
