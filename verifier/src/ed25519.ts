// SPDX-License-Identifier: AGPL-3.0-or-later
// Ed25519 signatures (RFC 8032). The browser's own implementation where it has one, else @noble/curves. Python's side
// is OpenSSL; all of them refuse an S that is not reduced.

import { ed25519 } from "@noble/curves/ed25519.js";
import type { Bytes } from "./bytes.ts";

const keys = new Map<string, Promise<CryptoKey>>();

/** Tell whether `signature` (64 bytes) is that of `key` (32 bytes) over `message`. */
export async function isSignedBy(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  if (key.length !== 32 || signature.length !== 64) return false;
  if (await nativeWorks()) {
    try {
      return await crypto.subtle.verify("Ed25519", await imported(key), signature, message);
    } catch {
      return false; // a key that is no point of the curve
    }
  }
  return verifyWithoutBrowser(key, message, signature);
}

/** The fallback, named so that a test can hold it to the browser's answer. */
export function verifyWithoutBrowser(key: Bytes, message: Bytes, signature: Bytes): boolean {
  try {
    return ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

function imported(key: Bytes): Promise<CryptoKey> {
  const name = key.join(",");
  const known = keys.get(name);
  if (known !== undefined) return known;
  const fresh = crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  keys.set(name, fresh);
  return fresh;
}

let native: Promise<boolean> | undefined;

/** A browser "has" Ed25519 only if it accepts a known good signature and refuses the same one altered. */
function nativeWorks(): Promise<boolean> {
  native ??= (async () => {
    try {
      const seed = new Uint8Array(32).fill(7);
      const message = new Uint8Array([1, 2, 3]);
      const signature = ed25519.sign(message, seed) as Bytes;
      const key = await imported(ed25519.getPublicKey(seed) as Bytes);
      const good = await crypto.subtle.verify("Ed25519", key, signature, message);
      signature[0] = (signature[0] as number) ^ 1;
      return good && !(await crypto.subtle.verify("Ed25519", key, signature, message));
    } catch {
      return false;
    }
  })();
  return native;
}
