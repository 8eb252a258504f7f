// SPDX-License-Identifier: AGPL-3.0-or-later
// `.tlog-proof` files (C2SP tlog-proof): that an entry is in a log. A dossier holds its proofs in one list instead; this
// is for the vectors and for whoever reuses these modules. Python twin: core/seal/tlog_proof.py. Spec: spec/04-log.md 8.

import { type Bytes, fromBase64 } from "./bytes.ts";
import { readOr } from "./canonical.ts";
import { type Checkpoint, parseCheckpoint, parseSize, verifyCheckpoint } from "./checkpoint.ts";
import { verifyCosignatures } from "./cosignature.ts";
import { type Failure, malformed, tooLarge, unproven } from "./errors.ts";
import { verifyInclusion } from "./merkle.ts";
import type { VerifierKey } from "./note_key.ts";
import { type Policy, quorumMet } from "./policy.ts";

const MAX_BYTES = 1_048_576;
const MAX_EXTRA_CHARS = 65_536;
const MAX_HASHES = 63;

export interface TlogProof {
  readonly index: bigint;
  readonly hashes: readonly Bytes[];
  readonly checkpoint: Checkpoint;
}

export function parseTlogProof(data: Bytes): TlogProof {
  if (data.length > MAX_BYTES) throw tooLarge("A proof is too long.");
  const blank = data.findIndex((byte, at) => byte === 10 && data[at + 1] === 10);
  if (blank < 0) throw bad("A proof has an empty line before its checkpoint; this one has none.");
  const head = data.subarray(0, blank);
  if (head.some((byte) => byte > 0x7f)) throw bad("A proof is ASCII text above its checkpoint; this is not.");
  const [first, ...rest] = String.fromCharCode(...head).split("\n") as [string, ...string[]];
  if (first !== "c2sp.org/tlog-proof@v1") throw bad("A proof begins with its version.");
  const lines = dropExtra(rest);
  const [place, ...hashes] = lines;
  const index = place?.startsWith("index ") ? readOr(() => parseSize(place.slice(6))) : undefined;
  if (index === undefined) throw bad("A proof names the entry's position in a line index.");
  if (hashes.length > MAX_HASHES) throw bad("A proof has too many hashes.");
  return { index, hashes: hashes.map(readHash), checkpoint: parseCheckpoint(data.slice(blank + 2)) };
}

/** Check that the entry whose leaf hash is `leaf` is in a log that the policy accepts; what contradicts comes first. */
export async function verifyTlogProof(
  proof: TlogProof,
  leaf: Bytes,
  policy: Policy,
  logKeys: readonly VerifierKey[] = [],
): Promise<VerifierKey> {
  const { index, hashes, checkpoint } = proof;
  verifyInclusion(leaf, index, checkpoint.size, hashes, checkpoint.root);
  const cosigned = await verifyCosignatures(
    checkpoint.note,
    policy.witnesses.map((witness) => witness.key),
  );
  const log = await verifyCheckpoint(checkpoint, [...policy.logs.map((one) => one.key), ...logKeys]);
  if (
    !quorumMet(
      policy,
      cosigned.map((one) => one.key),
    )
  )
    throw unproven("unproven.quorum", "Too few have cosigned.");
  return log;
}

/** Nobody signed the extra data; it is read for its form and dropped. */
function dropExtra(lines: readonly string[]): readonly string[] {
  const [first, ...rest] = lines;
  if (first === undefined || !first.startsWith("extra ")) return lines;
  const encoded = first.slice(6);
  if (encoded.length > MAX_EXTRA_CHARS || readOr(() => fromBase64(encoded)) === undefined)
    throw bad("The extra data is bad.");
  return rest;
}

function readHash(line: string): Bytes {
  const hash = readOr(() => fromBase64(line));
  if (hash === undefined || hash.length !== 32) throw bad("A line of a proof is not a hash in base64.");
  return hash;
}

function bad(message: string): Failure {
  return malformed("malformed.tlog-proof", message);
}
