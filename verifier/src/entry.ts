// SPDX-License-Identifier: AGPL-3.0-or-later
// One file of a dossier, wherever it lies: picked from a folder, or stored or deflated in a ZIP. Bytes are read when
// they are asked for; only small files are ever held whole. Python twin: verify/container.py.

import type { Bytes } from "./bytes.ts";
import { type Progress, sha256, sha256OfBlob, sha256OfStream } from "./digest.ts";

export interface Entry {
  readonly size: number;
  /** A link or a special file: listed, never followed. */
  readonly isLink: boolean;
  bytes(): Promise<Bytes>;
  sha256(progress: Progress): Promise<Bytes>;
}

/** The files of a dossier by path. */
export type Files = ReadonlyMap<string, Entry>;

/** A file that the browser handed over, or a part of one. */
export function blobEntry(blob: Blob, isLink = false): Entry {
  return {
    size: blob.size,
    isLink,
    bytes: async () => new Uint8Array(await blob.arrayBuffer()),
    sha256: (progress) => sha256OfBlob(blob, progress),
  };
}

/** A packed file. One that does not unpack exactly to its stated size reads as empty (spec/08-dossier.md section 8.1). */
export function packedEntry(packed: Blob, size: number, isLink: boolean): Entry {
  const open = (): ReadableStream<Bytes> =>
    exactly(packed.stream().pipeThrough(new DecompressionStream("deflate-raw")), size);
  return {
    size,
    isLink,
    bytes: async () => {
      const pieces = await orUndefined(collect(open(), size));
      return pieces ?? new Uint8Array(0);
    },
    sha256: async (progress) => (await orUndefined(sha256OfStream(open(), progress))) ?? sha256(new Uint8Array(0)),
  };
}

/** Pass on exactly `size` bytes; fail on any other number, and at once when there are more. */
function exactly(stream: ReadableStream<Uint8Array>, size: number): ReadableStream<Bytes> {
  let left = size;
  const gate = new TransformStream<Uint8Array, Bytes>({
    transform(piece, controller) {
      left -= piece.length;
      if (left < 0) throw new TypeError("more than the stated size");
      controller.enqueue(piece as Bytes);
    },
    flush() {
      if (left !== 0) throw new TypeError("less than the stated size");
    },
  });
  return stream.pipeThrough(gate);
}

async function collect(stream: ReadableStream<Bytes>, size: number): Promise<Bytes> {
  const whole = new Uint8Array(size);
  const reader = stream.getReader();
  let at = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    whole.set(step.value, at);
    at += step.value.length;
  }
  return whole;
}

/** Browsers say TypeError for packed data that is damaged, cut off or followed by more; anything else is a bug. */
async function orUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (reason) {
    if (reason instanceof TypeError || (reason as { code?: unknown }).code !== undefined) return undefined;
    throw reason;
  }
}
