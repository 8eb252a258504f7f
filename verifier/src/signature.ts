// SPDX-License-Identifier: AGPL-3.0-or-later
// Signatures of certificates, revocation lists and time stamps: RSA and ECDSA by WebCrypto.

import { type Bytes, equalBytes } from "./bytes.ts";
import { Members, TAG, readBits, readDer, readInteger, readOid } from "./der.ts";
import { isSignedBy } from "./ed25519.ts";
import { Failure } from "./errors.ts";
import type { Signed } from "./x509.ts";

const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
const ED25519 = "1.3.101.112";
const CURVES: Readonly<Record<string, readonly [string, number]>> = {
  "1.2.840.10045.3.1.7": ["P-256", 32],
  "1.3.132.0.34": ["P-384", 48],
  "1.3.132.0.35": ["P-521", 66],
};
/** Signature algorithm: kind of key, and hash. */
const ALGORITHMS: Readonly<Record<string, readonly [string, string]>> = {
  "1.2.840.113549.1.1.5": [RSA, "SHA-1"],
  "1.2.840.113549.1.1.11": [RSA, "SHA-256"],
  "1.2.840.113549.1.1.12": [RSA, "SHA-384"],
  "1.2.840.113549.1.1.13": [RSA, "SHA-512"],
  "1.2.840.10045.4.3.2": [EC, "SHA-256"],
  "1.2.840.10045.4.3.3": [EC, "SHA-384"],
  "1.2.840.10045.4.3.4": [EC, "SHA-512"],
  [ED25519]: [ED25519, ""],
};
/** Digest algorithm of a signer. */
export const HASHES: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "SHA-1",
  "2.16.840.1.101.3.4.2.1": "SHA-256",
  "2.16.840.1.101.3.4.2.2": "SHA-384",
  "2.16.840.1.101.3.4.2.3": "SHA-512",
};

/** Tell whether the holder of `publicKey` (SubjectPublicKeyInfo) signed a certificate or a revocation list. */
export async function isSignedWith(publicKey: Bytes, signed: Signed): Promise<boolean> {
  if (!equalBytes(signed.algorithm, signed.innerAlgorithm)) return false;
  const name = readOid(new Members(readDer(signed.algorithm, TAG.sequence)).next(TAG.oid));
  const algorithm = ALGORITHMS[name];
  if (algorithm === undefined || algorithm[0] !== kindOf(publicKey).kind) return false;
  return verifyRaw(publicKey, algorithm[1], signed.body, signed.signature);
}

/** Tell whether `signature` over `message` is by `publicKey`, with `hash` and whatever the key's kind is. */
export async function verifyRaw(publicKey: Bytes, hash: string, message: Bytes, signature: Bytes): Promise<boolean> {
  const { kind, curve, key } = kindOf(publicKey);
  if (kind === ED25519) return isSignedBy(key, message, signature);
  try {
    if (kind === RSA) {
      const algorithm = { name: "RSASSA-PKCS1-v1_5", hash };
      const imported = await crypto.subtle.importKey("spki", publicKey, algorithm, false, ["verify"]);
      return await crypto.subtle.verify(algorithm, imported, signature, message);
    }
    const [namedCurve, size] = CURVES[curve] ?? ["", 0];
    const imported = await crypto.subtle.importKey("spki", publicKey, { name: "ECDSA", namedCurve }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash }, imported, fixedWidth(signature, size), message);
  } catch (reason) {
    if (reason instanceof Failure || reason instanceof DOMException) return false;
    throw reason;
  }
}

function kindOf(publicKey: Bytes): { kind: string; curve: string; key: Bytes } {
  const parts = new Members(readDer(publicKey, TAG.sequence));
  const algorithm = new Members(parts.next(TAG.sequence));
  const key = readBits(parts.next(TAG.bitString)).bytes;
  parts.end();
  const kind = readOid(algorithm.next(TAG.oid));
  const curve = kind === EC ? readOid(algorithm.next(TAG.oid)) : "";
  return { kind, curve, key };
}

/** ECDSA signatures are two DER integers; WebCrypto wants them side by side, `size` bytes each. */
function fixedWidth(signature: Bytes, size: number): Bytes {
  const parts = new Members(readDer(signature, TAG.sequence));
  const both = new Uint8Array(2 * size);
  for (const end of [size, 2 * size]) {
    const node = parts.next(TAG.integer);
    const digits = readInteger(node).startsWith("00") ? node.content.slice(1) : node.content;
    if (digits.length > size || (node.content[0] as number) >= 0x80) return new Uint8Array(0);
    both.set(digits, end - digits.length);
  }
  parts.end();
  return both;
}
