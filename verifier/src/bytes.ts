// SPDX-License-Identifier: AGPL-3.0-or-later
// Bytes and their spellings, each with exactly one spelling for each value. `atob` takes several spellings of the
// same bytes; a second spelling of signed material would be a change that no signature notices, so each decoder
// encodes again and compares.

import { malformed, notCanonical } from "./errors.ts";

/** Bytes over an ordinary buffer: what WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();
const HEX = /^(?:[0-9a-f]{2})*$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Read UTF-8 strictly: no replacement characters, and a byte order mark stays in the text. */
export function decodeUtf8(data: Bytes): string {
  try {
    return UTF8.decode(data);
  } catch {
    throw malformed("malformed", "These bytes are not UTF-8 text.");
  }
}

export function encodeUtf8(text: string): Bytes {
  return ENCODER.encode(text) as Bytes;
}

export function toHex(data: Uint8Array): string {
  let text = "";
  for (const byte of data) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Read lower-case hexadecimal; any other spelling is not canonical. */
export function fromHex(text: string): Bytes {
  if (!HEX.test(text)) throw notCanonical("A value that should be lower-case hexadecimal is not.");
  const data = new Uint8Array(text.length / 2);
  for (let at = 0; at < data.length; at++) data[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return data;
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(data: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < data.length; at += 0x8000) binary += String.fromCharCode(...data.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** Read standard padded base64; any other spelling is not canonical. */
export function fromBase64(text: string): Bytes {
  if (text.length % 4 !== 0 || !BASE64.test(text)) throw notCanonical("A value that should be base64 is not.");
  const binary = atob(text);
  const data = new Uint8Array(binary.length);
  for (let at = 0; at < data.length; at++) data[at] = binary.charCodeAt(at);
  // The unused low bits of the last character must be zero, or two texts would stand for the same bytes.
  const tail = data.subarray(data.length - (data.length % 3 || 3));
  if (toBase64(tail) !== text.slice(-4)) throw notCanonical("A base64 value is not in its one canonical spelling.");
  return data;
}

/** URL-safe base64 without padding (RFC 7515 section 2). */
export function toBase64url(data: Uint8Array): string {
  return toBase64(data).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Read URL-safe base64 without padding; any other spelling is not canonical. */
export function fromBase64url(text: string): Bytes {
  if (/[^A-Za-z0-9_-]/.test(text)) throw notCanonical("A value that should be base64 is not.");
  if (text.length % 4 === 1) throw notCanonical("A value that should be base64 is not.");
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(standard + "=".repeat((4 - (text.length % 4)) % 4));
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Order of bytes, as `memcmp` and Python's `bytes` have it. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    const difference = (left[at] as number) - (right[at] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
