// SPDX-License-Identifier: AGPL-3.0-or-later
// From the disclosures shown to what a statement says (RFC 9901 section 7.1). Digests are followed from the signed list
// inwards; a digest without a disclosure was withheld or is a decoy, and nobody can tell which. Python twins:
// core/seal/statement_read.py. Spec: spec/03-statement.md section 5.

import { type Json, hasExactly, isObject } from "./canonical.ts";
import { MAX_DISCLOSURE_CHARS, RESERVED, digestOf, isDigest, parseDisclosure } from "./disclosure.ts";
import { malformed, refuted, tooLarge } from "./errors.ts";
import { type Common, readCommon } from "./statement_common.ts";
import { PAYLOAD, type StatementHead, isListOfDigests } from "./statement_head.ts";

const MAX_SDJWT_CHARS = 4_194_304;
export const MAX_DISCLOSURES = 4_096;
const MAX_DIGESTS = 65_536;
/** How far a disclosure may stand inside others (spec 3.5). */
const MAX_NESTING = 32;

/** A statement with what was shown of it; undefined means withheld. */
export interface Statement extends Common {
  readonly head: StatementHead;
  /** Every other disclosure by name. */
  readonly fields: ReadonlyMap<string, Json>;
  /** For each text, where in it the shown segments stand. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
  /** Digests without a disclosure: withheld ones and decoys. */
  readonly withheld: number;
}

/** Split `<JWT>~<disclosure>~…~`. */
export function parseSdJwt(text: string): [string, string[]] {
  if (text.length > MAX_SDJWT_CHARS) throw tooLarge("A statement with its disclosures is too long.");
  const [jwt, ...disclosures] = text.slice(0, -1).split("~") as [string, ...string[]];
  const whole = text.endsWith("~") && jwt !== "" && !disclosures.includes("") && !/[^\u0000-\u007f]/.test(text);
  if (!whole)
    throw malformed("malformed.statement", "A statement with disclosures ends with a tilde and has no empty part.");
  return [jwt, disclosures];
}

/** Put the disclosures back into the statement whose head was verified. */
export function readDisclosures(head: StatementHead, disclosures: readonly string[]): Statement {
  const resolver = new Resolver(head, byDigest(disclosures));
  const fields = new Map<string, Json>();
  let authorDigest: string | undefined;
  let assertionDigest: string | undefined;
  for (const digest of head.digests) {
    const text = resolver.take(digest);
    if (text === undefined) continue;
    const [name, value] = resolver.openProperty(text);
    if (fields.has(name) || PAYLOAD.includes(name)) throw malformed("malformed.name-taken", "A name exists already.");
    fields.set(name, value);
    if (name === "author_sig") authorDigest = digest;
    if (name === "assertion") assertionDigest = digest;
  }
  resolver.finish();
  return {
    head,
    ...readCommon(head, fields, authorDigest, assertionDigest),
    fields,
    positions: resolver.positions,
    withheld: resolver.withheld,
  };
}

function byDigest(disclosures: readonly string[]): Map<string, string> {
  if (disclosures.length > MAX_DISCLOSURES) throw tooLarge("A statement has too many disclosures.");
  if (disclosures.some((text) => text.length > MAX_DISCLOSURE_CHARS)) throw tooLarge("A disclosure is too long.");
  const found = new Map(disclosures.map((text) => [digestOf(text), text]));
  if (found.size !== disclosures.length) throw malformed("malformed.disclosure-twice", "A disclosure stands twice.");
  return found;
}

/** Follows digests inwards, each once. */
class Resolver {
  withheld = 0;
  readonly positions = new Map<string, readonly number[]>();
  private readonly waiting: Map<string, string>;
  private readonly seen: Set<string>;
  private depth = 0;

  constructor(head: StatementHead, waiting: Map<string, string>) {
    this.waiting = waiting;
    this.seen = new Set(head.digests);
  }

  take(digest: string): string | undefined {
    const text = this.waiting.get(digest);
    if (text === undefined) this.withheld += 1;
    else this.waiting.delete(digest);
    return text;
  }

  openProperty(text: string): [string, Json] {
    const { name, value } = parseDisclosure(text);
    if (name === undefined) throw malformed("malformed.disclosure", "An array element stands where a named part must.");
    if (!Array.isArray(value) || !value.some(isReference)) return [name, this.resolve(value)];
    const shown = this.openList(value);
    this.positions.set(
      name,
      shown.map(([index]) => index),
    );
    return [name, shown.map(([, inner]) => inner)];
  }

  finish(): void {
    if (this.waiting.size > 0) throw refuted("refuted.disclosure-unreferenced", "A disclosure belongs to no digest.");
  }

  private resolve(value: Json): Json {
    if (Array.isArray(value)) {
      if (value.some(isReference)) return this.openList(value).map(([, inner]) => inner);
      return value.map((inner) => this.resolve(inner));
    }
    if (!isObject(value)) return value;
    if (RESERVED.some((name) => Object.hasOwn(value, name))) {
      throw malformed("malformed.name-reserved", "A value may use _sd nowhere, and ... only in a list of digests.");
    }
    // Made without a prototype: a member may be called anything, `__proto__` included.
    const resolved = Object.create(null) as { [key: string]: Json };
    for (const [name, inner] of Object.entries(value)) resolved[name] = this.resolve(inner);
    return resolved;
  }

  private openList(listed: readonly Json[]): [number, Json][] {
    const shown: [number, Json][] = [];
    this.readList(listed).forEach((digest, index) => {
      const text = this.take(digest);
      if (text !== undefined) shown.push([index, this.openElement(text)]);
    });
    return shown;
  }

  private openElement(text: string): Json {
    const { name, value } = parseDisclosure(text);
    if (name !== undefined) throw malformed("malformed.disclosure", "A named part stands where an array element must.");
    this.depth += 1;
    if (this.depth > MAX_NESTING)
      throw malformed("malformed.disclosure", "Disclosures stand too far inside one another.");
    const resolved = this.resolve(value);
    this.depth -= 1;
    return resolved;
  }

  private readList(listed: readonly Json[]): string[] {
    const digests = listed
      .map((element) => (hasExactly(element, ["..."]) ? element["..."] : undefined))
      .filter(isDigest);
    if (!isListOfDigests(listed.length) || digests.length !== listed.length) {
      throw malformed("malformed.digests", "A list of digests must hold 16, 64 or 256 digests and nothing else.");
    }
    for (const digest of digests) {
      if (this.seen.has(digest)) throw malformed("malformed.digest-twice", "A digest stands twice in a statement.");
      this.seen.add(digest);
    }
    if (this.seen.size > MAX_DIGESTS) throw tooLarge("A statement has too many digests.");
    return digests;
  }
}

function isReference(value: Json): boolean {
  return isObject(value) && Object.hasOwn(value, "...");
}
