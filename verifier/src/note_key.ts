// SPDX-License-Identifier: AGPL-3.0-or-later
// Names of signing keys as C2SP signed notes write them: the vkey. The key id only tells keys apart; trust comes from
// the whole public key. Python twin: core/seal/note_key.py. Spec: spec/04-log.md section 2.

import { type Bytes, concatBytes, encodeUtf8, fromBase64, toBase64, toHex } from "./bytes.ts";
import { readOr } from "./canonical.ts";
import { sha256 } from "./digest.ts";
import { isSignedBy } from "./ed25519.ts";
import { type Failure, malformed } from "./errors.ts";

export const ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;

const PUBLIC_BYTES = 32;
const MAX_NAME_CHARS = 255;
// White_Space of Unicode 15, spelt out: languages differ in what their own classes hold.
const FORBIDDEN = /[\u0000-\u0020+\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ud800-\udfff]/;

export interface VerifierKey {
  readonly name: string;
  readonly keyType: number;
  readonly publicKey: Bytes;
  /** First four bytes of SHA-256(name, LF, type, public key), as 8 hexadecimal digits. */
  readonly keyId: string;
}

export function makeKey(name: string, keyType: number, publicKey: Bytes): VerifierKey {
  checkKeyName(name);
  if (keyType !== ED25519 && keyType !== COSIGNATURE_V1) {
    throw malformed("malformed.unknown-version", "Keys of this signature type are not known here.");
  }
  if (publicKey.length !== PUBLIC_BYTES) throw badKey("An Ed25519 public key has 32 bytes.");
  const material = concatBytes(encodeUtf8(`${name}\n`), new Uint8Array([keyType]), publicKey);
  return { name, keyType, publicKey, keyId: toHex(sha256(material).subarray(0, 4)) };
}

/** Name and key id as revocations write them. */
export function kidOf(key: VerifierKey): string {
  return `${key.name}+${key.keyId}`;
}

/** The whole key as text. */
export function vkeyOf(key: VerifierKey): string {
  return `${kidOf(key)}+${toBase64(concatBytes(new Uint8Array([key.keyType]), key.publicKey))}`;
}

/** Tell whether two keys are the same: name, type and public key. */
export function sameKey(left: VerifierKey, right: VerifierKey): boolean {
  return vkeyOf(left) === vkeyOf(right);
}

export function isBy(key: VerifierKey, message: Bytes, signature: Bytes): Promise<boolean> {
  return isSignedBy(key.publicKey, message, signature);
}

export function checkKeyName(name: string): void {
  const length = [...name].length;
  if (length === 0 || length > MAX_NAME_CHARS) throw badKey("A key name has 1 to 255 characters.");
  if (FORBIDDEN.test(dropPairs(name))) throw badKey("A key name holds no spaces, control characters or plus signs.");
}

export function checkKeyId(text: string): void {
  if (!/^[0-9a-f]{8}$/.test(text)) throw badKey("A key id is 8 lower-case hexadecimal digits.");
}

/** Read a verifier key; the id in it is recomputed and must agree. */
export function parseVkey(text: string): VerifierKey {
  const [name, rest] = partition(text, "+");
  const [keyId, encoded] = partition(rest ?? "", "+");
  if (rest === undefined || encoded === undefined) throw badKey("A key is written <name>+<key id>+<base64>.");
  checkKeyName(name);
  checkKeyId(keyId);
  const material = readOr(() => fromBase64(encoded));
  if (material === undefined) throw badKey("The last part of a verifier key is standard base64; this one is not.");
  if (material.length === 0) throw badKey("A verifier key without a key in it.");
  const key = makeKey(name, material[0] as number, material.slice(1));
  if (key.keyId !== keyId) throw badKey("The key id does not belong to the key beside it.");
  return key;
}

/** Split at the first `separator`; the second part is undefined where there is none. */
export function partition(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Remove whole surrogate pairs, so that only halves of pairs stay visible to a pattern. */
function dropPairs(text: string): string {
  return text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, "");
}

function badKey(message: string): Failure {
  return malformed("malformed.key", message);
}
