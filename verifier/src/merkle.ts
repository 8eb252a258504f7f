// SPDX-License-Identifier: AGPL-3.0-or-later
// RFC 6962 trees: leaf and node hashes, inclusion and consistency proofs as RFC 9162 sections 2.1.3.2 and 2.1.4.2
// verify them. Sizes go up to 2**63 - 1 and are therefore `bigint`. Spec: spec/04-log.md.

import { type Bytes, concatBytes, equalBytes } from "./bytes.ts";
import { sha256 } from "./digest.ts";
import { malformed, refuted } from "./errors.ts";

export const MAX_SIZE = 2n ** 63n - 1n;
const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);
const HASH_BYTES = 32;

export function leafHash(data: Uint8Array): Bytes {
  return sha256(concatBytes(LEAF, data));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256(concatBytes(NODE, left, right));
}

/** Prove that the leaf with hash `leaf` stands at `index` in the tree of `size` leaves with `root`, or throw. */
export function verifyInclusion(leaf: Bytes, index: bigint, size: bigint, proof: readonly Bytes[], root: Bytes): void {
  // Lengths before anything else: an empty leaf against an empty root would otherwise agree.
  checkHashes([leaf, root, ...proof]);
  if (index < 0n || index >= size || size > MAX_SIZE) throw badProof("The position is not in a tree of this size.");
  let place = index;
  let last = size - 1n;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0n) throw badProof("The proof has more hashes than the tree has levels.");
    if ((place & 1n) === 1n || place === last) {
      hash = nodeHash(sibling, hash);
      [place, last] = skipLone(place, last);
    } else {
      hash = nodeHash(hash, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  if (last !== 0n) throw badProof("The proof has fewer hashes than the tree has levels.");
  if (!equalBytes(hash, root)) throw refuted("refuted.inclusion", "The hashes lead to another root.");
}

/** Prove that the tree of `newSize` begins with the tree of `oldSize`, or throw. An old size of 0 is an error. */
export function verifyConsistency(
  oldSize: bigint,
  oldRoot: Bytes,
  newSize: bigint,
  newRoot: Bytes,
  proof: readonly Bytes[],
): void {
  checkHashes([oldRoot, newRoot, ...proof]);
  if (oldSize < 1n || oldSize > newSize || newSize > MAX_SIZE) throw badProof("There is no proof between these sizes.");
  if (oldSize === newSize) {
    if (proof.length > 0) throw badProof("A proof between trees of one size has no hashes.");
    if (!equalBytes(oldRoot, newRoot)) throw refuted("refuted.consistency", "Two trees of one size differ.");
    return;
  }
  // RFC 9162 section 2.1.4.2 step 3: a perfect old tree is itself the first node.
  const perfect = (oldSize & (oldSize - 1n)) === 0n;
  if (proof.length === 0) throw badProof("A proof between trees of different sizes has hashes.");
  const [oldHash, newHash] = fold(oldSize, newSize, perfect ? [oldRoot, ...proof] : proof);
  if (!equalBytes(oldHash, oldRoot) || !equalBytes(newHash, newRoot)) {
    throw refuted("refuted.consistency", "The later tree does not begin with the earlier one.");
  }
}

function fold(oldSize: bigint, newSize: bigint, path: readonly Bytes[]): [Bytes, Bytes] {
  let [place, last] = [oldSize - 1n, newSize - 1n];
  while ((place & 1n) === 1n) [place, last] = [place >> 1n, last >> 1n];
  let oldHash = path[0] as Bytes;
  let newHash = oldHash;
  for (const sibling of path.slice(1)) {
    if (last === 0n) throw badProof("The proof has more hashes than the tree has levels.");
    if ((place & 1n) === 1n || place === last) {
      [oldHash, newHash] = [nodeHash(sibling, oldHash), nodeHash(sibling, newHash)];
      [place, last] = skipLone(place, last);
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  if (last !== 0n) throw badProof("The proof has fewer hashes than the tree has levels.");
  return [oldHash, newHash];
}

/** Climb past the levels where the rightmost node has no sibling (RFC 9162 section 2.1.3.2 step 4.2.2). */
function skipLone(place: bigint, last: bigint): [bigint, bigint] {
  let [at, end] = [place, last];
  while (at !== 0n && (at & 1n) === 0n) [at, end] = [at >> 1n, end >> 1n];
  return [at, end];
}

function checkHashes(hashes: readonly Uint8Array[]): void {
  if (hashes.some((hash) => hash.length !== HASH_BYTES)) throw badProof("A hash does not have 32 bytes.");
}

function badProof(message: string): Error {
  return malformed("malformed.proof", message);
}
