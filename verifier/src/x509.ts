// SPDX-License-Identifier: AGPL-3.0-or-later
// Certificates and revocation lists as far as time stamps need them (RFC 5280). What is not needed is kept as bytes.
// Python twin: core/seal/stamp_chain.py over `cryptography`. Spec: spec/05-time.md section 3.

import { type Bytes, toHex } from "./bytes.ts";
import { type Der, Members, TAG, children, readBits, readBoolean, readDer, readInteger, readOid, readSmall, readTime } from "./der.ts";
import { sha256 } from "./digest.ts";
import { malformed } from "./errors.ts";

const BASIC_CONSTRAINTS = "2.5.29.19";
const KEY_USAGE = "2.5.29.15";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const CRL_REASON = "2.5.29.21";

/** What is signed, how, and the signature. */
export interface Signed {
  readonly body: Bytes;
  readonly algorithm: Bytes;
  /** The algorithm as it stands inside the signed part; the two must agree. */
  readonly innerAlgorithm: Bytes;
  readonly signature: Bytes;
}

export interface Certificate extends Signed {
  readonly der: Bytes;
  /** SHA-256 of the DER, in hexadecimal: how policies pin a root. */
  readonly fingerprint: string;
  readonly serial: string;
  /** Names as DER, so that they compare as text in hexadecimal. */
  readonly issuer: string;
  readonly subject: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Bytes;
  readonly constraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
  /** Bits of key usage, the first named one first; undefined without the extension. */
  readonly keyUsage: readonly boolean[] | undefined;
  readonly extendedKeyUsage: { readonly critical: boolean; readonly purposes: readonly string[] } | undefined;
}

export interface RevocationList extends Signed {
  readonly issuer: string;
  readonly nextUpdate: number | undefined;
  /** By serial number: since when, and the reason's number if one is given. */
  readonly revoked: ReadonlyMap<string, { readonly since: number; readonly reason: number | undefined }>;
}

export function parseCertificate(der: Bytes): Certificate {
  const outer = new Members(readDer(der, TAG.sequence));
  const body = outer.next(TAG.sequence);
  const signed = readSigned(outer, body);
  const parts = new Members(body);
  const version = parts.optional(0xa0);
  const serial = readInteger(parts.next(TAG.integer));
  const innerAlgorithm = parts.next(TAG.sequence).whole;
  const issuer = toHex(parts.next(TAG.sequence).whole);
  const validity = new Members(parts.next(TAG.sequence));
  const [notBefore, notAfter] = [readTime(validity.next()), readTime(validity.next())];
  validity.end();
  const subject = toHex(parts.next(TAG.sequence).whole);
  const publicKey = parts.next(TAG.sequence).whole;
  parts.optional(0x81);
  parts.optional(0x82);
  const extensions = readExtensions(parts.optional(0xa3));
  parts.end();
  if (version !== undefined && readSmall(only(version)) !== 2) throw bad(); // DER leaves v1 out; v2 is not in use
  const names = { serial, issuer, subject, notBefore, notAfter, publicKey };
  return { ...signed, innerAlgorithm, ...names, der, fingerprint: toHex(sha256(der)), ...readUsage(extensions) };
}

export function parseRevocationList(der: Bytes): RevocationList {
  const outer = new Members(readDer(der, TAG.sequence));
  const body = outer.next(TAG.sequence);
  const signed = readSigned(outer, body);
  const parts = new Members(body);
  parts.optional(TAG.integer);
  const innerAlgorithm = parts.next(TAG.sequence).whole;
  const issuer = toHex(parts.next(TAG.sequence).whole);
  readTime(parts.next());
  const next = parts.optional(TAG.utcTime, TAG.generalizedTime);
  const entries = parts.optional(TAG.sequence);
  readExtensions(parts.optional(0xa0));
  parts.end();
  const revoked = new Map(entries === undefined ? [] : children(entries).map(readRevoked));
  return { ...signed, innerAlgorithm, issuer, nextUpdate: next && readTime(next), revoked };
}

/** Algorithm and signature after the signed body. */
function readSigned(outer: Members, body: Der): Omit<Signed, "innerAlgorithm"> {
  const algorithm = outer.next(TAG.sequence).whole;
  const signature = readBits(outer.next(TAG.bitString));
  outer.end();
  return { body: body.whole, algorithm, signature };
}

type Extensions = ReadonlyMap<string, { readonly critical: boolean; readonly value: Bytes }>;

function readExtensions(wrapper: Der | undefined): Extensions {
  const found = new Map<string, { critical: boolean; value: Bytes }>();
  for (const node of wrapper === undefined ? [] : children(only(wrapper))) {
    const parts = new Members(node);
    const name = readOid(parts.next(TAG.oid));
    const critical = parts.optional(TAG.boolean);
    if (found.has(name) || (critical !== undefined && !readBoolean(critical))) throw bad();
    found.set(name, { critical: critical !== undefined, value: parts.next(TAG.octetString).content });
    parts.end();
  }
  return found;
}

function readUsage(extensions: Extensions): Pick<Certificate, "constraints" | "keyUsage" | "extendedKeyUsage"> {
  const constraints = extensions.get(BASIC_CONSTRAINTS);
  const usage = extensions.get(KEY_USAGE);
  const extended = extensions.get(EXTENDED_KEY_USAGE);
  const purposes = extended && children(readDer(extended.value, TAG.sequence)).map(readOid);
  return {
    constraints: constraints && readConstraints(readDer(constraints.value, TAG.sequence)),
    keyUsage: usage && readFlags(readDer(usage.value, TAG.bitString)),
    extendedKeyUsage: extended && { critical: extended.critical, purposes: purposes as string[] },
  };
}

function readConstraints(node: Der): { ca: boolean; pathLength: number | undefined } {
  const parts = new Members(node);
  const ca = parts.optional(TAG.boolean);
  const length = parts.optional(TAG.integer);
  parts.end();
  if (ca !== undefined && !readBoolean(ca)) throw bad();
  return { ca: ca !== undefined, pathLength: length && readSmall(length) };
}

/** The bits of a bit string, first bit first. */
function readFlags(node: Der): boolean[] {
  const unused = node.content[0];
  if (unused === undefined || unused > 7 || (node.content.length === 1 && unused !== 0)) throw bad();
  const bits = [...node.content.slice(1)].flatMap((byte) => [128, 64, 32, 16, 8, 4, 2, 1].map((bit) => (byte & bit) !== 0));
  if (bits.slice(bits.length - unused).some((bit) => bit)) throw bad();
  return bits.slice(0, bits.length - unused);
}

function readRevoked(node: Der): [string, { since: number; reason: number | undefined }] {
  const parts = new Members(node);
  const serial = readInteger(parts.next(TAG.integer));
  const since = readTime(parts.next());
  const listed = parts.optional(TAG.sequence);
  parts.end();
  const reason = readEntryReason(listed);
  return [serial, { since, reason }];
}

function readEntryReason(listed: Der | undefined): number | undefined {
  for (const node of listed === undefined ? [] : children(listed)) {
    const parts = new Members(node);
    const name = readOid(parts.next(TAG.oid));
    parts.optional(TAG.boolean);
    const value = readDer(parts.next(TAG.octetString).content);
    if (name === CRL_REASON) return value.content[0];
  }
  return undefined;
}

/** The one element inside an explicit tag. */
function only(wrapper: Der): Der {
  const inner = children(wrapper);
  if (inner.length !== 1) throw bad();
  return inner[0] as Der;
}

function bad(): Error {
  return malformed("malformed.stamp", "A certificate or revocation list cannot be read.");
}
