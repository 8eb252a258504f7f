// SPDX-License-Identifier: AGPL-3.0-or-later
// Verifying a dossier: the steps in their order, and the report. What is wrong with a dossier is in the report, never an
// exception. Python twins: verify/dossier.py, parts.py, facts.py, exhibits.py. Spec: spec/08-dossier.md 8.11, 8.12.

import { type Bytes, encodeUtf8, equalBytes } from "./bytes.ts";
import { type Contents, readContents } from "./contents.ts";
import { checkConsent } from "./consented.ts";
import type { Progress } from "./digest.ts";
import { type Files, blobEntry } from "./entry.ts";
import { Failure } from "./errors.ts";
import { checkExisted, latest } from "./existed.ts";
import { exhibitBytes, tellFiles, tellLogs } from "./facts.ts";
import { revokedAt, successorOf } from "./keylist.ts";
import { vkeyOf } from "./note_key.ts";
import { type Opened, openDossier } from "./opening.ts";
import { MAX_DEPTH } from "./layout.ts";
import type { Policy } from "./policy.ts";
import { type Facts, Findings, PARTS, type Part, type Report, makeReport, noFacts } from "./report.ts";
import { type Keys, checkConsistency, checkSignatures } from "./signatures.ts";
import { type CheckedStatement, type DatedKey, type StatementContext, checkStatements } from "./statement_check.ts";
import { checkSuccessions, findCarried, noteSuccessions } from "./succeeded.ts";
import { checkCosigned, checkOrigin } from "./trust.ts";
import { readZip } from "./zip.ts";

/** Lines of each list. A statement has over a kilobyte, so that no more fit; empty lines would, by the million. */
const MAX_STATEMENTS = 250_000;

/** A dossier that is as it was sealed: what the other parts are judged from. */
interface Sound {
  readonly opened: Opened;
  readonly contents: Contents;
  readonly keys: Keys;
  readonly statements: readonly CheckedStatement[];
}

/** Judge the dossier in `source`: its files by path, or a ZIP file. Without a policy nothing holds. */
export async function verifyDossier(
  source: ReadonlyMap<string, Blob> | Blob,
  policy: Policy | null,
  progress: Progress = () => undefined,
): Promise<Report> {
  const findings = new Findings();
  const facts = noFacts(policy === null ? "none" : "given");
  const sound = await checkUnaltered(source, findings, facts, progress);
  const others = sound === undefined ? unchecked() : await checkParts(sound, policy, facts);
  return makeReport([findings.close("unaltered"), ...others], facts);
}

async function checkUnaltered(
  source: ReadonlyMap<string, Blob> | Blob,
  findings: Findings,
  facts: Facts,
  progress: Progress,
): Promise<Sound | undefined> {
  const entries = await listEntries(source, findings);
  const opened = entries && (await openDossier(entries, findings, progress));
  if (opened === undefined) return undefined;
  tellFiles(opened, facts);
  const contents = readAll(opened, findings);
  if (contents === undefined) return undefined;
  const { case: about, language, purpose, recipientKind } = contents.spec;
  Object.assign(facts, { case: about, language, purpose, recipient_kind: recipientKind });
  const keys = await checkSignatures(opened.tagFiles, opened.seal, contents, findings);
  if (keys === undefined) return undefined;
  Object.assign(facts, { archive: contents.keylist.archive, root: vkeyOf(contents.root) });
  for (const log of contents.logs) checkConsistency(log, findings);
  if (findings.stops) return undefined;
  tellLogs(contents, keys, facts);
  const [lines, proofs] = [linesOf(opened, "statements/statements.txt"), linesOf(opened, "statements/proofs.txt")];
  const statements = await checkStatements(contextOf(contents, opened), lines, proofs, findings);
  if (statements === undefined) return undefined;
  facts.statements = statements.length;
  facts.withheld_digests = statements.reduce((sum, statement) => sum + statement.withheld, 0);
  checkExhibits(opened, contents, statements, findings);
  checkSuccessions(contents, statements, findings);
  if (findings.stops) return undefined;
  facts.persons = new Set(contents.persons.map((line) => line.person)).size;
  if (findings.worst === "holds") findings.add("unaltered.matches-seal", undefined, opened.entries.size);
  return { opened, contents, keys, statements };
}

async function listEntries(source: ReadonlyMap<string, Blob> | Blob, findings: Findings): Promise<Files | undefined> {
  if (!(source instanceof Blob)) {
    if (![...source.keys()].some((path) => path.split("/").length > MAX_DEPTH))
      return new Map([...source].map(([path, blob]) => [path, blobEntry(blob)]));
    findings.add("container.malformed");
    return undefined;
  }
  try {
    return await readZip(source);
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason;
    findings.add("container.malformed");
    return undefined;
  }
}

/** Step 9; undefined goes with findings that stop. */
function readAll(opened: Opened, findings: Findings): Contents | undefined {
  const day = opened.seal.asOf.slice(0, 10);
  const [octets, count] = [exhibitBytes(opened), opened.exhibits.size];
  const expected = `Bag-Software-Agent: sviedka\nBagging-Date: ${day}\nPayload-Oxum: ${octets}.${count}\n`;
  if (!equalBytes(opened.tagFiles.get("bag-info.txt") as Bytes, encodeUtf8(expected))) findings.add("bag-info.differs");
  const contents = readContents(opened.tagFiles, new Set(opened.exhibits.keys()), findings);
  checkCounts(opened, findings);
  return findings.stops ? undefined : contents;
}

/** As many statements as proofs, and no more than there can be: counted before they are split. */
function checkCounts(opened: Opened, findings: Findings): void {
  const lists = ["statements/statements.txt", "statements/proofs.txt"];
  const tooLong = lists.find((path) => lineFeeds(opened.tagFiles.get(path) as Bytes) > MAX_STATEMENTS);
  if (tooLong !== undefined) {
    findings.add("tag-file.malformed", tooLong);
    return;
  }
  const [statements, proofs] = lists.map((path) => linesOf(opened, path).length);
  if (statements !== proofs) findings.add("tag-file.malformed", "statements/proofs.txt");
}

function lineFeeds(data: Bytes): number {
  let count = 0;
  for (let at = data.indexOf(0x0a); at >= 0; at = data.indexOf(0x0a, at + 1)) count++;
  return count;
}

/** Lines without their line feeds; a last one that has none gets a mark that no line may have. */
function linesOf(opened: Opened, path: string): string[] {
  const text = new TextDecoder("latin1").decode(opened.tagFiles.get(path) as Bytes);
  const lines = text.split("\n");
  const rest = lines.pop() as string;
  return rest === "" ? lines : [...lines, `${rest}\u0000`];
}

function contextOf(contents: Contents, opened: Opened): StatementContext {
  const roots = new Map<string, { size: bigint; root: Bytes }>();
  for (const { number, origin, checkpoint, heads } of contents.logs) {
    roots.set(`${number} 0`, checkpoint);
    heads.forEach((head, at) => roots.set(`${number} ${at + 1}`, head.checkpoint));
    const successor = successorOf(contents.keylist, origin);
    if (successor !== undefined) roots.set(`${number} held`, successor.held);
  }
  const users = new Map<string, DatedKey[]>();
  const keys = new Map<string, DatedKey>();
  const shared = new Set<string>();
  for (const entry of contents.keylist.entries) {
    if (entry.kind !== "user" && entry.kind !== "desk") continue;
    const dated = { key: entry.key, revokedAt: revokedAt(contents.keylist, entry.key) };
    if (entry.kind === "user") users.set(entry.user, [...(users.get(entry.user) ?? []), dated]);
    if (entry.kind === "desk" && entry.role === "statements") {
      const kid = `${entry.origin}+${entry.key.keyId}`;
      if (keys.has(kid)) shared.add(kid); // a name that two keys share names neither
      keys.set(kid, dated);
    }
  }
  for (const kid of shared) keys.delete(kid);
  return {
    origins: new Map(contents.logs.map((log) => [log.number, log.origin])),
    roots,
    keys,
    users,
    keylist: contents.keylist,
    asOf: opened.seal.asOf,
  };
}

/** Step 13: each exhibit against the sealed statement that vouches for its bytes. */
function checkExhibits(
  opened: Opened,
  contents: Contents,
  statements: readonly CheckedStatement[],
  findings: Findings,
): void {
  const byJti = new Map(statements.map((statement) => [statement.jti, statement]));
  for (const { sealedBy, path } of contents.exhibits) {
    const sealed = byJti.get(sealedBy);
    const [digest, size] = [sealed?.fields.get("plain_sha256"), sealed?.fields.get("size_bytes")];
    const vouches = sealed?.traces.type.startsWith("item.sealed/") === true;
    if (!vouches || typeof digest !== "string" || typeof size !== "number") findings.add("exhibit.unbound", path);
    else if (digest !== opened.exhibits.get(path) || size !== opened.entries.get(path)?.size)
      findings.add("exhibit.differs", path);
  }
}

/** Origin, cosigned, existed and consent. */
async function checkParts(sound: Sound, policy: Policy | null, facts: Facts): Promise<Part[]> {
  const { opened, contents, keys, statements } = sound;
  const [origin, cosigned, existed, consent] = [new Findings(), new Findings(), new Findings(), new Findings()];
  const carried = findCarried(contents, statements);
  const existence = await checkExisted(policy, contents.logs, opened.tagFiles, statements, carried, existed);
  facts.stamps = [...existence.stamps];
  facts.existed_by = latest(existence.by, statements);
  facts.existed_by_external = latest(existence.byExternal, statements);
  noteSuccessions(contents, statements, origin);
  facts.root_pinned = checkOrigin(policy, contents, keys, statements, existence.by, origin);
  const cosigners = await checkCosigned(policy, contents.logs, cosigned);
  facts.logs = facts.logs.map((log, at) => ({ ...log, cosigners: cosigners.get(at + 1) ?? [] }));
  checkConsent(contents, opened.seal.asOf.slice(0, 10), statements, consent);
  return [origin.close("origin"), cosigned.close("cosigned"), existed.close("existed"), consent.close("consent")];
}

/** The other parts of a dossier that is not unaltered: nothing is said of them. */
function unchecked(): Part[] {
  return PARTS.slice(1).map((name) => {
    const findings = new Findings();
    findings.add("part.not-checked");
    return findings.close(name);
  });
}
