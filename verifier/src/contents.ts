// SPDX-License-Identifier: AGPL-3.0-or-later
// What the files of a dossier say, read strictly and not yet believed (spec/08-dossier.md section 8.11, step 9).
// Python twin: verify/contents.py.

import { type Bytes, equalBytes, fromBase64 } from "./bytes.ts";
import { type Checkpoint, frozenBytes, parseCheckpoint } from "./checkpoint.ts";
import { type DossierSpec, type StampState, checkWithheld, parseSpec, parseStampStates } from "./description.ts";
import { Failure, malformed } from "./errors.ts";
import { type KeyList, parseKeylist } from "./keylist.ts";
import { headFolder, headNumbers, logNumbers } from "./layout.ts";
import {
  BadLine,
  type ExhibitLine,
  type PersonLine,
  parseExhibitLine,
  parseLines,
  parsePersonLine,
  splitLines,
} from "./lines.ts";
import { isOrigin } from "./names.ts";
import { ED25519, type VerifierKey, parseVkey } from "./note_key.ts";
import type { Findings } from "./report.ts";

const MAX_CONSISTENCY_HASHES = 64;

/** A stamped head: its folder, and the authorities that have answered. */
export interface HeadContents {
  readonly folder: string;
  readonly checkpoint: Checkpoint;
  readonly consistency: readonly Bytes[];
  readonly states: readonly StampState[];
  readonly tokens: readonly string[];
}

export interface LogContents {
  readonly number: number;
  readonly origin: string;
  readonly checkpoint: Checkpoint;
  readonly heads: readonly HeadContents[];
}

/** Everything but the statements. */
export interface Contents {
  readonly root: VerifierKey;
  readonly keylist: KeyList;
  readonly spec: DossierSpec;
  readonly exhibits: readonly ExhibitLine[];
  readonly persons: readonly PersonLine[];
  readonly logs: readonly LogContents[];
}

export type TagFiles = ReadonlyMap<string, Bytes>;

/** Read every tag file but the statements; undefined goes with findings that stop. */
export function readContents(files: TagFiles, exhibits: ReadonlySet<string>, findings: Findings): Contents | undefined {
  const reader = new Reader(files, findings);
  const root = reader.read("keys/root", parseRoot, "keys.malformed");
  const keylist = reader.read("keys/keylist", parseKeylist, "keys.malformed");
  const spec = reader.read("spec.json", parseSpec);
  reader.read("withheld.json", checkWithheld);
  const listed = reader.read("exhibits.txt", (data) => parseExhibits(data, exhibits));
  const persons = reader.read("persons.txt", (data) => parseLines(data, parsePersonLine, (line) => line));
  const logs = reader.readLogs();
  if (!root || !keylist || !spec || !listed || !persons || !logs) return undefined;
  return { root, keylist, spec, exhibits: listed, persons, logs };
}

/** Reads one file after another and reports those that are not in their form. */
class Reader {
  private readonly files: TagFiles;
  private readonly findings: Findings;

  constructor(files: TagFiles, findings: Findings) {
    this.files = files;
    this.findings = findings;
  }

  read<T>(path: string, parse: (data: Bytes) => T, code = "tag-file.malformed"): T | undefined {
    try {
      return parse(this.files.get(path) as Bytes);
    } catch (reason) {
      if (reason instanceof BadLine) this.findings.add(code, `${path}:${reason.line}`);
      else if (reason instanceof Failure) this.findings.add(code, path);
      else throw reason;
      return undefined;
    }
  }

  readLogs(): LogContents[] | undefined {
    const numbers = logNumbers(this.files.keys());
    const logs = numbers.map((number) => this.readLog(number)).filter((log) => log !== undefined);
    if (logs.length !== numbers.length) return undefined;
    logs.forEach((log, at) => {
      const before = logs[at - 1];
      if (before !== undefined && log.origin <= before.origin)
        this.findings.add("tag-file.malformed", `logs/${log.number}/origin`);
    });
    return logs;
  }

  private readLog(number: number): LogContents | undefined {
    const origin = this.read(`logs/${number}/origin`, parseOrigin);
    const checkpoint = this.read(`logs/${number}/checkpoint`, parseCheckpoint);
    const counted = headNumbers(this.files.keys(), number);
    const heads = counted.map((head) => this.readHead(number, head)).filter((head) => head !== undefined);
    if (origin === undefined || checkpoint === undefined || heads.length !== counted.length) return undefined;
    let last = 0n;
    for (const { checkpoint: head, folder } of heads) {
      if (head.size <= last || head.size > checkpoint.size)
        this.findings.add("tag-file.malformed", `${folder}/checkpoint`);
      last = head.size;
    }
    return { number, origin, checkpoint, heads };
  }

  private readHead(log: number, number: number): HeadContents | undefined {
    const folder = headFolder(log, number);
    const checkpoint = this.read(`${folder}/checkpoint`, parseFrozen);
    const consistency = this.read(`${folder}/consistency`, parseConsistency);
    const tokens = [...this.files.keys()]
      .filter((path) => path.startsWith(`${folder}/`) && path.endsWith(".tsr"))
      .map((path) => path.slice(folder.length + 1, -4))
      .sort();
    const states = this.read(`${folder}/stamps.json`, (data) => parseStates(data, tokens));
    if (checkpoint === undefined || consistency === undefined || states === undefined) return undefined;
    return { folder, checkpoint, consistency, states, tokens };
  }
}

function parseRoot(data: Bytes): VerifierKey {
  const key = parseVkey(oneLine(data));
  if (key.keyType !== ED25519 || !key.name.endsWith("/root")) throw bad("This is no root key.");
  return key;
}

function parseOrigin(data: Bytes): string {
  const origin = oneLine(data);
  if (!isOrigin(origin)) throw bad("This is no origin.");
  return origin;
}

function oneLine(data: Bytes): string {
  const lines = splitLines(data);
  if (lines.length !== 1) throw bad("This file has one line.");
  return lines[0] as string;
}

function parseExhibits(data: Bytes, exhibits: ReadonlySet<string>): ExhibitLine[] {
  const lines = parseLines(data, parseExhibitLine, (line) => line.slice(33));
  const all = lines.length === exhibits.size && lines.every((line) => exhibits.has(line.path));
  if (!all) throw bad("The exhibits in the list are not those in the manifest.");
  return lines;
}

function parseFrozen(data: Bytes): Checkpoint {
  const checkpoint = parseCheckpoint(data);
  if (checkpoint.note.signatures.length !== 1 || !equalBytes(frozenBytes(checkpoint), data)) {
    throw bad("A stamped checkpoint bears its log's signature and no other.");
  }
  return checkpoint;
}

function parseConsistency(data: Bytes): Bytes[] {
  const hashes = splitLines(data).map(fromBase64);
  if (hashes.length > MAX_CONSISTENCY_HASHES || hashes.some((hash) => hash.length !== 32)) {
    throw bad("A consistency proof is a few hashes of 32 bytes.");
  }
  return hashes;
}

function parseStates(data: Bytes, tokens: readonly string[]): StampState[] {
  const states = parseStampStates(data);
  const stamped = states.filter((state) => state.state === "stamped").map((state) => state.authority);
  if (stamped.join(" ") !== tokens.join(" ")) throw bad("The stamps said to be there are not those that are.");
  return states;
}

function bad(message: string): Failure {
  return malformed("malformed.dossier-file", message);
}
