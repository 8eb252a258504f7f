// SPDX-License-Identifier: AGPL-3.0-or-later
// SHA-256 of bytes and of files of any size. WebCrypto takes a whole buffer at once and is several times faster, so
// it hashes what fits into memory; larger files stream through @noble/hashes in pieces.

import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes.ts";

export type Progress = (bytes: number) => void;

const ONE_SHOT_BYTES = 128 * 1024 * 1024;
const PIECE_BYTES = 4 * 1024 * 1024;

/** SHA-256 of a small buffer, at once. */
export function sha256(data: Uint8Array): Bytes {
  return nobleSha256(data) as Bytes;
}

/** SHA-256 of a file. `progress` is told the bytes that were just read. */
export async function sha256OfBlob(blob: Blob, progress: Progress): Promise<Bytes> {
  const subtle = globalThis.crypto?.subtle;
  if (subtle !== undefined && blob.size <= ONE_SHOT_BYTES) {
    const digest = new Uint8Array(await subtle.digest("SHA-256", await blob.arrayBuffer()));
    progress(blob.size);
    return digest;
  }
  const state = nobleSha256.create();
  for (let at = 0; at < blob.size; at += PIECE_BYTES) {
    const piece = new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer());
    state.update(piece);
    progress(piece.length);
  }
  return state.digest() as Bytes;
}

/** SHA-256 of whatever comes out of a stream. */
export async function sha256OfStream(stream: ReadableStream<Bytes>, progress: Progress): Promise<Bytes> {
  const state = nobleSha256.create();
  const reader = stream.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    state.update(step.value);
    progress(step.value.length);
  }
  return state.digest() as Bytes;
}
