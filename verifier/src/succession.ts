// SPDX-License-Identifier: AGPL-3.0-or-later
// One key list after another: a key that was ever listed stays, and so does a revocation. A dossier holds one list only;
// this is for the vectors and for whoever reuses these modules. Python twin: core/seal/keylist.py.

import { toHex } from "./bytes.ts";
import { sha256 } from "./digest.ts";
import { refuted } from "./errors.ts";
import type { KeyList } from "./keylist.ts";
import { formatNote } from "./note.ts";

/** Check that `next` is the list right after `old`; both are verified by the caller. */
export function verifySuccession(old: KeyList, next: KeyList): void {
  const digest = toHex(sha256(formatNote(old.note.text, old.note.signatures)));
  const follows = next.archive === old.archive && next.number === old.number + 1 && next.previous === digest;
  const kept = new Set(linesOf(next));
  const drops = linesOf(old).some((line) => !line.startsWith("seat ") && !kept.has(line));
  if (!follows || next.issued < old.issued || drops) {
    throw refuted("refuted.keylist-succession", "This key list does not continue the one before it.");
  }
}

function linesOf(keylist: KeyList): string[] {
  return keylist.note.text.slice(0, -1).split("\n").slice(5);
}
