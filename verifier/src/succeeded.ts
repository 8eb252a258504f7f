// SPDX-License-Identifier: AGPL-3.0-or-later
// Logs that lost their end and those that go on after them, against the key list: it names the gap, and the first statement
// of the log that goes on repeats it. Python twins: verify/succeeded.py, core/seal/succession.py. Spec: spec/08-dossier.md
// section 8.11, spec/04-log.md section 7.5.

import { equalBytes, toHex } from "./bytes.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Contents } from "./contents.ts";
import { type Head, type Successor, predecessorOf } from "./keylist.ts";
import type { Findings } from "./report.ts";
import { type CheckedStatement, showLine } from "./statement_check.ts";

/** A closed log of the dossier: its number, how many of its statements are held, and the line that speaks for them. */
export interface Carried {
  readonly log: number;
  readonly size: bigint;
  readonly line: number;
}

/** Whether a head says more, or something else, than the one that its log was closed with. */
export function isBeyond({ size, root }: Checkpoint, successor: Successor | undefined): boolean {
  if (successor === undefined) return false;
  const { known } = successor;
  return size > known.size || (size === known.size && !equalBytes(root, known.root));
}

/** Check every statement by which a log says that it goes on after another one (step 14). */
export function checkSuccessions(
  contents: Contents,
  statements: readonly CheckedStatement[],
  findings: Findings,
): void {
  for (const statement of stating(statements)) {
    const successor = namedFor(contents, statement);
    if (successor === undefined || statement.index !== 0n || !saysTheSame(statement, successor)) {
      findings.add("succession.differs", showLine(statement.line));
    }
  }
}

/** The closed logs of which a statement in the dossier, checked, names what is held. */
export function findCarried(contents: Contents, statements: readonly CheckedStatement[]): Carried[] {
  return stating(statements).flatMap((statement) => {
    const successor = namedFor(contents, statement);
    const closed = contents.logs.find((log) => log.origin === successor?.closed);
    if (successor === undefined || closed === undefined) return [];
    return [{ log: closed.number, size: successor.held.size, line: statement.line }];
  });
}

/** Say which logs lost their end and how much, and which of those that go on do not show how they began. */
export function noteSuccessions(contents: Contents, statements: readonly CheckedStatement[], findings: Findings): void {
  const origins = new Set(contents.logs.map((log) => log.origin));
  const shown = new Set(stating(statements).map((statement) => statement.log));
  for (const entry of contents.keylist.entries) {
    if (entry.kind === "successor" && (origins.has(entry.closed) || origins.has(entry.origin))) {
      findings.add("log.succeeded", `${entry.closed} ${entry.held.size}/${entry.known.size} ${entry.origin}`);
    }
  }
  for (const { number, origin } of contents.logs) {
    if (predecessorOf(contents.keylist, origin) !== undefined && !shown.has(number)) {
      findings.add("succession.not-shown", `logs/${number}/origin`);
    }
  }
}

/** The statements that say so of themselves. */
function stating(statements: readonly CheckedStatement[]): CheckedStatement[] {
  return statements.filter((statement) => statement.traces.type === "log.succeeded/1");
}

function namedFor(contents: Contents, statement: CheckedStatement): Successor | undefined {
  const origin = contents.logs.find((log) => log.number === statement.log)?.origin;
  return origin === undefined ? undefined : predecessorOf(contents.keylist, origin);
}

function saysTheSame({ fields }: CheckedStatement, { closed, known, held }: Successor): boolean {
  return fields.get("closed") === closed && isHead(fields, "known", known) && isHead(fields, "held", held);
}

function isHead(fields: CheckedStatement["fields"], name: string, head: Head): boolean {
  const size = fields.get(`${name}_size`);
  return typeof size === "number" && BigInt(size) === head.size && fields.get(`${name}_root`) === toHex(head.root);
}
