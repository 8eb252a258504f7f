// SPDX-License-Identifier: AGPL-3.0-or-later
// The lists of a dossier, line by line, each in one spelling: manifests, exhibits, persons, proofs. Python twins:
// core/disclose/manifest.py, dossier_lines.py. Spec: spec/08-dossier.md sections 8.3, 8.6, 8.7.

import { type Bytes, fromBase64 } from "./bytes.ts";
import { readOr } from "./canonical.ts";
import { capOf, isExhibit } from "./layout.ts";

const MAX_PROOF_HASHES = 63;
const HASH_CHARS = 44;
const NUMBER = "(?:0|[1-9][0-9]{0,15})";
const PROOF = new RegExp(`^([1-9][0-9]?) (0|[1-9][0-9]{0,3}) (${NUMBER})((?: [A-Za-z0-9+/]{43}=)*)$`);

/** A list with a line that is not in its form or not in its place; lines count from 1. */
export class BadLine extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`line ${line}`);
    this.line = line;
  }
}

export interface ExhibitLine {
  readonly sealedBy: string;
  readonly path: string;
}

export interface PersonLine {
  readonly person: string;
  readonly consent: string;
}

/** Where a statement stands: log, stamped head (0: the dossier's checkpoint), leaf index, sibling hashes. */
export interface ProofLine {
  readonly log: number;
  readonly head: number;
  readonly index: bigint;
  readonly hashes: readonly Bytes[];
}

/** Split an ASCII file into its lines, each ended by a line feed. */
export function splitLines(data: Bytes): string[] {
  const text = new TextDecoder("latin1").decode(data);
  if (text === "") return [];
  const lines = text.split("\n");
  const rest = lines.pop() as string;
  // Under "latin1" browsers decode windows-1252: still one character a byte, and every non-ASCII one stays non-ASCII.
  const foreign = lines.findIndex((line) => /[^\u0000-\u007f]/.test(line));
  if (foreign >= 0) throw new BadLine(foreign + 1);
  if (rest !== "") throw new BadLine(lines.length + 1);
  return lines;
}

/** Read a list in strictly ascending order of what `placeOf` says of each line. */
export function parseLines<T>(
  data: Bytes,
  parse: (line: string) => T | undefined,
  placeOf: (line: string) => string,
): T[] {
  let last: string | undefined;
  return splitLines(data).map((line, at) => {
    const entry = parse(line);
    const place = placeOf(line);
    if (entry === undefined || (last !== undefined && place <= last)) throw new BadLine(at + 1);
    last = place;
    return entry;
  });
}

/** Read a manifest: path to SHA-256 in hexadecimal. */
export function parseManifest(data: Bytes): Map<string, string> {
  const entries = parseLines(
    data,
    (line) => /^([0-9a-f]{64}) {2}([!-~]+)$/.exec(line) ?? undefined,
    (line) => line.slice(66),
  );
  return new Map(entries.map((match) => [match[2] as string, match[1] as string]));
}

export function parseExhibitLine(line: string): ExhibitLine | undefined {
  const match = /^([0-9a-f]{32}) ([!-~]+)$/.exec(line);
  const path = match?.[2];
  if (path === undefined || !isExhibit(path) || capOf(path) === undefined) return undefined;
  return { sealedBy: match?.[1] as string, path };
}

export function parsePersonLine(line: string): PersonLine | undefined {
  const match = /^([0-9a-f]{32}) ([0-9a-f]{32})$/.exec(line);
  return match === null ? undefined : { person: match[1] as string, consent: match[2] as string };
}

export function parseProofLine(line: string): ProofLine | undefined {
  const match = PROOF.exec(line);
  if (match === null || (match[4] as string).length > MAX_PROOF_HASHES * (HASH_CHARS + 1)) return undefined;
  const words = (match[4] as string).split(" ").slice(1);
  const hashes = readOr(() => words.map(fromBase64));
  return hashes && { log: Number(match[1]), head: Number(match[2]), index: BigInt(match[3] as string), hashes };
}
