// SPDX-License-Identifier: AGPL-3.0-or-later
// One disclosure: a salted part of a statement, and the digest by which the desk vouches for it (RFC 9901 section 4.2).
// Python twin: core/seal/disclosure.py. Spec: spec/03-statement.md section 5.

import { encodeUtf8, fromBase64url, toBase64url } from "./bytes.ts";
import { type Json, parseCanonical, readOr } from "./canonical.ts";
import { sha256 } from "./digest.ts";
import { type Failure, malformed, tooLarge } from "./errors.ts";

export const MAX_DISCLOSURE_CHARS = 32_768;
export const RESERVED: readonly string[] = ["_sd", "..."];

// The last character of 16 bytes carries two bits, of 32 bytes four: others would be a second spelling.
const SALT = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export interface Disclosure {
  /** Undefined for an array element. */
  readonly name: string | undefined;
  readonly value: Json;
}

export function digestOf(disclosure: string): string {
  return toBase64url(sha256(encodeUtf8(disclosure)));
}

export function isDigest(value: unknown): value is string {
  return typeof value === "string" && DIGEST.test(value);
}

/** Read one disclosure whose digest was found among signed ones. */
export function parseDisclosure(text: string): Disclosure {
  if (text.length > MAX_DISCLOSURE_CHARS) throw tooLarge("A disclosure is too long.");
  const parts = readOr(() => parseCanonical(fromBase64url(text), MAX_DISCLOSURE_CHARS));
  if (!Array.isArray(parts) || (parts.length !== 2 && parts.length !== 3))
    throw bad("Not an array of two or three parts.");
  const [salt, first, second] = parts as [Json, Json, Json];
  if (typeof salt !== "string" || !SALT.test(salt)) throw bad("A disclosure's salt must be 16 bytes in base64url.");
  if (parts.length === 2) return { name: undefined, value: first };
  if (typeof first !== "string") throw bad("A disclosure's name must be text.");
  if (RESERVED.includes(first)) throw malformed("malformed.name-reserved", "A disclosure may not be named _sd or ...");
  return { name: first, value: second };
}

function bad(message: string): Failure {
  return malformed("malformed.disclosure", message);
}
