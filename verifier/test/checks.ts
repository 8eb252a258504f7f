// SPDX-License-Identifier: AGPL-3.0-or-later
// What each kind of vector asks, and what this code answers. Forms: spec/vectors/log.README.md.

import { verifyAsserted } from "../src/assertion.ts";
import { type Bytes, encodeUtf8, fromBase64, fromBase64url, fromHex, toBase64, toHex } from "../src/bytes.ts";
import { parseCanonical } from "../src/canonical.ts";
import { parseCheckpoint, stampedDigest, verifyCheckpoint } from "../src/checkpoint.ts";
import { verifyCosignatures } from "../src/cosignature.ts";
import { sha256 } from "../src/digest.ts";
import { malformed, unproven } from "../src/errors.ts";
import { parseInstant } from "../src/instant.ts";
import { type KeyList, logKey, parseKeylist, revokedAt, userKeys, verifyKeylist } from "../src/keylist.ts";
import { leafHash, nodeHash, verifyConsistency, verifyInclusion } from "../src/merkle.ts";
import { isId, isOrigin } from "../src/names.ts";
import { formatNote, parseNote, verifyNote } from "../src/note.ts";
import { type VerifierKey, kidOf, parseVkey, vkeyOf } from "../src/note_key.ts";
import { parsePolicy, quorumMet } from "../src/policy.ts";
import { verifyRenewals } from "../src/renewals.ts";
import { type Stamp, verifyStamp } from "../src/stamp.ts";
import { verifySuccession } from "../src/succession.ts";
import { readDisclosures } from "../src/statement.ts";
import { parseJwt } from "../src/statement_head.ts";
import { parseTlogProof, verifyTlogProof } from "../src/tlog_proof.ts";

export type Given = any;
export type Answer = Record<string, unknown>;
export type Check = (given: Given) => Answer | Promise<Answer>;

const raw = (text: string): Bytes => fromBase64(text);
const raws = (texts: readonly string[]): Bytes[] => texts.map(raw);
const keysOf = (texts: readonly string[]): VerifierKey[] => texts.map(parseVkey);

export const CHECKS: Readonly<Record<string, Check>> = {
  json: (given) => read(() => parseCanonical(raw(given.bytes), 65_536)),
  base64: (given) => read(() => fromBase64(given.text)),
  base64url: (given) => read(() => fromBase64url(given.text)),
  hex: (given) => read(() => fromHex(given.text)),
  instant: (given) => read(() => parseInstant(given.text)),
  id: (given) => require(isId(given.text)),
  origin: (given) => require(isOrigin(given.text)),
  stamp: async (given) => {
    const nonce = given.nonce === null ? undefined : BigInt(given.nonce);
    const found = await verifyStamp(stampOf(given), fromHex(given.digest), given.authorities, nonce);
    const { authority, time, signerUntil, revocation } = found;
    return {
      authority_sha256: authority.sha256,
      name: authority.name,
      kind: authority.kind,
      time,
      signer_until: signerUntil,
      revocation,
    };
  },
  renewals: async (given) => {
    const found = await verifyRenewals(raw(given.frozen), given.stamps.map(stampOf), given.authorities);
    return { times: found.map((one) => one.time) };
  },
  assertion: async (given) => {
    const statement = readDisclosures(parseJwt(given.statement), given.disclosures);
    const found = await verifyAsserted(statement, parseKeylist(raw(given.keylist)));
    return { kid: found?.kid ?? null, revoked_at: found?.revokedAt ?? null };
  },
  root: (given) => ({ root: toBase64(rootOf(raws(given.leaves).map(leafHash))) }),
  inclusion: (given) => {
    verifyInclusion(raw(given.leaf), BigInt(given.index), BigInt(given.size), raws(given.proof), raw(given.root));
    return {};
  },
  consistency: (given) => {
    const [oldRoot, newRoot] = [raw(given.old_root), raw(given.new_root)];
    verifyConsistency(BigInt(given.old_size), oldRoot, BigInt(given.new_size), newRoot, raws(given.proof));
    return {};
  },
  note: async (given) => {
    const note = parseNote(raw(given.note));
    same(toBase64(formatNote(note.text, note.signatures)), given.note);
    return { signers: (await verifyNote(note, keysOf(given.keys))).map(kidOf) };
  },
  vkey: (given) => {
    const key = parseVkey(given.vkey);
    same(vkeyOf(key), given.vkey);
    return { name: key.name, key_id: key.keyId, key_type: key.keyType };
  },
  checkpoint: async (given) => {
    const head = parseCheckpoint(raw(given.checkpoint));
    const key = await verifyCheckpoint(head, keysOf(given.keys), given.origin ?? undefined);
    const digest = toHex(stampedDigest(head));
    return { origin: head.origin, size: Number(head.size), root: toBase64(head.root), key: kidOf(key), digest };
  },
  cosignatures: async (given) => {
    const found = await verifyCosignatures(parseCheckpoint(raw(given.checkpoint)).note, keysOf(given.keys));
    return { cosignatures: found.map((one) => ({ key: kidOf(one.key), time: Number(one.time) })) };
  },
  "tlog-proof": async (given) => {
    const proof = parseTlogProof(raw(given.proof));
    const log = await verifyTlogProof(proof, raw(given.leaf), parsePolicy(raw(given.policy)));
    return { index: Number(proof.index), size: Number(proof.checkpoint.size), key: kidOf(log) };
  },
  policy: (given) => {
    const { logs, witnesses, groups, quorum, roots, authorities } = parsePolicy(raw(given.policy));
    return {
      logs: logs.map((log) => ({ vkey: vkeyOf(log.key), url: log.url })),
      witnesses: witnesses.map(({ name, key, url }) => ({ name, vkey: vkeyOf(key), url })),
      groups,
      quorum,
      roots: roots.map(vkeyOf),
      authorities,
    };
  },
  quorum: (given) => {
    if (!quorumMet(parsePolicy(raw(given.policy)), keysOf(given.cosigned)))
      throw unproven("unproven.quorum", "Too few.");
    return {};
  },
  keylist: async (given) => {
    const keylist = parseKeylist(raw(given.keylist));
    same(toBase64(formatNote(keylist.note.text, keylist.note.signatures)), given.keylist);
    await verifyKeylist(keylist, parseVkey(given.root));
    const { archive, number, issued, previous, entries } = keylist;
    return { archive, number, issued, previous, lines: entries.length };
  },
  lookup: (given) => {
    const keylist = parseKeylist(raw(given.keylist));
    if (given.find === "revoked") return { at: revokedAt(keylist, parseVkey(given.name)) ?? null };
    const found = lookup(keylist, given.find, given.name);
    if (found.length !== 1) throw unproven("unproven.key-not-listed", "Not one key.");
    return { vkey: vkeyOf(found[0] as VerifierKey) };
  },
  succession: async (given) => {
    const [root, old, next] = [parseVkey(given.root), parseKeylist(raw(given.old)), parseKeylist(raw(given.new))];
    await verifyKeylist(old, root);
    await verifyKeylist(next, root);
    verifySuccession(old, next);
    return {};
  },
};

function lookup(keylist: KeyList, find: string, name: string): VerifierKey[] {
  if (find === "log") return [logKey(keylist, name)].filter((key) => key !== undefined);
  if (find === "user") return userKeys(keylist, name).filter((key) => revokedAt(keylist, key) === undefined);
  return keylist.entries.flatMap((entry) => {
    const isIt = entry.kind === "desk" && entry.role === "statements" && `${entry.origin}+${entry.key.keyId}` === name;
    return isIt ? [entry.key] : [];
  });
}

function stampOf(given: Given): Stamp {
  return { token: raw(given.token), chain: encodeUtf8(given.chain), crls: encodeUtf8(given.crls) };
}

function read(parse: () => unknown): Answer {
  parse();
  return {};
}

function require(fits: boolean): Answer {
  if (!fits) throw malformed("malformed", "Not of its shape.");
  return {};
}

/** RFC 6962 section 2.1, straight from its definition. */
function rootOf(leaves: readonly Bytes[]): Bytes {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return leaves[0] as Bytes;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

export function same(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected ${String(expected)}, got ${String(actual)}`);
}
