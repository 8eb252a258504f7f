// SPDX-License-Identifier: AGPL-3.0-or-later
// Cosignatures (C2SP tlog-cosignature, Ed25519 form): another organisation's word that a checkpoint is the newest it has
// seen of a log that only grows. Python twin: core/seal/cosignature.py. Spec: spec/04-log.md section 5.

import { type Bytes, concatBytes, encodeUtf8 } from "./bytes.ts";
import { refuted } from "./errors.ts";
import { MAX_SIZE } from "./merkle.ts";
import { type Note, claims } from "./note.ts";
import { COSIGNATURE_V1, type VerifierKey, isBy, kidOf } from "./note_key.ts";

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** A verified cosignature: by `key`, made at `time` (POSIX seconds, by the cosigner's own clock). */
export interface Cosignature {
  readonly key: VerifierKey;
  readonly time: bigint;
}

/** Check every cosignature by a cosigner that we know; lines by other keys are ignored. */
export async function verifyCosignatures(note: Note, keys: readonly VerifierKey[]): Promise<Cosignature[]> {
  if (keys.some((key) => key.keyType !== COSIGNATURE_V1)) throw new Error("only cosignature keys cosign");
  const found: Cosignature[] = [];
  for (const line of note.signatures) {
    const candidates = keys.filter((key) => claims(line, key));
    const signer = await signerAmong(candidates, note.text, line.signature);
    if (signer !== undefined) {
      found.push({ key: signer, time: timeOf(line.signature) });
    } else if (candidates.length > 0) {
      const kid = kidOf(candidates[0] as VerifierKey);
      throw refuted("refuted.cosignature", "A cosignature does not fit the checkpoint.", { kid });
    }
  }
  return found;
}

async function signerAmong(
  keys: readonly VerifierKey[],
  text: string,
  signature: Bytes,
): Promise<VerifierKey | undefined> {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES || timeOf(signature) > MAX_SIZE) return undefined;
  const message = concatBytes(encodeUtf8(`cosignature/v1\ntime ${timeOf(signature)}\n`), encodeUtf8(text));
  for (const key of keys) if (await isBy(key, message, signature.slice(TIME_BYTES))) return key;
  return undefined;
}

function timeOf(signature: Bytes): bigint {
  return signature.slice(0, TIME_BYTES).reduce((time, byte) => time * 256n + BigInt(byte), 0n);
}
