// SPDX-License-Identifier: AGPL-3.0-or-later
// The key list: which keys the archive's root vouches for, and which it has taken back. One spelling only, lines sorted
// by their bytes. Python twins: core/seal/keylist.py, keylist_lines.py. Spec: spec/04-log.md section 7.

import { type Bytes, compareBytes, encodeUtf8, equalBytes, fromBase64, toHex } from "./bytes.ts";
import { parseSize } from "./checkpoint.ts";
import { type Credential, parseCredential } from "./credential.ts";
import { Failure, malformed } from "./errors.ts";
import { parseInstant } from "./instant.ts";
import { archiveOf, isArchive, isId, isRecipient } from "./names.ts";
import { type Note, parseNote, verifyNote } from "./note.ts";
import { ED25519, type VerifierKey, checkKeyId, checkKeyName, kidOf, parseVkey, partition } from "./note_key.ts";

const FIRST_LINE = "sviedka/keylist/1";
const WITH_CREDENTIALS = "sviedka/keylist/2";
const WITH_SUCCESSORS = "sviedka/keylist/3";
const HEADINGS = ["archive ", "number ", "issued ", "previous "] as const;

type Entry =
  | { readonly kind: "desk"; readonly origin: string; readonly role: "log" | "statements"; readonly key: VerifierKey }
  | { readonly kind: "user"; readonly user: string; readonly key: VerifierKey }
  | Credential
  | { readonly kind: "mailroom"; readonly key: VerifierKey }
  | { readonly kind: "seat"; readonly number: string; readonly recipient: string; readonly holder?: string }
  | { readonly kind: "intake"; readonly epoch: string; readonly recipient: string }
  | { readonly kind: "revoked"; readonly kid: string; readonly at: string }
  | Successor;

/** The size and root of a log at some moment. */
export interface Head {
  readonly size: bigint;
  readonly root: Bytes;
}

/** A log lost its end; another goes on: the last head known of the closed one, and what is still there of it. */
export interface Successor {
  readonly kind: "successor";
  readonly origin: string;
  readonly closed: string;
  readonly known: Head;
  readonly held: Head;
}

/** A key list as read: not yet verified. */
export interface KeyList {
  readonly archive: string;
  readonly number: number;
  readonly issued: string;
  /** SHA-256 of the whole file before this one, in hexadecimal; null for the first. */
  readonly previous: string | null;
  readonly entries: readonly Entry[];
  readonly note: Note;
}

export function parseKeylist(data: Bytes): KeyList {
  const note = parseNote(data);
  const lines = note.text.slice(0, -1).split("\n");
  const [first] = lines;
  if ((first !== FIRST_LINE && first !== WITH_CREDENTIALS && first !== WITH_SUCCESSORS) || lines.length < 5) {
    throw bad("A key list begins with four headings.");
  }
  if (HEADINGS.some((word, at) => !(lines[at + 1] as string).startsWith(word))) throw bad("A heading is missing.");
  const values = HEADINGS.map((word, at) => (lines[at + 1] as string).slice(word.length));
  const [archive, number, issued, previous] = values as [string, string, string, string];
  checkHeadings(archive, number, issued, previous);
  const body = lines.slice(5);
  const entries = body.map((line) => located(() => parseEntry(line, archive)));
  checkOrder(body);
  checkTogether(entries);
  if (first !== firstLine(entries)) throw bad("A key list is of another version than what it names.");
  return { archive, number: Number(number), issued, previous: previous === "none" ? null : previous, entries, note };
}

function firstLine(entries: readonly Entry[]): string {
  if (entries.some(({ kind }) => kind === "successor")) return WITH_SUCCESSORS;
  return entries.some(({ kind }) => kind === "credential") ? WITH_CREDENTIALS : FIRST_LINE;
}

/** What goes on after the log `closed`, if it was closed. */
export function successorOf(keylist: KeyList, closed: string): Successor | undefined {
  return successors(keylist.entries).find((entry) => entry.closed === closed);
}

/** Which log the log `origin` goes on after, if it is a successor. */
export function predecessorOf(keylist: KeyList, origin: string): Successor | undefined {
  return successors(keylist.entries).find((entry) => entry.origin === origin);
}

function successors(entries: readonly Entry[]): Successor[] {
  return entries.flatMap((entry) => (entry.kind === "successor" ? [entry] : []));
}

/** Check that the archive's root signed this list. */
export async function verifyKeylist(keylist: KeyList, root: VerifierKey): Promise<void> {
  await verifyNote(keylist.note, root.name === `${keylist.archive}/root` ? [root] : []);
}

/** The key of a log; undefined if none is listed. */
export function logKey(keylist: KeyList, origin: string): VerifierKey | undefined {
  return keylist.entries.flatMap((entry) =>
    entry.kind === "desk" && entry.role === "log" && entry.origin === origin ? [entry.key] : [],
  )[0];
}

/** Every key with which the desk `origin` signs statements and seals. */
export function statementKeys(keylist: KeyList, origin: string): VerifierKey[] {
  return keylist.entries.flatMap((entry) =>
    entry.kind === "desk" && entry.role === "statements" && entry.origin === origin ? [entry.key] : [],
  );
}

/** Every key that this user ever had, revoked ones included. */
export function userKeys(keylist: KeyList, user: string): VerifierKey[] {
  return keylist.entries.flatMap((entry) => (entry.kind === "user" && entry.user === user ? [entry.key] : []));
}

/** Every WebAuthn credential that this user ever had, revoked ones included. */
export function credentialsOf(keylist: KeyList, user: string): Credential[] {
  return keylist.entries.flatMap((entry) => (entry.kind === "credential" && entry.user === user ? [entry] : []));
}

/** Since when `key` counts as taken back, if it does. */
export function revokedAt(keylist: KeyList, key: VerifierKey): string | undefined {
  return revokedKid(keylist, kidOf(key));
}

/** Since when the key or credential of this name counts as taken back, if it does. */
export function revokedKid(keylist: KeyList, kid: string): string | undefined {
  return keylist.entries
    .flatMap((entry) => (entry.kind === "revoked" && entry.kid === kid ? [entry.at] : []))
    .sort()[0];
}

function checkHeadings(archive: string, number: string, issued: string, previous: string): void {
  if (!isArchive(archive)) throw bad("An archive's name has lower-case letters, digits, dots and dashes.");
  if (!/^[1-9][0-9]{0,8}$/.test(number)) throw bad("The number of a key list is a positive decimal number.");
  if (previous !== "none" && !/^[0-9a-f]{64}$/.test(previous))
    throw bad("The heading previous holds a digest or none.");
  if ((number === "1") !== (previous === "none"))
    throw bad("The first key list names none before it; others name one.");
  located(() => parseInstant(issued));
}

function parseEntry(line: string, archive: string): Entry {
  const words = line.split(" ");
  const [kind, first = "", second = "", third = ""] = words;
  if (kind === "desk" && words.length === 4 && (second === "log" || second === "statements")) {
    if (archiveOf(first) !== archive) throw bad("A desk of another archive.");
    return {
      kind,
      origin: first,
      role: second,
      key: keyNamed(third, second === "log" ? first : `${first}/statements`),
    };
  }
  if (kind === "user" && words.length === 3 && isId(first)) {
    return { kind, user: first, key: keyNamed(second, `${archive}/user/${first}`) };
  }
  if (kind === "credential") return parseCredential(words.slice(1), archive);
  if (kind === "mailroom" && words.length === 2) return { kind, key: keyNamed(first, `${archive}/mailroom`) };
  if (kind === "seat" && words.length === 3 && /^[1-5]$/.test(first) && isRecipient(second)) {
    return { kind, number: first, recipient: second };
  }
  if (kind === "seat" && words.length === 4 && /^[1-5]$/.test(first) && isRecipient(second) && isId(third)) {
    return { kind, number: first, recipient: second, holder: third };
  }
  if (kind === "intake" && words.length === 3 && EPOCH.test(first) && isRecipient(second)) {
    return { kind, epoch: first, recipient: second };
  }
  if (kind === "revoked" && words.length === 4 && /^[a-z][a-z-]{0,31}$/.test(third)) {
    const [name, keyId] = partition(first, "+");
    checkKeyName(name);
    checkKeyId(keyId ?? "");
    return { kind, kid: first, at: parseInstant(second) };
  }
  if (kind === "successor" && words.length === 7) return parseSuccessor(words.slice(1), archive);
  throw bad("This is no line of a key list.");
}

function parseSuccessor(words: readonly string[], archive: string): Successor {
  const [origin, closed, size, root, heldSize, heldRoot] = words as [string, string, string, string, string, string];
  if (archiveOf(origin) !== archive || archiveOf(closed) !== archive || origin === closed) {
    throw bad("A log is succeeded by another one of the same archive.");
  }
  const [known, held] = [parseHead(size, root), parseHead(heldSize, heldRoot)];
  if (held.size > known.size || (held.size === known.size && !equalBytes(held.root, known.root))) {
    throw bad("What is still there of a closed log is no more than what it signed for.");
  }
  return { kind: "successor", origin, closed, known, held };
}

function parseHead(size: string, root: string): Head {
  const head = { size: parseSize(size), root: fromBase64(root) };
  if (head.root.length !== 32) throw bad("A root has 32 bytes.");
  return head;
}

const EPOCH = /^[0-9]{4}-(?:0[1-9]|1[0-2])\.[1-9][0-9]{0,3}$/;

/** Whatever is wrong inside a line makes the list malformed as a key list. */
function located<T>(read: () => T): T {
  try {
    return read();
  } catch (reason) {
    if (reason instanceof Failure) throw bad(reason.message);
    throw reason;
  }
}

function keyNamed(vkey: string, name: string): VerifierKey {
  const key = parseVkey(vkey);
  if (key.name !== name || key.keyType !== ED25519) throw bad("A key for this use has another name.");
  return key;
}

function checkOrder(lines: readonly string[]): void {
  const spelt = lines.map(encodeUtf8);
  if (spelt.some((line, at) => at > 0 && compareBytes(spelt[at - 1] as Bytes, line) >= 0)) {
    throw bad("The lines of a key list are sorted, each stands once.");
  }
}

/** Refuse what would leave a reader to choose: two log keys for a log, two people in a seat, two seats for one person, a key for two uses. */
function checkTogether(entries: readonly Entry[]): void {
  const words = entries.flatMap((entry) => {
    if (entry.kind === "revoked") return [];
    if (entry.kind === "seat") {
      const held = entry.holder === undefined ? [] : [`holder ${entry.holder}`];
      return [`seat ${entry.number}`, entry.recipient, ...held];
    }
    if (entry.kind === "intake") return [`epoch ${entry.epoch}`, entry.recipient];
    if (entry.kind === "successor") return [`closed ${entry.closed}`, `successor ${entry.origin}`];
    if (entry.kind === "credential") return [`credential ${entry.id}`, `key ${toHex(entry.publicKey)}`];
    const key = `key ${toHex(entry.key.publicKey)}`;
    return entry.kind === "desk" && entry.role === "log" ? [`log ${entry.origin}`, key] : [key];
  });
  if (new Set(words).size !== words.length) throw bad("A log, a seat, an epoch or a key stands in the key list twice.");
  checkSuccessors(successors(entries), new Set(words));
}

/** A log and its successor both have a key in the list, and following them leads to an end. */
function checkSuccessors(found: readonly Successor[], words: ReadonlySet<string>): void {
  const next = new Map(found.map(({ closed, origin }) => [closed, origin]));
  for (const { closed, origin } of found) {
    if (!words.has(`log ${closed}`) || !words.has(`log ${origin}`)) throw bad("A successor of no log that is listed.");
    let step: string | undefined = closed;
    for (let count = 0; count <= found.length; count += 1) step = step === undefined ? undefined : next.get(step);
    if (step !== undefined) throw bad("A log that goes on after itself.");
  }
}

function bad(message: string): Failure {
  return malformed("malformed.keylist", message);
}
