// SPDX-License-Identifier: AGPL-3.0-or-later
// SEAL.txt: what the building desk signs, and through which every byte of the dossier is bound. Python twins:
// core/disclose/seal_text.py, verify/sealing.py. Spec: spec/08-dossier.md section 8.4.

import type { Bytes } from "./bytes.ts";
import { malformed } from "./errors.ts";
import { parseInstant } from "./instant.ts";
import { isOrigin } from "./names.ts";
import { type Note, parseNote } from "./note.ts";

const HEX = "[0-9a-f]{64}";
const TEXT = new RegExp(
  `^sviedka/dossier/1\\n([^\\n]+)\\ntagmanifest (${HEX})\\n((?:log [1-9][0-9]? ${HEX}\\n)+)` +
    `spec (${HEX})\\nbuilt-at (0|[1-9][0-9]{0,15})\\nas-of ([^\\n]+)\\n$`,
);

/** The seal as read: not yet verified. Digests are in hexadecimal; `logs` in the order of their numbers. */
export interface Seal {
  readonly note: Note;
  readonly origin: string;
  readonly tagManifest: string;
  readonly logs: readonly string[];
  readonly spec: string;
  readonly builtAt: bigint;
  readonly asOf: string;
}

export function parseSeal(data: Bytes): Seal {
  const note = parseNote(data);
  const match = TEXT.exec(note.text);
  if (match === null) throw bad("The seal does not hold the lines that it should.");
  const [, origin, tagManifest, listed, spec, size, asOf] = match as unknown as string[];
  if (!isOrigin(origin)) throw bad("The seal names an origin that is none.");
  parseInstant(asOf);
  const logs = (listed as string)
    .slice(0, -1)
    .split("\n")
    .map((line) => line.split(" "));
  if (logs.some((words, at) => words[1] !== String(at + 1))) throw bad("The logs in the seal are not counted from 1.");
  if (note.signatures.length !== 1) throw bad("A seal bears exactly one signature.");
  return {
    note,
    origin,
    tagManifest: tagManifest as string,
    logs: logs.map((words) => words[2] as string),
    spec: spec as string,
    builtAt: BigInt(size as string),
    asOf: asOf as string,
  };
}

function bad(message: string): Error {
  return malformed("malformed.dossier-file", message);
}
