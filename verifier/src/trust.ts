// SPDX-License-Identifier: AGPL-3.0-or-later
// What the dossier's own keys are worth: root and cosigners against a policy from outside. Nothing in the dossier can make
// these parts hold; only what the reader brought along can. Python twin: verify/trust.py. Spec: spec/08-dossier.md 8.11.

import type { Contents, LogContents } from "./contents.ts";
import { type Cosignature, verifyCosignatures } from "./cosignature.ts";
import { Failure } from "./errors.ts";
import { formatInstant } from "./instant.ts";
import { revokedAt } from "./keylist.ts";
import { claims } from "./note.ts";
import { sameKey } from "./note_key.ts";
import { type Policy, quorumMet } from "./policy.ts";
import type { Findings, LogFact } from "./report.ts";
import type { Keys } from "./signatures.ts";
import { type CheckedStatement, showLine } from "./statement_check.ts";

const LAST_SECOND = 253_402_214_400n; // 31 December 9999

/** Judge whose keys these are; tell whether the root is pinned. `provenAt` is T by statement line. */
export function checkOrigin(
  policy: Policy | null,
  contents: Contents,
  keys: Keys,
  statements: readonly CheckedStatement[],
  provenAt: ReadonlyMap<number, string>,
  findings: Findings,
): boolean {
  noteAuthors(statements, findings);
  noteAssertions(statements, findings);
  if (policy === null) {
    findings.add("policy.none");
    return false;
  }
  const pinned = policy.roots.some((root) => sameKey(root, contents.root));
  if (!pinned) findings.add("root.not-pinned");
  for (const log of contents.logs) {
    const key = keys.logs.get(log.number);
    const listed = policy.logs.some((known) => key !== undefined && sameKey(known.key, key));
    if (policy.logs.length > 0 && !listed) findings.add("log.not-pinned", log.origin);
  }
  checkRevoked(contents, keys, statements, provenAt, findings);
  if (findings.worst === "holds") findings.add("root.pinned");
  return pinned;
}

/** Judge who else has seen these heads; the policy's cosigners by log number. */
export async function checkCosigned(
  policy: Policy | null,
  logs: readonly LogContents[],
  findings: Findings,
): Promise<Map<number, LogFact["cosigners"]>> {
  const found = new Map<number, LogFact["cosigners"]>();
  for (const log of logs) found.set(log.number, show(await checkLog(policy, log, findings)));
  if (policy === null) {
    findings.add("policy.none");
  } else if (policy.quorum === null) {
    findings.add("cosigned.not-asked");
    if (findings.worst === "holds") findings.add("cosigned.none-required");
  } else if (findings.worst === "holds") {
    findings.add("cosigned.quorum-met", undefined, found.size);
  }
  return found;
}

async function checkLog(policy: Policy | null, log: LogContents, findings: Findings): Promise<readonly Cosignature[]> {
  const path = `logs/${log.number}/checkpoint`;
  const known = policy === null ? [] : policy.witnesses.map((witness) => witness.key);
  const { note } = log.checkpoint;
  const strangers = note.signatures.filter(
    (line) => line.name !== log.origin && !known.some((key) => claims(line, key)),
  );
  if (strangers.length > 0) findings.add("cosignature.unknown", path, strangers.length);
  let cosigned: Cosignature[];
  try {
    cosigned = await verifyCosignatures(note, known);
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason;
    findings.add("cosignature.refuted", path);
    return [];
  }
  const met =
    policy === null ||
    quorumMet(
      policy,
      cosigned.map((one) => one.key),
    );
  if (!met) findings.add("cosigned.quorum-not-met", path);
  return cosigned;
}

/** Name and time of each, in order of names. */
function show(cosigned: readonly Cosignature[]): LogFact["cosigners"] {
  const nameOf = ({ key }: Cosignature): string => `${key.name} ${key.keyId}`;
  const sorted = [...cosigned].sort((left, right) =>
    nameOf(left) < nameOf(right) ? -1 : nameOf(left) > nameOf(right) ? 1 : 0,
  );
  return sorted.map(({ key, time }) => {
    // A cosigner's clock may say anything; what no calendar holds is shown as its last second.
    const seconds = time < LAST_SECOND ? time : LAST_SECOND;
    return { name: key.name, time: formatInstant(Number(seconds) * 1000) };
  });
}

function checkRevoked(
  contents: Contents,
  keys: Keys,
  statements: readonly CheckedStatement[],
  provenAt: ReadonlyMap<number, string>,
  findings: Findings,
): void {
  if (revokedAt(contents.keylist, keys.seal) !== undefined) findings.add("key.revoked", "SEAL.txt");
  for (const [number, key] of keys.logs) {
    if (revokedAt(contents.keylist, key) !== undefined) findings.add("key.revoked", `logs/${number}/checkpoint`);
  }
  for (const statement of statements) {
    const proven = provenAt.get(statement.line);
    const { revokedAt: since } = statement;
    if (since !== undefined && (proven === undefined || proven >= since))
      findings.add("key.revoked", showLine(statement.line));
  }
}

function noteAuthors(statements: readonly CheckedStatement[], findings: Findings): void {
  const verified = statements.filter((statement) => statement.author === "verified").length;
  for (const statement of statements) {
    if (statement.author === "unknown") findings.add("author.unknown", showLine(statement.line));
  }
  if (verified > 0) findings.add("author.verified", undefined, verified);
}

function noteAssertions(statements: readonly CheckedStatement[], findings: Findings): void {
  for (const { assertion, line } of statements) {
    if (assertion === "missing" || assertion === "unknown") findings.add(`assertion.${assertion}`, showLine(line));
  }
  for (const state of ["verified", "withheld"]) {
    const count = statements.filter((statement) => statement.assertion === state).length;
    if (count > 0) findings.add(`assertion.${state}`, undefined, count);
  }
}
