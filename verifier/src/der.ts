// SPDX-License-Identifier: AGPL-3.0-or-later
// A strict DER reader (X.690 section 10): definite, minimal lengths, minimal integers, 0x00/0xFF booleans. The ASN.1
// libraries that are kept accept BER, so that one token would have many spellings; the Python side refuses those, and
// both sides must say the same of every token. Nodes keep their own bytes, since signatures are over bytes.

import { type Bytes, compareBytes, toHex } from "./bytes.ts";
import { malformed } from "./errors.ts";

export interface Der {
  /** Identifier octet: class, constructed bit and number. */
  readonly tag: number;
  /** The element with its tag and length. */
  readonly whole: Bytes;
  readonly content: Bytes;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  nul: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** Read exactly one element that fills `data`. */
export function readDer(data: Bytes, tag?: number): Der {
  const [node, rest] = readElement(data);
  if (rest.length > 0) throw bad();
  if (tag !== undefined && node.tag !== tag) throw bad();
  return node;
}

/** Read the elements inside a constructed one. */
export function children(node: Der): Der[] {
  if ((node.tag & 0x20) === 0) throw bad();
  const inner: Der[] = [];
  let rest = node.content;
  while (rest.length > 0) {
    const [child, after] = readElement(rest);
    inner.push(child);
    rest = after;
  }
  return inner;
}

/** The elements of a SET OF, which DER sorts. */
export function sortedChildren(node: Der): Der[] {
  const inner = children(node);
  for (let at = 1; at < inner.length; at++) {
    if (compareBytes((inner[at - 1] as Der).whole, (inner[at] as Der).whole) > 0) throw bad();
  }
  return inner;
}

function readElement(data: Bytes): [Der, Bytes] {
  const tag = data[0];
  const first = data[1];
  // Tag numbers above 30 (several octets) do not occur in anything read here.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw bad();
  let length = first;
  let header = 2;
  if (first >= 0x80) {
    const count = first - 0x80;
    if (count === 0 || count > 4 || data.length < 2 + count) throw bad();
    length = 0;
    for (let at = 0; at < count; at++) length = length * 256 + (data[2 + at] as number);
    if (length < 0x80 || length < 256 ** (count - 1)) throw bad();
    header += count;
  }
  if (data.length < header + length) throw bad();
  const node = { tag, whole: data.slice(0, header + length), content: data.slice(header, header + length) };
  return [node, data.subarray(header + length) as Bytes];
}

/** A cursor over a sequence's members, for optional and required ones in their order. */
export class Members {
  private at = 0;
  private readonly nodes: readonly Der[];

  constructor(node: Der, tag: number = TAG.sequence) {
    if (node.tag !== tag) throw bad();
    this.nodes = children(node);
  }

  /** The next member if it has one of these tags; without tags, whatever comes. */
  optional(...tags: readonly number[]): Der | undefined {
    const node = this.nodes[this.at];
    if (node === undefined || (tags.length > 0 && !tags.includes(node.tag))) return undefined;
    this.at += 1;
    return node;
  }

  next(...tags: readonly number[]): Der {
    const node = this.nodes[this.at];
    if (node === undefined || (tags.length > 0 && !tags.includes(node.tag))) throw bad();
    this.at += 1;
    return node;
  }

  end(): void {
    if (this.at !== this.nodes.length) throw bad();
  }
}

/** An object identifier in dotted form. */
export function readOid(node: Der): string {
  const data = node.content;
  if (node.tag !== TAG.oid || data.length === 0 || ((data[data.length - 1] as number) & 0x80) !== 0) throw bad();
  const arcs: number[] = [];
  let value = 0;
  let fresh = true;
  for (const byte of data) {
    if (fresh && byte === 0x80) throw bad(); // a padded arc
    value = value * 128 + (byte & 0x7f);
    if (value > 0xffffffff) throw bad();
    fresh = (byte & 0x80) === 0;
    if (fresh) {
      arcs.push(value);
      value = 0;
    }
  }
  const head = arcs[0] as number;
  const top = Math.min(Math.floor(head / 40), 2);
  return [top, head - 40 * top, ...arcs.slice(1)].join(".");
}

/** An integer's content octets, minimal; as hexadecimal so that serial numbers compare as text. */
export function readInteger(node: Der): string {
  const data = node.content;
  if (node.tag !== TAG.integer || data.length === 0) throw bad();
  const second = data[1];
  if (second !== undefined && ((data[0] === 0 && second < 0x80) || (data[0] === 0xff && second >= 0x80))) throw bad();
  return toHex(data);
}

/** A small non-negative integer (version numbers, path lengths). */
export function readSmall(node: Der): number {
  const digits = readInteger(node);
  const value = Number.parseInt(digits, 16);
  if (digits.length > 8 || (node.content[0] as number) >= 0x80) throw bad();
  return value;
}

export function readBoolean(node: Der): boolean {
  const byte = node.content[0];
  if (node.tag !== TAG.boolean || node.content.length !== 1 || (byte !== 0 && byte !== 0xff)) throw bad();
  return byte === 0xff;
}

/** A bit string: its bytes, and how many bits of the last one do not count (they are zero). */
export function readBits(node: Der): { readonly bytes: Bytes; readonly unused: number } {
  const unused = node.content[0];
  const bytes = node.content.slice(1);
  const last = bytes[bytes.length - 1] ?? 0;
  if (node.tag !== TAG.bitString || unused === undefined || unused > 7 || (last & ((1 << unused) - 1)) !== 0)
    throw bad();
  if (unused > 0 && bytes.length === 0) throw bad();
  return { bytes, unused };
}

const UTC = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const WITH_FRACTION = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{0,8}[1-9]))?Z$/;

/** UTCTime or GeneralizedTime as certificates have them (RFC 5280 section 4.1.2.5), as milliseconds since 1970. */
export function readTime(node: Der): number {
  if (node.tag === TAG.utcTime) {
    const parts = matchTime(node, UTC);
    parts[0] += parts[0] >= 50 ? 1900 : 2000;
    return momentOf(parts);
  }
  return momentOf(matchTime(node, GENERALIZED));
}

/** GeneralizedTime that may have parts of a second (RFC 3161 section 2.4.2), as milliseconds since 1970. */
export function readFineTime(node: Der): number {
  const parts = matchTime(node, WITH_FRACTION);
  const fraction = WITH_FRACTION.exec(textOf(node))?.[7];
  return momentOf(parts) + (fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000);
}

type TimeParts = [number, number, number, number, number, number];

function matchTime(node: Der, form: RegExp): TimeParts {
  const match = form.exec(textOf(node));
  if (match === null || node.tag !== (form === UTC ? TAG.utcTime : TAG.generalizedTime)) throw bad();
  return match.slice(1, 7).map(Number) as TimeParts;
}

function momentOf([year, month, day, hour, minute, second]: TimeParts): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    throw bad();
  return date.getTime();
}

function textOf(node: Der): string {
  return String.fromCharCode(...node.content);
}

function bad(): Error {
  return malformed("malformed.stamp", "These bytes are not DER as this format uses it.");
}
