// SPDX-License-Identifier: AGPL-3.0-or-later
// Each statement by itself: form, issuer, signature, place in the log, disclosures, author: spec/08-dossier.md section
// 8.11, step 12. Python twins: verify/statement_check.py, batches.py.

import { verifyAsserted } from "./assertion.ts";
import { type Traces, findTraces } from "./appearances.ts";
import type { Bytes } from "./bytes.ts";
import type { Json } from "./canonical.ts";
import { Failure } from "./errors.ts";
import type { KeyList } from "./keylist.ts";
import { leafHash, verifyInclusion } from "./merkle.ts";
import { type ProofLine, parseProofLine } from "./lines.ts";
import type { VerifierKey } from "./note_key.ts";
import type { Findings } from "./report.ts";
import { MAX_DISCLOSURES, type Statement, readDisclosures } from "./statement.ts";
import { isWrittenBy } from "./statement_common.ts";
import { type StatementHead, isSignedHead, parseJwt } from "./statement_head.ts";

const MAX_LINE_BYTES = 4_194_304;
const AT_ONCE = 256;

/** Fields that are asked for later. Everything that statements show, held at once, would be many times the file. */
const NEEDED: readonly string[] = ["grants", "media_type", "person", "plain_sha256", "size_bytes"];
const NEEDED_OF_SUCCESSION: readonly string[] = ["closed", "known_size", "known_root", "held_size", "held_root"];

/** A key, and since when it counts as taken back. */
export interface DatedKey {
  readonly key: VerifierKey;
  readonly revokedAt: string | undefined;
}

/** What every statement is checked against; verified before. */
export interface StatementContext {
  readonly origins: ReadonlyMap<number, string>;
  /** Size and root by `<log number> <head number>`; head 0 is the dossier's checkpoint, `held` what is held of a closed log. */
  readonly roots: ReadonlyMap<string, { readonly size: bigint; readonly root: Bytes }>;
  /** Statement keys by `kid`. */
  readonly keys: ReadonlyMap<string, DatedKey>;
  readonly users: ReadonlyMap<string, readonly DatedKey[]>;
  readonly keylist: KeyList;
  readonly asOf: string;
}

/** What the whole needs to know of one good statement. Lines count from 1. */
export interface CheckedStatement {
  readonly line: number;
  readonly jti: string;
  readonly log: number;
  readonly index: bigint;
  readonly withheld: number;
  readonly revokedAt: string | undefined;
  readonly author: "verified" | "unknown" | undefined;
  /** Whether the person who must stand behind it did; undefined where nobody must. */
  readonly assertion: "verified" | "unknown" | "missing" | "withheld" | undefined;
  readonly traces: Traces;
  readonly fields: ReadonlyMap<string, Json>;
}

interface Line {
  readonly number: number;
  readonly head: StatementHead;
  /** As it stands in the file. It is split again when its turn comes: all parts of all lines would fill memory. */
  readonly text: string;
  readonly place: ProofLine;
}

/** Check every line; undefined goes with findings that stop. */
export async function checkStatements(
  context: StatementContext,
  statements: readonly string[],
  proofs: readonly string[],
  findings: Findings,
): Promise<CheckedStatement[] | undefined> {
  const places = parsePlaces(context, proofs, findings);
  const heads = parseStatements(statements, findings);
  if (places === undefined || heads === undefined) return undefined;
  const lines = heads.map((read, at): Line => ({ ...read, number: at + 1, place: places[at] as ProofLine }));
  const checked: CheckedStatement[] = [];
  // Signatures are checked on the browser's own threads; a few hundred are under way at a time.
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    const results = await Promise.all(lines.slice(at, at + AT_ONCE).map((line) => check(context, line)));
    results.forEach((result, offset) => {
      if (typeof result === "string") findings.add(result, showLine(at + offset + 1));
      else checked.push(result);
    });
  }
  const seen = new Set<string>();
  for (const { head, number } of lines) {
    if (seen.has(head.jti)) findings.add("statement.repeated", showLine(number));
    seen.add(head.jti);
  }
  return findings.stops ? undefined : checked;
}

/** The place of a statement for a report. */
export function showLine(line: number): string {
  return `statements/statements.txt:${line}`;
}

function parsePlaces(
  context: StatementContext,
  proofs: readonly string[],
  findings: Findings,
): ProofLine[] | undefined {
  let before: ProofLine | undefined;
  const places: ProofLine[] = [];
  for (const [at, line] of proofs.entries()) {
    const place = parseProofLine(line);
    if (
      place === undefined ||
      !context.roots.has(`${place.log} ${place.head}`) ||
      (before && !follows(place, before))
    ) {
      findings.add("tag-file.malformed", `statements/proofs.txt:${at + 1}`);
      return undefined;
    }
    places.push(place);
    before = place;
  }
  return places;
}

function follows(place: ProofLine, before: ProofLine): boolean {
  return place.log > before.log || (place.log === before.log && place.index > before.index);
}

type ReadLine = Pick<Line, "head" | "text">;

function parseStatements(lines: readonly string[], findings: Findings): ReadLine[] | undefined {
  const heads: ReadLine[] = [];
  for (const [at, line] of lines.entries()) {
    const read = parseLine(line);
    if (read === undefined) {
      findings.add("tag-file.malformed", showLine(at + 1));
      return undefined;
    }
    heads.push(read);
  }
  return heads;
}

function parseLine(line: string): ReadLine | undefined {
  if (line.length > MAX_LINE_BYTES || !/^[A-Za-z0-9_~.-]*~$/.test(line)) return undefined;
  // Before they are split: a million empty ones fit into a line.
  if (isOver(line, "~", MAX_DISCLOSURES + 1)) return undefined;
  const [jwt, ...disclosures] = split(line);
  const ascending = disclosures.every((text, at) => at === 0 || text > (disclosures[at - 1] as string));
  if (disclosures.includes("") || !ascending) return undefined;
  try {
    return { head: parseJwt(jwt), text: line };
  } catch (reason) {
    if (reason instanceof Failure) return undefined;
    throw reason;
  }
}

/** The statement and its disclosures. */
function split(line: string): [string, ...string[]] {
  return line.slice(0, -1).split("~") as [string, ...string[]];
}

function isOver(line: string, part: string, most: number): boolean {
  let count = 0;
  for (let at = line.indexOf(part); at >= 0; at = line.indexOf(part, at + 1)) if (++count > most) return true;
  return false;
}

/** Check one statement; the code of what contradicts it comes back as text. */
async function check(context: StatementContext, line: Line): Promise<CheckedStatement | string> {
  const { head, place } = line;
  if (head.iss !== context.origins.get(place.log)) return "statement.other-log";
  const dated = context.keys.get(head.kid);
  if (dated === undefined || !(await isSignedHead(head, dated.key.publicKey))) return "statement.signature";
  if (!isIncluded(context, line)) return "proof.inclusion";
  const statement = read(line);
  if (statement === undefined) return "disclosure.refused";
  const { asOf } = context;
  const late = head.iat > Date.parse(`${asOf.slice(0, 10)}T00:00:00Z`) / 1000;
  if (late || (statement.at !== undefined && statement.at > asOf)) return "statement.after-seal";
  const author = await checkAuthor(context, statement);
  if (author === "refuted") return "author.signature";
  const assertion = await checkAssertion(context, statement);
  if (assertion === "refuted") return "assertion.refused";
  const revoked = [dated.revokedAt, author.revokedAt, assertion.revokedAt].filter((time) => time !== undefined).sort();
  return {
    line: line.number,
    jti: head.jti,
    log: place.log,
    index: place.index,
    withheld: statement.withheld,
    revokedAt: revoked[0],
    author: author.known,
    assertion: assertion.known,
    traces: findTraces(statement),
    fields: new Map([...statement.fields].filter(([name]) => needed(statement).includes(name))),
  };
}

function needed(statement: Statement): readonly string[] {
  return statement.type === "log.succeeded/1" ? NEEDED_OF_SUCCESSION : NEEDED;
}

function isIncluded(context: StatementContext, { head, place }: Line): boolean {
  let root = context.roots.get(`${place.log} ${place.head}`) as { size: bigint; root: Bytes };
  // What lies beyond the checkpoint of a closed log is proven in what is held of it.
  if (place.head === 0 && place.index >= root.size) root = context.roots.get(`${place.log} held`) ?? root;
  return didSucceed(() => verifyInclusion(leafHash(head.jwt), place.index, root.size, place.hashes, root.root));
}

function read({ head, text }: Line): Statement | undefined {
  const [, ...disclosures] = split(text);
  let statement: Statement | undefined;
  didSucceed(() => {
    statement = readDisclosures(head, disclosures);
  });
  return statement;
}

type AuthorFound = { readonly known: "verified" | "unknown" | undefined; readonly revokedAt: string | undefined };

async function checkAuthor(context: StatementContext, statement: Statement): Promise<AuthorFound | "refuted"> {
  const { author } = statement;
  if (author === undefined) return { known: undefined, revokedAt: undefined };
  const keys = context.users.get(author.by) ?? [];
  for (const { key, revokedAt } of keys) {
    if (await isWrittenBy(statement.head, author, key.publicKey)) return { known: "verified", revokedAt };
  }
  return keys.length > 0 ? "refuted" : { known: "unknown", revokedAt: undefined };
}

type AssertionFound = { readonly known: CheckedStatement["assertion"]; readonly revokedAt: string | undefined };

async function checkAssertion(context: StatementContext, statement: Statement): Promise<AssertionFound | "refuted"> {
  try {
    const found = await verifyAsserted(statement, context.keylist);
    return { known: found === undefined ? undefined : "verified", revokedAt: found?.revokedAt };
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason;
    if (reason.verdict !== "unproven") return "refuted";
    if (reason.code === "unproven.assertion-key") return { known: "unknown", revokedAt: undefined };
    const hidden = statement.author === undefined && statement.assertion === undefined;
    return { known: hidden ? "withheld" : "missing", revokedAt: undefined };
  }
}

function didSucceed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (reason) {
    if (reason instanceof Failure) return false;
    throw reason;
  }
}
