// SPDX-License-Identifier: AGPL-3.0-or-later
// Signed notes (C2SP signed-note): a few lines of text and, below them, who signed it. One format for checkpoints, the
// key list and the dossier's seal. Python twin: core/seal/note.py. Spec: spec/04-log.md section 2.

import { type Bytes, decodeUtf8, encodeUtf8, fromBase64, toBase64, concatBytes, fromHex, toHex } from "./bytes.ts";
import { readOr } from "./canonical.ts";
import { type Failure, malformed, refuted, tooLarge, unproven } from "./errors.ts";
import { ED25519, type VerifierKey, checkKeyName, isBy, kidOf, partition } from "./note_key.ts";

const MAX_TEXT_BYTES = 65_536;
const MAX_SIGNATURES = 64;
const MAX_LINE_BYTES = 8_192;
const DASH = "\u2014 ";

export interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Bytes;
}

/** A note as read: not yet verified. `text` ends with a line feed. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Read a signed note: UTF-8, no control characters but line feeds, at most 64 KiB of text and 64 signatures. */
export function parseNote(data: Bytes): Note {
  if (data.length > MAX_TEXT_BYTES + MAX_SIGNATURES * MAX_LINE_BYTES) throw tooLarge("A note is too long.");
  const whole = readOr(() => decodeUtf8(data));
  if (whole === undefined) throw badNote("A note is UTF-8 text; this is not.");
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole)) throw badNote("A note holds no control characters but line feeds.");
  const blank = whole.lastIndexOf("\n\n");
  const below = whole.slice(blank + 2);
  if (blank < 0 || !below.endsWith("\n")) throw badNote("A note is text, an empty line and signature lines.");
  const text = whole.slice(0, blank + 1);
  if (encodeUtf8(text).length > MAX_TEXT_BYTES) throw tooLarge("A note's text is too long.");
  const lines = below.slice(0, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw tooLarge("A note has at most 64 signatures.");
  return { text, signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line: string): NoteSignature {
  if (!line.startsWith(DASH)) throw badNote("A signature line begins with an em dash and a space.");
  const [name, encoded] = partition(line.slice(DASH.length), " ");
  const blob = readOr(() => {
    checkKeyName(name);
    return fromBase64(encoded ?? "");
  });
  if (blob === undefined) throw badNote("A signature line is an em dash, a key name and base64.");
  if (encoded === undefined || blob.length <= 4) throw badNote("A signature line without a signature.");
  return { name, keyId: toHex(blob.subarray(0, 4)), signature: blob.slice(4) };
}

/** The signature line with its line feed. */
export function formatLine(signature: NoteSignature): string {
  return `${DASH}${signature.name} ${toBase64(concatBytes(fromHex(signature.keyId), signature.signature))}\n`;
}

/** Text, an empty line, signature lines. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): Bytes {
  return encodeUtf8(`${text}\n${signatures.map(formatLine).join("")}`);
}

/** Tell whether this line says that it is by `key`: name and id both match. */
export function claims(signature: NoteSignature, key: VerifierKey): boolean {
  return signature.name === key.name && signature.keyId === key.keyId;
}

/** Check every signature by a key that we know; return those keys in the order of the signatures. */
export async function verifyNote(note: Note, keys: readonly VerifierKey[]): Promise<VerifierKey[]> {
  if (keys.some((key) => key.keyType !== ED25519)) throw new Error("cosignature keys are checked elsewhere");
  const text = encodeUtf8(note.text);
  const found = new Set<VerifierKey>();
  for (const signature of note.signatures) {
    const candidates = keys.filter((key) => claims(signature, key));
    const signer = await firstSigner(candidates, text, signature.signature);
    if (signer !== undefined) {
      found.add(signer);
    } else if (candidates.length > 0) {
      const kid = kidOf(candidates[0] as VerifierKey);
      throw refuted("refuted.signature", "A signature does not fit the text.", { kid });
    }
  }
  if (found.size === 0) throw unproven("unproven.key-unknown", "No signature is by a key that you trust.");
  return [...found];
}

async function firstSigner(
  keys: readonly VerifierKey[],
  text: Bytes,
  signature: Bytes,
): Promise<VerifierKey | undefined> {
  for (const key of keys) if (await isBy(key, text, signature)) return key;
  return undefined;
}

function badNote(message: string): Failure {
  return malformed("malformed.note", message);
}
