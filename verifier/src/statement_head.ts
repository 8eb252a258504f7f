// SPDX-License-Identifier: AGPL-3.0-or-later
// The signed part of a statement, read strictly: other members, another order or another spelling are refused, so that
// the log's leaf stands for one content. Python twin: core/seal/statement_head.py. Spec: spec/03-statement.md.

import { type Bytes, encodeUtf8, fromBase64url } from "./bytes.ts";
import { type Json, isObject, parseCanonical } from "./canonical.ts";
import { isDigest } from "./disclosure.ts";
import { isSignedBy } from "./ed25519.ts";
import { type Failure, malformed, tooLarge } from "./errors.ts";
import { isId, isOrigin } from "./names.ts";

const MAX_LEAF_BYTES = 65_535;
const MAX_HEADER_BYTES = 512;
const DAY_SECONDS = 86_400;
const LAST_DAY = 253_402_214_400; // 31 December 9999
const SIZES = [16, 64, 256];
export const PAYLOAD: readonly string[] = ["_sd", "_sd_alg", "enc", "iat", "iss", "jti", "vct"];

/** What the desk signed. Of the content it shows nothing but digests. */
export interface StatementHead {
  readonly jwt: Bytes;
  readonly iss: string;
  readonly jti: string;
  /** Unix time of 00:00 UTC of the day. */
  readonly iat: number;
  readonly digests: readonly string[];
  /** `<origin>+<key id>` of the desk's statement key. */
  readonly kid: string;
  readonly signature: Bytes;
}

/** Read a statement's issuer-signed part. The signature is not checked here. */
export function parseJwt(text: string): StatementHead {
  if (text.length > MAX_LEAF_BYTES) throw tooLarge("A statement is too long.");
  const parts = text.split(".");
  if (parts.length !== 3 || /[^\u0000-\u007f]/.test(text)) throw bad("A statement must have three parts.");
  const kid = parseHeader(parts[0] as string);
  const payload = parseCanonical(fromBase64url(parts[1] as string), MAX_LEAF_BYTES);
  if (!hasInOrder(payload, PAYLOAD)) throw bad("A statement's payload must have exactly the seven members.");
  const signature = fromBase64url(parts[2] as string);
  if (signature.length !== 64) throw bad("A statement's signature must have 64 bytes.");
  return { jwt: encodeUtf8(text), kid, signature, ...readPayload(payload, kid) };
}

/** Tell whether the holder of `key` signed this statement. */
export function isSignedHead(head: StatementHead, key: Bytes): Promise<boolean> {
  const input = head.jwt.slice(0, head.jwt.lastIndexOf(0x2e));
  return isSignedBy(key, input, head.signature);
}

export function isListOfDigests(length: number): boolean {
  return SIZES.includes(length);
}

// All statements of a desk begin with the same header; it is read once.
const headers = new Map<string, string>();

function parseHeader(part: string): string {
  const known = headers.get(part);
  if (known !== undefined) return known;
  const header = parseCanonical(fromBase64url(part), MAX_HEADER_BYTES);
  if (!hasInOrder(header, ["alg", "kid", "typ"])) throw bad("A statement's header must have exactly alg, kid and typ.");
  const { alg, kid, typ } = header as { alg: Json; kid: Json; typ: Json };
  if (alg !== "EdDSA") throw malformed("malformed.statement-algorithm", "A statement must be signed with EdDSA.");
  if (typ !== "sviedka+sd-jwt" || typeof kid !== "string" || !/^[a-z0-9./-]+\+[0-9a-f]{8}$/.test(kid)) {
    throw bad("A statement's header does not name this format and a desk's key.");
  }
  if (headers.size < 1024) headers.set(part, kid);
  return kid;
}

function readPayload(
  payload: { [key: string]: Json },
  kid: string,
): Pick<StatementHead, "iss" | "jti" | "iat" | "digests"> {
  const { vct, _sd_alg, iss, iat, enc, jti, _sd } = payload as Record<(typeof PAYLOAD)[number], Json>;
  if (vct !== "sviedka/statement/1") throw malformed("malformed.unknown-version", "A version that is not known here.");
  if (_sd_alg !== "sha-256") throw malformed("malformed.statement-algorithm", "Digests must be SHA-256.");
  if (!isOrigin(iss) || kid.slice(0, kid.lastIndexOf("+")) !== iss) throw bad("The issuer must be the key's desk.");
  if (typeof iat !== "number" || iat % DAY_SECONDS !== 0 || iat < 0 || iat > LAST_DAY) throw bad("The day is not one.");
  if (!isDigest(enc)) throw bad("A statement must name the SHA-256 of its sealed disclosures.");
  if (!isId(jti)) throw bad("A statement has an identifier.");
  return { iss, jti, iat, digests: readDigests(_sd as Json) };
}

function readDigests(listed: Json): string[] {
  if (!Array.isArray(listed) || !isListOfDigests(listed.length)) throw badDigests("16, 64 or 256 digests.");
  const digests = listed.filter(isDigest);
  if (digests.length !== listed.length) throw badDigests("A digest must be 32 bytes in base64url.");
  if (new Set(digests).size !== digests.length) throw malformed("malformed.digest-twice", "A digest stands twice.");
  const sorted = [...digests].sort();
  if (digests.some((digest, at) => digest !== sorted[at])) throw badDigests("A statement's digests must be sorted.");
  return digests;
}

/** Canonical members are sorted, so that the same names mean the same order. */
function hasInOrder(value: Json, names: readonly string[]): value is { [key: string]: Json } {
  return isObject(value) && Object.keys(value).join("\n") === names.join("\n");
}

function bad(message: string): Failure {
  return malformed("malformed.statement", message);
}

function badDigests(message: string): Failure {
  return malformed("malformed.digests", message);
}
