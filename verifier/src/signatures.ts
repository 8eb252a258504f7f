// SPDX-License-Identifier: AGPL-3.0-or-later
// Who signed the key list, the seal and the heads, by the dossier's own account: spec/08-dossier.md section 8.11, steps 10
// and 11. Whether the root at the end of it is the right one is the policy's question. Python twin: verify/signatures.py.

import { type Bytes, concatBytes, encodeUtf8, equalBytes, fromHex, toBase64 } from "./bytes.ts";
import { type Checkpoint, verifyCheckpoint } from "./checkpoint.ts";
import type { Contents, LogContents, TagFiles } from "./contents.ts";
import { Failure } from "./errors.ts";
import { type KeyList, logKey, statementKeys, successorOf, verifyKeylist } from "./keylist.ts";
import { verifyConsistency } from "./merkle.ts";
import { type Note, claims, verifyNote } from "./note.ts";
import type { VerifierKey } from "./note_key.ts";
import type { Findings } from "./report.ts";
import type { Seal } from "./seal.ts";
import { isBeyond } from "./succeeded.ts";

/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
const SPKI_PREFIX = fromHex("302a300506032b6570032100");

/** The keys that signed: the seal's, and each log's by its number. */
export interface Keys {
  readonly seal: VerifierKey;
  readonly logs: ReadonlyMap<number, VerifierKey>;
}

/** Take step 10; undefined goes with findings that stop. */
export async function checkSignatures(
  files: TagFiles,
  seal: Seal,
  contents: Contents,
  findings: Findings,
): Promise<Keys | undefined> {
  if (!(await succeeds(() => verifyKeylist(contents.keylist, contents.root)))) findings.add("keylist.signature");
  const own = contents.logs.find((log) => log.origin === seal.origin);
  if (own === undefined || own.checkpoint.size !== seal.builtAt) findings.add("seal.malformed");
  const sealKey = await findSigner(seal.note, statementKeys(contents.keylist, seal.origin));
  if (sealKey === undefined) findings.add("seal.signature");
  // Whoever has this list knows that the desk's keys sign nothing more.
  else if (successorOf(contents.keylist, seal.origin) !== undefined) findings.add("seal.after-succession");
  const logs = new Map<number, VerifierKey>();
  for (const log of contents.logs) {
    const key = await checkLog(log, contents.keylist, findings);
    if (key !== undefined) logs.set(log.number, key);
  }
  if (findings.stops || sealKey === undefined) return undefined;
  const keys = { seal: sealKey, logs };
  for (const [path, data] of derive(seal, contents, keys)) {
    if (!equalBytes(files.get(path) as Bytes, data)) findings.add("derived.differs", path);
  }
  return findings.stops ? undefined : keys;
}

/** Take step 11: each stamped head is a part of the log that the dossier's checkpoint commits to. */
export function checkConsistency(log: LogContents, findings: Findings): void {
  for (const { checkpoint, consistency, folder } of log.heads) {
    try {
      verifyConsistency(checkpoint.size, checkpoint.root, log.checkpoint.size, log.checkpoint.root, consistency);
    } catch (reason) {
      if (!(reason instanceof Failure)) throw reason;
      findings.add("head.consistency", `${folder}/checkpoint`);
    }
  }
}

async function checkLog(log: LogContents, keylist: KeyList, findings: Findings): Promise<VerifierKey | undefined> {
  const key = logKey(keylist, log.origin);
  const keys = key === undefined ? [] : [key];
  const successor = successorOf(keylist, log.origin);
  const places: [string, Checkpoint][] = [
    [`logs/${log.number}/checkpoint`, log.checkpoint],
    ...log.heads.map((head): [string, Checkpoint] => [`${head.folder}/checkpoint`, head.checkpoint]),
  ];
  for (const [path, checkpoint] of places) {
    if (!(await succeeds(() => verifyCheckpoint(checkpoint, keys, log.origin))))
      findings.add("checkpoint.signature", path);
    else if (isBeyond(checkpoint, successor)) findings.add("log.after-succession", path);
  }
  return key;
}

async function findSigner(note: Note, keys: readonly VerifierKey[]): Promise<VerifierKey | undefined> {
  let found: VerifierKey | undefined;
  await succeeds(async () => {
    found = (await verifyNote(note, keys))[0];
  });
  return found;
}

/** The files for checking by hand, made again (spec section 8.9). */
function* derive(seal: Seal, contents: Contents, keys: Keys): Generator<[string, Bytes]> {
  yield* cut(seal.note, keys.seal, "SEAL.body", "SEAL.sig");
  yield ["keys/root.pem", pem(contents.root)];
  yield ["keys/seal.pem", pem(keys.seal)];
  yield* cut(contents.keylist.note, contents.root, "byhand/keylist.body", "byhand/keylist.sig");
  for (const { number, checkpoint } of contents.logs) {
    const key = keys.logs.get(number) as VerifierKey;
    yield [`keys/log-${number}.pem`, pem(key)];
    yield* cut(checkpoint.note, key, `byhand/checkpoint-${number}.body`, `byhand/checkpoint-${number}.sig`);
  }
}

/** What `key` signed, and its signature; it is known to have signed. */
function* cut(note: Note, key: VerifierKey, body: string, signature: string): Generator<[string, Bytes]> {
  yield [body, encodeUtf8(note.text)];
  yield [signature, note.signatures.find((line) => claims(line, key))?.signature ?? new Uint8Array(0)];
}

function pem(key: VerifierKey): Bytes {
  const body = toBase64(concatBytes(SPKI_PREFIX, key.publicKey));
  return encodeUtf8(`-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`);
}

async function succeeds(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (reason) {
    if (reason instanceof Failure) return false;
    throw reason;
  }
}
