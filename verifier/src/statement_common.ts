// SPDX-License-Identifier: AGPL-3.0-or-later
// What every statement has: type, subject, heads, time, case and the author's signature. Each is a disclosure and may be
// withheld. Python twin: core/seal/statement_common.py. Spec: spec/03-statement.md.

import { type Bytes, concatBytes, encodeUtf8, fromBase64url } from "./bytes.ts";
import { type Json, hasExactly } from "./canonical.ts";
import { sha256 } from "./digest.ts";
import { isSignedBy } from "./ed25519.ts";
import { type Failure, malformed, refuted } from "./errors.ts";
import { parseInstant } from "./instant.ts";
import { isId } from "./names.ts";
import type { StatementHead } from "./statement_head.ts";

const MAX_HEADS = 256;

export interface Author {
  readonly by: string;
  readonly signature: Bytes;
  /** The digest of the signature's own disclosure, which it cannot cover. */
  readonly digest: string;
}

/** What stands in the disclosure `assertion`, not read yet, and its digest. */
export interface ShownAssertion {
  readonly value: Json;
  readonly digest: string;
}

/** What every statement tells; undefined means withheld. */
export interface Common {
  readonly type: string | undefined;
  readonly subject: string | undefined;
  readonly heads: readonly string[] | undefined;
  readonly at: string | undefined;
  readonly case: string | undefined;
  readonly author: Author | undefined;
  readonly assertion: ShownAssertion | undefined;
}

/** Tell whether the user with this key wrote the statement; it works whatever else is withheld. */
export function isWrittenBy(head: StatementHead, author: Author, key: Bytes): Promise<boolean> {
  const others = head.digests.filter((digest) => digest !== author.digest).sort();
  const covered = encodeUtf8(`${head.jti}\n${others.join("\n")}\n`);
  return isSignedBy(key, concatBytes(encodeUtf8("sviedka/author/1\n"), sha256(covered)), author.signature);
}

/** Take type, subject, heads, time, case, the author's signature and an assertion out of `fields`. */
export function readCommon(
  head: StatementHead,
  fields: Map<string, Json>,
  authorDigest: string | undefined,
  assertionDigest: string | undefined,
): Common {
  const author = authorDigest === undefined ? undefined : readAuthor(pop(fields, "author_sig"), authorDigest);
  const type = pop(fields, "type");
  if (type !== undefined && (typeof type !== "string" || !/^[a-z]+(?:\.[a-z]+)*\/[1-9][0-9]{0,3}$/.test(type))) {
    throw badCommon("A statement's type is written like claim/1.");
  }
  const subject = readId(pop(fields, "subject"));
  const heads = readHeads(pop(fields, "heads"));
  const at = readTime(pop(fields, "at"), head);
  const value = pop(fields, "assertion");
  const assertion = value === undefined || assertionDigest === undefined ? undefined : { value, digest: assertionDigest };
  return { type, subject, heads, at, case: readId(pop(fields, "case")), author, assertion };
}

function pop(fields: Map<string, Json>, name: string): Json | undefined {
  const value = fields.get(name);
  fields.delete(name);
  return value;
}

function readId(value: Json | undefined): string | undefined {
  if (value !== undefined && !isId(value)) throw badCommon("A statement names something that is not an identifier.");
  return value;
}

function readHeads(value: Json | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > MAX_HEADS) throw badCommon("A statement's heads must be a list.");
  const heads = value.filter(isId);
  const ascending = heads.every((id, at) => at === 0 || (heads[at - 1] as string) < id);
  if (heads.length !== value.length || !ascending) throw badCommon("A statement's heads must be sorted, each once.");
  return heads;
}

function readTime(value: Json | undefined, head: StatementHead): string | undefined {
  if (value === undefined) return undefined;
  let at: string;
  try {
    at = parseInstant(value);
  } catch {
    throw badCommon("A statement's time is not a moment in UTC.");
  }
  if (Date.parse(`${at.slice(0, 10)}T00:00:00Z`) / 1000 !== head.iat) {
    throw refuted("refuted.statement-day", "The time of a statement is not on the day that it shows.");
  }
  return at;
}

function readAuthor(value: Json | undefined, digest: string): Author {
  if (!hasExactly(value, ["by", "sig"]) || typeof value["sig"] !== "string" || !isId(value["by"])) {
    throw badCommon("The author's signature must name its user and hold a signature.");
  }
  const signature = fromBase64url(value["sig"]);
  if (signature.length !== 64) throw badCommon("The author's signature must have 64 bytes.");
  return { by: value["by"], signature, digest };
}

function badCommon(message: string): Failure {
  return malformed("malformed.common", message);
}
