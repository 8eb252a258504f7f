// SPDX-License-Identifier: AGPL-3.0-or-later
// What a report states beside its verdict, each only once it was reached. Python twin: verify/facts.py. Spec:
// spec/08-dossier.md section 8.12.

import { toBase64 } from "./bytes.ts";
import type { Contents } from "./contents.ts";
import { isExhibit } from "./layout.ts";
import { vkeyOf } from "./note_key.ts";
import type { Opened } from "./opening.ts";
import type { Facts } from "./report.ts";
import type { Keys } from "./signatures.ts";

/** The size of all exhibits together. */
export function exhibitBytes(opened: Opened): number {
  return [...opened.entries].reduce((sum, [path, entry]) => sum + (isExhibit(path) ? entry.size : 0), 0);
}

/** What step 8 establishes: the files are those that were sealed. */
export function tellFiles(opened: Opened, facts: Facts): void {
  const { seal, entries, exhibits } = opened;
  Object.assign(facts, {
    as_of: seal.asOf,
    built_at: Number(seal.builtAt),
    exhibit_bytes: exhibitBytes(opened),
    exhibits: exhibits.size,
    files: entries.size,
    origin: seal.origin,
    tagmanifest: seal.tagManifest,
  });
}

/** What step 11 establishes. */
export function tellLogs(contents: Contents, keys: Keys, facts: Facts): void {
  facts.logs = contents.logs.map(({ number, origin, checkpoint, heads }) => {
    const key = keys.logs.get(number);
    return {
      cosigners: [],
      heads: heads.length,
      key: key === undefined ? "" : vkeyOf(key),
      origin,
      root: toBase64(checkpoint.root),
      size: Number(checkpoint.size),
    };
  });
}
