// SPDX-License-Identifier: AGPL-3.0-or-later
// By when each statement existed, on the word of time authorities that the policy pins. Python twin: verify/existed.py.
// Spec: spec/08-dossier.md section 8.11, time T.

import type { Bytes } from "./bytes.ts";
import { stampedDigest } from "./checkpoint.ts";
import type { HeadContents, LogContents, TagFiles } from "./contents.ts";
import { Failure } from "./errors.ts";
import type { Policy } from "./policy.ts";
import type { Findings, StampFact } from "./report.ts";
import { checkImprint, verifyStamp } from "./stamp.ts";
import { type CheckedStatement, showLine } from "./statement_check.ts";
import type { Carried } from "./succeeded.ts";

/** A verified stamp: it covers every statement of its log whose leaf index is below `size`. */
interface ProvenStamp {
  readonly log: number;
  readonly size: bigint;
  readonly fact: StampFact;
}

/** What the stamps prove: T by statement line, and the stamps themselves. */
export interface Existence {
  readonly stamps: readonly StampFact[];
  readonly by: ReadonlyMap<number, string>;
  readonly byExternal: ReadonlyMap<number, string>;
}

export async function checkExisted(
  policy: Policy | null,
  logs: readonly LogContents[],
  files: TagFiles,
  statements: readonly CheckedStatement[],
  carried: readonly Carried[],
  findings: Findings,
): Promise<Existence> {
  const stamps: ProvenStamp[] = [];
  for (const log of logs) {
    for (const head of log.heads) {
      noteWaiting(head, files, findings);
      for (const token of head.tokens) {
        const fact = await checkToken(policy, head, files, token, findings);
        if (fact !== undefined) stamps.push({ log: log.number, size: head.checkpoint.size, fact });
      }
    }
  }
  const by = cover(stamps, statements, carried);
  const byExternal = cover(
    stamps.filter((stamp) => stamp.fact.kind === "external"),
    statements,
    carried,
  );
  conclude(policy, by, byExternal, statements, findings);
  const facts = stamps.map((stamp) => stamp.fact);
  facts.sort((left, right) => compare(left.head, right.head) || compare(left.file, right.file));
  return { stamps: facts, by, byExternal };
}

/** The time by which all statements existed; null if one has none, or there are none. */
export function latest(times: ReadonlyMap<number, string>, statements: readonly CheckedStatement[]): string | null {
  if (statements.length === 0 || times.size !== statements.length) return null;
  return [...times.values()].sort().at(-1) as string;
}

function conclude(
  policy: Policy | null,
  by: ReadonlyMap<number, string>,
  byExternal: ReadonlyMap<number, string>,
  statements: readonly CheckedStatement[],
  findings: Findings,
): void {
  if (policy === null) {
    findings.add("policy.none");
    return;
  }
  if (policy.authorities.length === 0) findings.add("existed.no-authority");
  for (const { line } of statements) if (!by.has(line)) findings.add("existed.not-covered", showLine(line));
  const inside = by.size - byExternal.size;
  if (inside > 0) findings.add("existed.internal-only", undefined, inside);
  if (findings.worst === "holds") findings.add("existed.covered", undefined, statements.length);
}

function noteWaiting(head: HeadContents, files: TagFiles, findings: Findings): void {
  for (const { authority, since, state } of head.states) {
    if (state !== "stamped") findings.add(`stamp.${state}`, `${head.folder}/${authority} since ${since}`);
  }
  const proof = `${head.folder}/opentimestamps.ots`;
  if (files.has(proof)) findings.add("opentimestamps.not-checked", proof);
}

const CODES = {
  refuted: "stamp.refuted",
  malformed: "stamp.malformed",
  unproven: "stamp.unknown-authority",
  holds: "",
};

async function checkToken(
  policy: Policy | null,
  head: HeadContents,
  files: TagFiles,
  name: string,
  findings: Findings,
): Promise<StampFact | undefined> {
  const base = `${head.folder}/${name}`;
  const digest = stampedDigest(head.checkpoint);
  const token = files.get(`${base}.tsr`) as Bytes;
  try {
    if (policy === null) {
      checkImprint(token, digest);
      return undefined;
    }
    const chain = files.get(`${base}.chain.pem`) as Bytes;
    const crls = files.get(`${base}.crl.pem`) ?? new Uint8Array(0);
    const { authority, time, revocation } = await verifyStamp({ token, chain, crls }, digest, policy.authorities);
    const { kind, sha256: root } = authority;
    return { authority: authority.name, file: name, head: head.folder, kind, revocation, root, time };
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason;
    findings.add(CODES[reason.verdict], `${base}.tsr`);
    return undefined;
  }
}

/** The earliest stamp that covers each statement, by line. */
function cover(
  stamps: readonly ProvenStamp[],
  statements: readonly CheckedStatement[],
  carried: readonly Carried[],
): Map<number, string> {
  const inOrder = [...stamps].sort((left, right) => compare(left.fact.time, right.fact.time));
  const found = new Map<number, string>();
  for (const { line, log, index } of statements) {
    const earliest = inOrder.find((stamp) => stamp.log === log && index < stamp.size);
    if (earliest !== undefined) found.set(line, earliest.fact.time);
  }
  // As often as one closed log may rest on the next.
  for (const _ of carried) for (const one of carried) carry(found, statements, one);
  return found;
}

/** Whatever was held of a closed log existed when the statement that names its root did. */
function carry(found: Map<number, string>, statements: readonly CheckedStatement[], one: Carried): void {
  const by = found.get(one.line);
  if (by === undefined) return;
  for (const { line, log, index } of statements) {
    const before = found.get(line);
    if (log === one.log && index < one.size && (before === undefined || by < before)) found.set(line, by);
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
