// SPDX-License-Identifier: AGPL-3.0-or-later
// What an authenticator signed in a browser (W3C WebAuthn Level 3), read strictly and compared as text. Python twin:
// core/seal/webauthn.py. Spec: spec/07-keys.md section 13.

import { type Bytes, concatBytes, encodeUtf8, equalBytes, toBase64url } from "./bytes.ts";
import type { Credential } from "./credential.ts";
import { sha256 } from "./digest.ts";
import { isSignedBy } from "./ed25519.ts";
import { type Failure, malformed, refuted } from "./errors.ts";

const MAX_CLIENT_DATA_BYTES = 2_048;
const AUTHENTICATOR_BYTES = 37;
const [PRESENT, VERIFIED, ELIGIBLE, BACKED_UP] = [0x01, 0x04, 0x08, 0x10];

// Section 5.8.1.1: the first members in this order and spelling; a browser may add others behind them.
const CLIENT_DATA =
  /^\{"type":"([a-z.]{1,40})","challenge":"([A-Za-z0-9_-]{1,200})","origin":"([!#-[\]-~]{1,300})","crossOrigin":(true|false)(?:,([ -[\]-~]*))?\}$/;
const NAMES = ['"type"', '"challenge"', '"origin"', '"crossOrigin"', '"topOrigin"'];

const P256_HALF_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n / 2n;

/** Points of Ed25519 whose order divides 8, sign left out: with such a key anybody can sign. Little endian. */
const LOW_ORDER: ReadonlySet<string> = new Set([
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
]);

export interface SignedInBrowser {
  readonly authenticatorData: Bytes;
  readonly clientData: Bytes;
  readonly signature: Bytes;
}

/** Prove that the holder of `credential`, verified by their authenticator, signed `challenge`. */
export async function verifyInBrowser(
  signed: SignedInBrowser,
  credential: Credential,
  challenge: Bytes,
): Promise<void> {
  checkClientData(signed.clientData, credential.origin, challenge);
  checkAuthenticatorData(signed.authenticatorData, credential.rpId);
  const message = concatBytes(signed.authenticatorData, sha256(signed.clientData));
  if (!(await isSigned(credential, message, signed.signature))) {
    throw bad("The signature is not by the credential that the assertion names.");
  }
}

/** Tell whether an Ed25519 public key is one for which anybody can sign. */
export function isLowOrder(publicKey: Bytes): boolean {
  const spelt = Array.from(publicKey, (byte, at) => (at === 31 ? byte & 0x7f : byte));
  return LOW_ORDER.has(spelt.map((byte) => byte.toString(16).padStart(2, "0")).join(""));
}

function checkClientData(data: Bytes, origin: string, challenge: Bytes): void {
  const text = data.length <= MAX_CLIENT_DATA_BYTES ? new TextDecoder("latin1").decode(data) : "";
  const found = CLIENT_DATA.exec(text);
  const further = found?.[5] ?? "";
  if (found === null || NAMES.some((name) => further.includes(name))) {
    throw malformedAssertion("The browser's part of an assertion is not spelt as WebAuthn spells it.");
  }
  if (found[1] !== "webauthn.get" || found[4] !== "false") throw bad("The browser was asked for something else.");
  if (found[2] !== toBase64url(challenge)) throw bad("The assertion is over something else than this statement.");
  if (found[3] !== origin) throw bad("The assertion was given to another page than the desk's.");
}

function checkAuthenticatorData(data: Bytes, rpId: string): void {
  const flags = data[32] ?? 0;
  const known = PRESENT | VERIFIED | ELIGIBLE | BACKED_UP;
  if (data.length !== AUTHENTICATOR_BYTES || (flags & ~known) !== 0 || (flags & BACKED_UP && !(flags & ELIGIBLE))) {
    throw malformedAssertion("The authenticator's part of an assertion is not of the form that is known.");
  }
  if (!equalBytes(data.subarray(0, 32), sha256(encodeUtf8(rpId)))) {
    throw bad("The assertion was given to another party than the desk.");
  }
  if (!(flags & PRESENT) || !(flags & VERIFIED)) throw bad("The authenticator did not verify the person.");
}

async function isSigned(credential: Credential, message: Bytes, signature: Bytes): Promise<boolean> {
  if (credential.algorithm === "ed25519") {
    return !isLowOrder(credential.publicKey) && (await isSignedBy(credential.publicKey, message, signature));
  }
  // (r, s) and (r, n - s) both verify: only one of them is this format's.
  if (toNumber(signature.subarray(32)) > P256_HALF_ORDER) {
    throw malformedAssertion("An ECDSA signature is not in its one spelling.");
  }
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  try {
    const key = await crypto.subtle.importKey("raw", credential.publicKey, algorithm, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, message);
  } catch (reason) {
    if (reason instanceof DOMException) return false; // no point of the curve
    throw reason;
  }
}

function toNumber(data: Uint8Array): bigint {
  return data.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

export function malformedAssertion(message: string): Failure {
  return malformed("malformed.assertion", message);
}

function bad(message: string): Failure {
  return refuted("refuted.assertion", message);
}
