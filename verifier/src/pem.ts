// SPDX-License-Identifier: AGPL-3.0-or-later
// PEM files that hold blocks of one kind and nothing else. Python twin: core/seal/stamp_chain.py.

import type { Bytes } from "./bytes.ts";
import { malformed, tooLarge } from "./errors.ts";

const MAX_BYTES = 8_388_608;
const MAX_BLOCKS = 32;

/** Read every block with this label, any number. */
export function readPem(pem: Bytes, label: string): Bytes[] {
  if (pem.length > MAX_BYTES) throw tooLarge("A PEM file is too long.");
  const [begin, end] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
  const text = new TextDecoder("latin1").decode(pem);
  const block = new RegExp(`${begin}([A-Za-z0-9+/=\\r\\n]*)${end}`, "g");
  if (/[^\r\n]/.test(text.replace(block, ""))) throw malformed("malformed.stamp", "A PEM file holds something else.");
  const blocks = [...text.matchAll(block)].map((match) => (match[1] as string).replace(/[\r\n]/g, ""));
  if (blocks.length > MAX_BLOCKS) throw tooLarge("A PEM file holds too many blocks.");
  return blocks.map(decode);
}

/** PEM's base64 is not signed, so that its unused bits do not matter; its padding must be right. */
function decode(text: string): Bytes {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw malformed("malformed.stamp", "A PEM file holds a block that is not base64.");
  }
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
