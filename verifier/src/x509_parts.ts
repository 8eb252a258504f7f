// SPDX-License-Identifier: AGPL-3.0-or-later
// Parts that certificates, revocation lists and time stamps share: algorithms and names (RFC 5280 sections 4.1.1.2 and
// 4.1.2.4). Read strictly, since what one verifier skips the other may refuse.

import { type Bytes, decodeUtf8 } from "./bytes.ts";
import { type Der, Members, TAG, children, readOid, sortedChildren } from "./der.ts";
import { readOr } from "./canonical.ts";
import { malformed } from "./errors.ts";

/** Algorithms that have no parameters, or NULL: hashes, and signatures with RSA (PKCS #1) and ECDSA. */
const PLAIN = [
  /^1\.3\.14\.3\.2\.26$/,
  /^2\.16\.840\.1\.101\.3\.4\.2\.(?:[1-4]|[7-9]|10)$/,
  /^2\.16\.840\.1\.101\.3\.4\.3\.(?:9|1[0-6])$/,
  /^1\.2\.840\.113549\.1\.1\.(?:1|5|1[1-4])$/,
  /^1\.2\.840\.10045\.4\.3\.[1-4]$/,
];

/** A key on an elliptic curve, which is named, taken over from the issuer, or spelt out. */
const EC_KEY = "1.2.840.10045.2.1";

/** The name of an algorithm whose parameters are in their form. */
export function readAlgorithm(node: Der): string {
  const parts = new Members(node);
  const name = readOid(parts.next(TAG.oid));
  if (PLAIN.some((pattern) => pattern.test(name))) {
    const parameters = parts.optional(TAG.nul);
    if (parameters !== undefined && parameters.content.length > 0) throw bad();
  } else {
    const parameters = parts.optional();
    if (name === EC_KEY && parameters?.tag === TAG.oid) readOid(parameters);
    else if (name === EC_KEY && parameters?.tag !== TAG.nul && parameters?.tag !== TAG.sequence) throw bad();
  }
  parts.end();
  return name;
}

const UNIVERSAL_STRING = 0x1c;
const BMP_STRING = 0x1e;
/** UTF-8, numeric, printable, teletex, IA5 and visible strings, octets and times: all must be UTF-8 to be shown. */
const TEXTS = [0x04, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a];

/** A name as read: the attributes of each of its parts. */
export type Name = readonly (readonly { readonly type: string; readonly value: Der }[])[];

/** Read a name's form; what stands in it is read when it is compared. */
export function readName(node: Der): Name {
  if (node.tag !== TAG.sequence) throw bad();
  return children(node).map((part) => {
    if (part.tag !== TAG.set) throw bad();
    return sortedChildren(part).map(readAttribute);
  });
}

/** A name as text, so that two names compare: attributes by type and value, whatever kind of string they stand in. */
export function nameText(name: Name): string {
  const parts = name.map((part) => {
    const attributes = part.map(({ type, value }) => `${type}=${readText(value)}`);
    if (attributes.length === 0 || new Set(attributes).size !== attributes.length) throw bad();
    return attributes.sort().join("\u0001");
  });
  return parts.join("\u0000");
}

function readAttribute(node: Der): { type: string; value: Der } {
  const parts = new Members(node);
  const type = readOid(parts.next(TAG.oid));
  const value = parts.next();
  parts.end();
  return { type, value };
}

function readText({ tag, content }: Der): string {
  const text = TEXTS.includes(tag) ? readOr(() => decodeUtf8(content)) : undefined;
  if (text !== undefined) return text;
  if (tag === BMP_STRING) return decodeWide(content, 2);
  if (tag === UNIVERSAL_STRING) return decodeWide(content, 4);
  throw bad();
}

function decodeWide(content: Bytes, width: number): string {
  if (content.length % width !== 0) throw bad();
  let text = "";
  for (let at = 0; at < content.length; at += width) {
    const code = content.slice(at, at + width).reduce((sum, byte) => sum * 256 + byte, 0);
    if (code > 0x10ffff) throw bad();
    text += width === 2 ? String.fromCharCode(code) : String.fromCodePoint(code);
  }
  return text;
}

function bad(): Error {
  return malformed("malformed.stamp", "A name or an algorithm is not in its form.");
}
