// SPDX-License-Identifier: AGPL-3.0-or-later
// Which files a dossier may and must hold. Python twin: core/disclose/bag_paths.py. Spec: spec/08-dossier.md section 8.2.

const KIB = 1024;
const MIB = 1024 * KIB;
export const MAX_FILES = 100_000;
/** Parts of a path in a folder. */
export const MAX_DEPTH = 16;
/** Together, of the files that are read whole and kept. */
export const MAX_READ_BYTES = 64 * MIB;

const K = "[1-9][0-9]?";
const AUTHORITY = "[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?";
const HEAD = `logs/${K}/heads/(?!0000)[0-9]{4}`;

const OPTIONAL: Readonly<Record<string, number>> = {
  "report/report.docx": 256 * MIB,
  "report/report.pdf": 256 * MIB,
  "verify.html": 4 * MIB,
};

const REQUIRED: Readonly<Record<string, number>> = {
  "SEAL.body": 16 * KIB,
  "SEAL.sig": 64,
  "SEAL.txt": 16 * KIB,
  "VERIFY.md": 256 * KIB,
  "bag-info.txt": 4 * KIB,
  "bagit.txt": 64,
  "byhand/keylist.body": MIB,
  "byhand/keylist.sig": 64,
  "exhibits.txt": 16 * MIB,
  "keys/keylist": MIB,
  "keys/root": 512,
  "keys/root.pem": 512,
  "keys/seal.pem": 512,
  "loadfile/README": 64 * MIB,
  "loadfile/export.csv": 64 * MIB,
  "loadfile/export.dat": 64 * MIB,
  "manifest-sha256.txt": 16 * MIB,
  "persons.txt": 16 * MIB,
  "spec.json": MIB,
  "statements/proofs.txt": 256 * MIB,
  "statements/statements.txt": 256 * MIB,
  "tagmanifest-sha256.txt": 16 * MIB,
  "withheld.json": MIB,
};

/** Tag files that no manifest can list, because they depend on the tag manifest; the seal's signature binds them. */
export const UNLISTED: readonly string[] = ["tagmanifest-sha256.txt", "SEAL.txt", "SEAL.body", "SEAL.sig"];

const SHAPED: readonly (readonly [RegExp, number])[] = (
  [
    ["data/(?!000000)[0-9]{6}\\.[a-z0-9]{1,10}", Number.MAX_SAFE_INTEGER],
    [`logs/${K}/origin`, 256],
    [`logs/${K}/checkpoint`, 64 * KIB],
    [`${HEAD}/checkpoint`, 64 * KIB],
    [`${HEAD}/consistency`, 8 * KIB],
    [`${HEAD}/stamps\\.json`, 64 * KIB],
    [`${HEAD}/${AUTHORITY}\\.ts[rq]`, 64 * KIB],
    [`${HEAD}/${AUTHORITY}\\.chain\\.pem`, 256 * KIB],
    [`${HEAD}/${AUTHORITY}\\.crl\\.pem`, 4 * MIB],
    [`${HEAD}/opentimestamps\\.ots`, 64 * KIB],
    [`keys/log-${K}\\.pem`, 512],
    [`byhand/checkpoint-${K}\\.body`, 64 * KIB],
    [`byhand/checkpoint-${K}\\.sig`, 64],
  ] as const
).map(([pattern, cap]) => [new RegExp(`^${pattern}$`), cap] as const);

const LOG_PART = new RegExp(`^(?:logs/(${K})/|keys/log-(${K})\\.pem$|byhand/checkpoint-(${K})\\.)`);
const TOKEN_PART = new RegExp(`^(${HEAD}/${AUTHORITY})\\.(?:tsr|tsq|chain\\.pem|crl\\.pem)$`);

/** The most bytes a file at `path` may have; undefined for a path that no dossier has. */
export function capOf(path: string): number | undefined {
  if (Object.hasOwn(REQUIRED, path)) return REQUIRED[path];
  if (Object.hasOwn(OPTIONAL, path)) return OPTIONAL[path];
  return SHAPED.find(([pattern]) => pattern.test(path))?.[1];
}

export function isAuthorityName(text: string): boolean {
  return new RegExp(`^${AUTHORITY}$`).test(text);
}

export function isExhibit(path: string): boolean {
  return path.startsWith("data/");
}

/** Files for people: nothing in them is evidence, so nothing in them is read. */
export function isOnlyHashed(path: string): boolean {
  return /^(?:report\/|loadfile\/|VERIFY\.md|verify\.html)/.test(path);
}

/** Whether a file is held in memory until the end; statements have caps of their own. */
export function isKept(path: string): boolean {
  return !isExhibit(path) && !path.startsWith("statements/") && !isOnlyHashed(path);
}

/** Numbers of the logs: 1 to the highest that a path speaks of, at least 1. */
export function logNumbers(paths: Iterable<string>): number[] {
  return upTo(Math.max(1, highest(paths, LOG_PART)));
}

/** Numbers of the stamped heads of log `k`: 1 to the highest that occurs, or none. */
export function headNumbers(paths: Iterable<string>, k: number): number[] {
  return upTo(highest(paths, new RegExp(`^logs/${k}/heads/([0-9]{4})/`)));
}

export function headFolder(k: number, n: number): string {
  return `logs/${k}/heads/${String(n).padStart(4, "0")}`;
}

/** Every required file that is not there (step 4), sorted. An exhibit's gap is named without its extension. */
export function missingPaths(paths: ReadonlySet<string>): string[] {
  const wanted = new Set(Object.keys(REQUIRED));
  for (const k of logNumbers(paths)) {
    for (const path of [`logs/${k}/origin`, `logs/${k}/checkpoint`, `keys/log-${k}.pem`]) wanted.add(path);
    for (const path of [`byhand/checkpoint-${k}.body`, `byhand/checkpoint-${k}.sig`]) wanted.add(path);
    for (const n of headNumbers(paths, k)) {
      for (const name of ["checkpoint", "consistency", "stamps.json"]) wanted.add(`${headFolder(k, n)}/${name}`);
    }
  }
  for (const path of paths) {
    const token = TOKEN_PART.exec(path)?.[1];
    if (token !== undefined) wanted.add(`${token}.tsr`).add(`${token}.chain.pem`);
  }
  const gap = exhibitGap(paths);
  if (gap !== undefined) wanted.add(gap);
  return [...wanted].filter((path) => !paths.has(path)).sort();
}

function exhibitGap(paths: ReadonlySet<string>): string | undefined {
  const numbers = [...paths]
    .filter(isExhibit)
    .map((path) => path.slice(5, 11))
    .sort();
  const gap = numbers.findIndex((number, at) => number !== sixDigits(at + 1));
  return gap < 0 ? undefined : `data/${sixDigits(gap + 1)}`;
}

function sixDigits(number: number): string {
  return String(number).padStart(6, "0");
}

function highest(paths: Iterable<string>, pattern: RegExp): number {
  let most = 0;
  for (const path of paths) {
    const match = pattern.exec(path);
    if (match !== null) most = Math.max(most, Number(match.slice(1).find((part) => part !== undefined)));
  }
  return most;
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, at) => at + 1);
}
