// SPDX-License-Identifier: AGPL-3.0-or-later
// Names, sizes, lists, the seal and every file's SHA-256: spec/08-dossier.md section 8.11, steps 2 to 8. Python twins:
// verify/layout.py, sealing.py.

import { type Bytes, encodeUtf8, equalBytes, toHex } from "./bytes.ts";
import { type Progress, sha256 } from "./digest.ts";
import type { Entry, Files } from "./entry.ts";
import { Failure } from "./errors.ts";
import {
  MAX_FILES,
  MAX_READ_BYTES,
  UNLISTED,
  capOf,
  isExhibit,
  isKept,
  isOnlyHashed,
  logNumbers,
  missingPaths,
} from "./layout.ts";
import { BadLine, parseManifest } from "./lines.ts";
import type { Findings } from "./report.ts";
import { type Seal, parseSeal } from "./seal.ts";

const BAGIT = encodeUtf8("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");

/** A dossier whose tag files are as they were sealed. `exhibits`: SHA-256 in hexadecimal by path. */
export interface Opened {
  readonly entries: Files;
  readonly exhibits: ReadonlyMap<string, string>;
  readonly tagFiles: ReadonlyMap<string, Bytes>;
  readonly seal: Seal;
}

/** Take steps 2 to 8; undefined goes with findings that stop. */
export async function openDossier(entries: Files, findings: Findings, progress: Progress): Promise<Opened | undefined> {
  checkLayout(entries, findings);
  if (findings.stops) return undefined;
  if (!equalBytes(await read(entries, "bagit.txt"), BAGIT)) findings.add("bagit.differs");
  const tagManifest = await read(entries, "tagmanifest-sha256.txt");
  const exhibits = readManifest("manifest-sha256.txt", await read(entries, "manifest-sha256.txt"), findings);
  const listed = readManifest("tagmanifest-sha256.txt", tagManifest, findings);
  if (!findings.stops) compareListing(entries, exhibits, listed, findings);
  if (findings.stops) return undefined;
  const seal = await readSeal(entries, findings);
  if (seal === undefined) return undefined;
  const tagFiles = await readTagFiles(entries, listed, findings, progress);
  checkBound(seal, tagManifest, tagFiles, findings);
  await checkExhibits(entries, exhibits, findings, progress);
  return findings.stops ? undefined : { entries, exhibits, tagFiles, seal };
}

function checkLayout(entries: Files, findings: Findings): void {
  if (!entries.has("bagit.txt") || !entries.has("SEAL.txt")) {
    findings.add("dossier.absent");
  } else if (entries.size > MAX_FILES) {
    findings.add("files.too-many");
  } else {
    const kept = [...entries].filter(([path, entry]) => checkEntry(path, entry, findings) && isKept(path));
    if (kept.reduce((sum, [, entry]) => sum + entry.size, 0) > MAX_READ_BYTES) findings.add("files.too-large");
    if (!findings.stops) findings.addAll("file.missing", missingPaths(new Set(entries.keys())));
  }
}

/** Judge one file by itself; tell whether nothing was found. */
function checkEntry(path: string, entry: Entry, findings: Findings): boolean {
  const cap = capOf(path);
  if (entry.isLink) findings.add("path.link", showPath(path));
  else if (path === "fetch.txt") findings.add("path.fetch");
  else if (cap === undefined) findings.add("path.foreign", showPath(path));
  else if (entry.size > cap) findings.add("file.too-large", path);
  else return true;
  return false;
}

/** A path for a report: printable ASCII, everything else as percent-encoded UTF-8. */
function showPath(path: string): string {
  return Array.from(encodeUtf8(path), (byte) => {
    const plain = byte >= 0x21 && byte <= 0x7e && byte !== 0x25;
    return plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

function readManifest(path: string, data: Bytes, findings: Findings): Map<string, string> {
  try {
    return parseManifest(data);
  } catch (reason) {
    if (!(reason instanceof BadLine)) throw reason;
    findings.add("manifest.malformed", path);
    return new Map();
  }
}

function compareListing(
  entries: Files,
  exhibits: ReadonlyMap<string, string>,
  listed: ReadonlyMap<string, string>,
  findings: Findings,
): void {
  const payload = new Set([...entries.keys()].filter(isExhibit));
  const others = new Set([...entries.keys()].filter((path) => !isExhibit(path) && !UNLISTED.includes(path)));
  for (const [manifest, present] of [
    [exhibits, payload],
    [listed, others],
  ] as const) {
    findings.addAll("file.missing", [...manifest.keys()].filter((path) => !present.has(path)).map(showPath));
    findings.addAll("file.unlisted", [...present].filter((path) => !manifest.has(path)).map(showPath));
  }
}

async function readSeal(entries: Files, findings: Findings): Promise<Seal | undefined> {
  try {
    return parseSeal(await read(entries, "SEAL.txt"));
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason;
    findings.add("seal.malformed");
    return undefined;
  }
}

/** Hash every file but the exhibits, compare, and keep those that are read later. */
async function readTagFiles(
  entries: Files,
  listed: ReadonlyMap<string, string>,
  findings: Findings,
  progress: Progress,
): Promise<Map<string, Bytes>> {
  const kept = new Map<string, Bytes>();
  for (const [path, digest] of listed) {
    let found: Bytes;
    if (isOnlyHashed(path)) {
      found = await (entries.get(path) as Entry).sha256(progress);
    } else {
      const data = await read(entries, path);
      progress(data.length);
      kept.set(path, data);
      found = sha256(data);
    }
    if (toHex(found) !== digest) findings.add("file.altered", path);
  }
  for (const path of ["SEAL.body", "SEAL.sig"]) kept.set(path, await read(entries, path));
  return kept;
}

function checkBound(seal: Seal, tagManifest: Bytes, tagFiles: ReadonlyMap<string, Bytes>, findings: Findings): void {
  if (toHex(sha256(tagManifest)) !== seal.tagManifest) findings.add("seal.tagmanifest");
  if (digestOf(tagFiles, "spec.json") !== seal.spec) findings.add("seal.spec");
  const count = Math.max(logNumbers(tagFiles.keys()).length, seal.logs.length);
  for (let number = 1; number <= count; number++) {
    const path = `logs/${number}/checkpoint`;
    const digest = digestOf(tagFiles, path);
    if (digest === undefined || digest !== seal.logs[number - 1]) findings.add("seal.log", path);
  }
}

async function checkExhibits(
  entries: Files,
  exhibits: ReadonlyMap<string, string>,
  findings: Findings,
  progress: Progress,
): Promise<void> {
  const waiting = [...exhibits];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [path, digest] = next;
      const found = await (entries.get(path) as Entry).sha256(progress);
      if (toHex(found) !== digest) findings.add("file.altered", path);
    }
  };
  // A few at a time: WebCrypto hashes on threads of its own, and memory holds only these few.
  await Promise.all([work(), work(), work()]);
}

function digestOf(files: ReadonlyMap<string, Bytes>, path: string): string | undefined {
  const data = files.get(path);
  return data && toHex(sha256(data));
}

async function read(entries: Files, path: string): Promise<Bytes> {
  return (entries.get(path) as Entry).bytes();
}
