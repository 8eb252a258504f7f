// SPDX-License-Identifier: AGPL-3.0-or-later
// Every code that a report may hold, and the verdict it carries. Python twin: verify/codes.py. Spec: spec/08-dossier.md
// section 8.11.

import type { Verdict } from "./errors.ts";

/** A note is shown and carries no verdict. */
export type FindingVerdict = Verdict | "note";

const CODES: Readonly<Record<FindingVerdict, readonly string[]>> = {
  refuted: [
    "file.missing",
    "file.unlisted",
    "file.altered",
    "seal.tagmanifest",
    "seal.log",
    "seal.spec",
    "seal.signature",
    "keylist.signature",
    "checkpoint.signature",
    "log.after-succession",
    "seal.after-succession",
    "head.consistency",
    "statement.other-log",
    "statement.signature",
    "statement.repeated",
    "statement.after-seal",
    "proof.inclusion",
    "disclosure.refused",
    "author.signature",
    "assertion.refused",
    "succession.differs",
    "exhibit.differs",
    "cosignature.refuted",
    "stamp.refuted",
    "stamp.revoked",
    "consent.person-unlisted",
    "consent.other-person",
    "consent.not-covered",
    "consent.expired",
    "consent.withdrawn",
  ],
  malformed: [
    "container.malformed",
    "dossier.absent",
    "path.link",
    "path.fetch",
    "path.foreign",
    "file.too-large",
    "files.too-many",
    "files.too-large",
    "bagit.differs",
    "bag-info.differs",
    "manifest.malformed",
    "seal.malformed",
    "keys.malformed",
    "tag-file.malformed",
    "derived.differs",
    "stamp.malformed",
  ],
  unproven: [
    "part.not-checked",
    "policy.none",
    "root.not-pinned",
    "log.not-pinned",
    "key.revoked",
    "succession.not-shown",
    "assertion.missing",
    "assertion.unknown",
    "exhibit.unbound",
    "cosigned.quorum-not-met",
    "existed.no-authority",
    "existed.not-covered",
    "consent.missing",
  ],
  holds: [
    "unaltered.matches-seal",
    "root.pinned",
    "cosigned.quorum-met",
    "cosigned.none-required",
    "existed.covered",
    "consent.covered",
    "consent.nobody",
  ],
  note: [
    "author.verified",
    "author.unknown",
    "assertion.verified",
    "assertion.withheld",
    "log.succeeded",
    "cosignature.unknown",
    "cosigned.not-asked",
    "stamp.unknown-authority",
    "stamp.pending",
    "stamp.late",
    "stamp.failed",
    "opentimestamps.not-checked",
    "existed.internal-only",
  ],
};

const VERDICTS: ReadonlyMap<string, FindingVerdict> = new Map(
  Object.entries(CODES).flatMap(([verdict, codes]) => codes.map((code) => [code, verdict as FindingVerdict] as const)),
);

export const ALL_CODES: readonly string[] = [...VERDICTS.keys()];

/** The verdict that a code carries; a code that is not listed is a bug. */
export function verdictOf(code: string): FindingVerdict {
  const verdict = VERDICTS.get(code);
  if (verdict === undefined) throw new Error(`no such finding: ${code}`);
  return verdict;
}
