// SPDX-License-Identifier: AGPL-3.0-or-later
// What every browser has and older Node versions (18, Debian 12's) lack: the global crypto object, and raw inflation.

import { webcrypto } from "node:crypto";
import { Duplex } from "node:stream";
import { createInflateRaw } from "node:zlib";

globalThis.crypto ??= webcrypto as Crypto;

/** Stands in where `deflate-raw` is not known. */
class RawInflation {
  constructor() {
    return Duplex.toWeb(createInflateRaw()) as unknown as RawInflation;
  }
}

try {
  new DecompressionStream("deflate-raw");
} catch {
  globalThis.DecompressionStream = RawInflation as unknown as typeof DecompressionStream;
}
