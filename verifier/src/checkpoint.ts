// SPDX-License-Identifier: AGPL-3.0-or-later
// Checkpoints (C2SP tlog-checkpoint): the signed head of a log, a note of exactly three lines. The origin is the name of
// the key that signs it. Python twin: core/seal/checkpoint.py. Spec: spec/04-log.md section 3.

import { type Bytes, fromBase64 } from "./bytes.ts";
import { readOr } from "./canonical.ts";
import { sha256 } from "./digest.ts";
import { malformed, refuted } from "./errors.ts";
import { MAX_SIZE } from "./merkle.ts";
import { type Note, formatNote, parseNote, verifyNote } from "./note.ts";
import { type VerifierKey, checkKeyName } from "./note_key.ts";

export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Bytes;
  readonly note: Note;
}

export function parseCheckpoint(data: Bytes): Checkpoint {
  const note = parseNote(data);
  const lines = note.text.slice(0, -1).split("\n");
  if (lines.length !== 3) throw badCheckpoint("A checkpoint has three lines: origin, size and root.");
  const [origin, size, encodedRoot] = lines as [string, string, string];
  if (readOr(() => (checkKeyName(origin), true)) === undefined) throw badCheckpoint("The origin is no key name.");
  const root = readOr(() => fromBase64(encodedRoot));
  if (root === undefined) throw badCheckpoint("The root is not base64 in its one spelling.");
  if (root.length !== 32) throw badCheckpoint("The root does not have 32 bytes.");
  return { origin, size: parseSize(size), root, note };
}

/** ASCII decimal without leading zeros, at most 2**63 - 1. */
export function parseSize(text: string): bigint {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) > MAX_SIZE) {
    throw badCheckpoint("A size is written in decimal without leading zeros, up to 2**63 - 1.");
  }
  return BigInt(text);
}

/** The note with the log's own line only: the bytes that are stamped. */
export function frozenBytes(checkpoint: Checkpoint): Bytes {
  const own = checkpoint.note.signatures.filter((signature) => signature.name === checkpoint.origin);
  if (own.length !== 1) throw badCheckpoint("A checkpoint bears its log's own signature exactly once.");
  return formatNote(checkpoint.note.text, own);
}

export function stampedDigest(checkpoint: Checkpoint): Bytes {
  return sha256(frozenBytes(checkpoint));
}

/** Check that the log itself signed this checkpoint; only a key whose name is the origin can. */
export async function verifyCheckpoint(
  checkpoint: Checkpoint,
  keys: readonly VerifierKey[],
  origin?: string,
): Promise<VerifierKey> {
  if (origin !== undefined && checkpoint.origin !== origin) {
    throw refuted("refuted.origin", "This is a checkpoint of another log.", { origin });
  }
  const found = await verifyNote(
    checkpoint.note,
    keys.filter((key) => key.name === checkpoint.origin),
  );
  return found[0] as VerifierKey;
}

function badCheckpoint(message: string): Error {
  return malformed("malformed.checkpoint", message);
}
