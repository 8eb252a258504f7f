// SPDX-License-Identifier: AGPL-3.0-or-later
// Canonical JSON: one value, one spelling. RFC 8785 without fractions: integers up to 2**53 - 1 in magnitude, keys
// sorted by UTF-16 code units (what JavaScript's own sort does). Spec: spec/01-canonical-form.md.

import { type Bytes, decodeUtf8, encodeUtf8, equalBytes } from "./bytes.ts";
import { Failure, malformed, notCanonical, tooLarge } from "./errors.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const MAX_DEPTH = 32;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Return the one UTF-8 spelling of `value`. */
export function encodeCanonical(value: Json): Bytes {
  return encodeUtf8(spell(value, 0));
}

/** Read canonical JSON of at most `maxBytes`; anything spelt differently is refused. */
export function parseCanonical(data: Bytes, maxBytes: number): Json {
  if (data.length > maxBytes) throw tooLarge("More JSON than this format allows.");
  let value: Json;
  try {
    value = JSON.parse(decodeUtf8(data)) as Json;
  } catch {
    throw malformed("malformed", "These bytes are not JSON.");
  }
  // Doubled keys, spaces, other escapes, numbers not kept exactly: all of them fail to come back the same.
  if (equalBytes(encodeCanonical(value), data)) return value;
  if (hasFraction(decodeUtf8(data))) throw malformed("malformed", "Fractions have no canonical form here.");
  throw notCanonical("This JSON is not in its one canonical spelling.");
}

/** Tell whether JSON spells a number with a fraction or an exponent, even one whose value is whole. */
function hasFraction(json: string): boolean {
  return /[0-9][.eE]/.test(json.replace(/"(?:[^"\\]|\\.)*"/g, '""'));
}

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tell whether `value` is an object with exactly these members. */
export function hasExactly(value: Json | undefined, names: readonly string[]): value is { [key: string]: Json } {
  if (!isObject(value)) return false;
  const present = Object.keys(value);
  return present.length === names.length && names.every((name) => Object.hasOwn(value, name));
}

function spell(value: Json, depth: number): string {
  if (depth > MAX_DEPTH) throw malformed("malformed", "JSON is nested too deep.");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return spellInteger(value);
  if (typeof value === "string") return spellText(value);
  if (Array.isArray(value)) return `[${value.map((inner) => spell(inner, depth + 1)).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${spellText(key)}:${spell(value[key] as Json, depth + 1)}`);
  return `{${members.join(",")}}`;
}

function spellInteger(value: number): string {
  if (!Number.isSafeInteger(value)) throw malformed("malformed", "A number is a fraction or too large.");
  return String(value);
}

function spellText(text: string): string {
  if (LONE_SURROGATE.test(text)) throw malformed("malformed", "Text holds half of a surrogate pair.");
  return JSON.stringify(text);
}

/** Run `read`; anything that is malformed comes back as `undefined`. */
export function readOr<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (reason) {
    if (reason instanceof Failure) return undefined;
    throw reason;
  }
}
