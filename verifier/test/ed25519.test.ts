// SPDX-License-Identifier: AGPL-3.0-or-later
// The fallback for browsers without Ed25519 answers as the platform's own does.

import "./platform.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { type Bytes, encodeUtf8 } from "../src/bytes.ts";
import { isSignedBy, verifyWithoutBrowser } from "../src/ed25519.ts";

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const seed = new Uint8Array(32).fill(3);
const key = ed25519.getPublicKey(seed) as Bytes;
const message = encodeUtf8("a statement");
const good = ed25519.sign(message, seed) as Bytes;

function flipped(data: Bytes, at: number): Bytes {
  const copy = data.slice();
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

/** The same signature with the group's order added to its S: another spelling, which must not pass. */
function unreduced(signature: Bytes): Bytes {
  let value = [...signature.slice(32)].reverse().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) + ORDER;
  const copy = signature.slice();
  for (let at = 32; at < 64; at++) {
    copy[at] = Number(value & 255n);
    value >>= 8n;
  }
  return copy;
}

const cases: readonly [string, Bytes, Bytes, Bytes, boolean][] = [
  ["a good signature", key, message, good, true],
  ["another message", key, encodeUtf8("another"), good, false],
  ["another key", ed25519.getPublicKey(new Uint8Array(32).fill(4)) as Bytes, message, good, false],
  ["a bit of R flipped", key, message, flipped(good, 0), false],
  ["a bit of S flipped", key, message, flipped(good, 40), false],
  ["an S that is not reduced", key, message, unreduced(good), false],
  ["a key that is no point", new Uint8Array(32).fill(2), message, good, false],
  ["a signature cut short", key, message, good.slice(0, 63), false],
  ["a key cut short", key.slice(0, 31), message, good, false],
];

for (const [name, publicKey, text, signature, expected] of cases) {
  test(name, async () => {
    assert.equal(await isSignedBy(publicKey, text, signature), expected);
    assert.equal(verifyWithoutBrowser(publicKey, text, signature), expected);
  });
}
