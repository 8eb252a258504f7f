// SPDX-License-Identifier: AGPL-3.0-or-later
// Certificates and revocation lists as far as time stamps need them (RFC 5280). What is not needed is kept as bytes.
// Python twin: core/seal/stamp_chain.py over `cryptography`. Spec: spec/05-time.md section 3.

import { type Bytes, equalBytes, toHex } from "./bytes.ts";
import {
  type Der,
  Members,
  TAG,
  children,
  readBits,
  readBoolean,
  readDer,
  readInteger,
  readOid,
  readSmall,
  readTime,
} from "./der.ts";
import { sha256 } from "./digest.ts";
import { malformed } from "./errors.ts";
import { type Name, nameText, readAlgorithm, readName } from "./x509_parts.ts";

const SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
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

/** A certificate by its form: what a token's reader must understand to read the token. */
export interface RawCertificate extends Signed {
  readonly der: Bytes;
  readonly serial: string;
  readonly issuerName: Name;
  readonly subjectName: Name;
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Bytes;
  readonly extensions: Extensions;
}

export interface Certificate extends RawCertificate {
  /** SHA-256 of the DER, in hexadecimal: how policies pin a root. */
  readonly fingerprint: string;
  /** Names as text that can be compared. */
  readonly issuer: string;
  readonly subject: string;
  readonly constraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
  /** Bits of key usage, the first named one first; undefined without the extension. */
  readonly keyUsage: readonly boolean[] | undefined;
  readonly extendedKeyUsage: { readonly critical: boolean; readonly purposes: readonly string[] } | undefined;
}

export interface RevocationList extends Signed {
  readonly issuerName: Name;
  readonly nextUpdate: number | undefined;
  readonly revoked: ReadonlyMap<string, RevokedEntry>;
}

/** Since when a certificate is taken back, and what else is said of it. */
export interface RevokedEntry {
  readonly since: number;
  readonly extensions: Extensions;
}

/** Read a certificate's form. */
export function parseRawCertificate(der: Bytes): RawCertificate {
  const outer = new Members(readDer(der, TAG.sequence));
  const body = outer.next(TAG.sequence);
  const signed = readSigned(outer, body);
  const parts = new Members(body);
  const version = parts.optional(0xa0);
  const serial = readInteger(parts.next(TAG.integer));
  const innerAlgorithm = readAlgorithmOf(parts);
  const issuerName = readName(parts.next());
  const validity = new Members(parts.next(TAG.sequence));
  const [notBefore, notAfter] = [readTime(validity.next()), readTime(validity.next())];
  validity.end();
  const subjectName = readName(parts.next());
  const publicKey = readPublicKey(parts.next(TAG.sequence));
  parts.optional(0x81);
  parts.optional(0x82);
  const extensions = readExtensions(parts.optional(0xa3));
  parts.end();
  if (version !== undefined && readSmall(only(version)) !== 2) throw bad(); // DER leaves v1 out; v2 is not in use
  return {
    ...signed,
    innerAlgorithm,
    der,
    serial,
    issuerName,
    subjectName,
    notBefore,
    notAfter,
    publicKey,
    extensions,
  };
}

/** Read what a certificate says. */
export function openCertificate(raw: RawCertificate): Certificate {
  // RFC 5280 section 4.1.2.2: serial numbers are positive.
  if (/^(?:00)?$|^[89a-f]/.test(raw.serial)) throw bad();
  const names = { issuer: nameText(raw.issuerName), subject: nameText(raw.subjectName) };
  return { ...raw, ...names, fingerprint: toHex(sha256(raw.der)), ...readUsage(raw.extensions) };
}

export function parseCertificate(der: Bytes): Certificate {
  return openCertificate(parseRawCertificate(der));
}

export function parseRevocationList(der: Bytes): RevocationList {
  const outer = new Members(readDer(der, TAG.sequence));
  const body = outer.next(TAG.sequence);
  const signed = readSigned(outer, body);
  const parts = new Members(body);
  const version = parts.optional(TAG.integer);
  const innerAlgorithm = readAlgorithmOf(parts);
  const issuerName = readName(parts.next());
  readTime(parts.next());
  const next = parts.optional(TAG.utcTime, TAG.generalizedTime);
  const entries = parts.optional(TAG.sequence);
  readExtensions(parts.optional(0xa0));
  parts.end();
  if (version === undefined || readSmall(version) !== 1 || !equalBytes(innerAlgorithm, signed.algorithm)) throw bad();
  const revoked = new Map(entries === undefined ? [] : children(entries).map(readRevoked));
  return { ...signed, innerAlgorithm, issuerName, nextUpdate: next && readTime(next), revoked };
}

/** The number of the reason why a certificate was taken back; undefined if none is given. */
export function reasonOf(entry: RevokedEntry): number | undefined {
  const given = entry.extensions.get(CRL_REASON);
  if (given === undefined) return undefined;
  const reason = readDer(given.value, TAG.enumerated).content;
  if (reason.length !== 1 || !REASONS.includes(reason[0] as number)) throw bad();
  return reason[0];
}

const REASONS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10];

/** Algorithm and signature after the signed body. */
function readSigned(outer: Members, body: Der): Omit<Signed, "innerAlgorithm"> {
  const algorithm = readAlgorithmOf(outer);
  const { bytes, unused } = readBits(outer.next(TAG.bitString));
  outer.end();
  // A signature that is no whole number of bytes is by nobody.
  return { body: body.whole, algorithm, signature: unused === 0 ? bytes : new Uint8Array(0) };
}

function readAlgorithmOf(parts: Members): Bytes {
  const node = parts.next(TAG.sequence);
  readAlgorithm(node);
  return node.whole;
}

/** SubjectPublicKeyInfo: its form; the key itself is read when it is used. */
function readPublicKey(node: Der): Bytes {
  const parts = new Members(node);
  readAlgorithm(parts.next(TAG.sequence));
  readBits(parts.next(TAG.bitString));
  parts.end();
  return node.whole;
}

type Extensions = ReadonlyMap<string, { readonly critical: boolean; readonly value: Bytes }>;

function readExtensions(wrapper: Der | undefined): Extensions {
  return readListed(wrapper && only(wrapper));
}

function readListed(list: Der | undefined): Extensions {
  const found = new Map<string, { critical: boolean; value: Bytes }>();
  if (list !== undefined && list.tag !== TAG.sequence) throw bad();
  for (const node of list === undefined ? [] : children(list)) {
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
  const keyIdentifier = extensions.get(SUBJECT_KEY_IDENTIFIER);
  if (keyIdentifier !== undefined) readDer(keyIdentifier.value, TAG.octetString);
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
  const { bytes, unused } = readBits(node);
  const bits = [...bytes].flatMap((byte) => [128, 64, 32, 16, 8, 4, 2, 1].map((bit) => (byte & bit) !== 0));
  return bits.slice(0, bits.length - unused);
}

function readRevoked(node: Der): [string, RevokedEntry] {
  const parts = new Members(node);
  const serial = readInteger(parts.next(TAG.integer));
  const since = readTime(parts.next());
  const listed = parts.optional(TAG.sequence);
  parts.end();
  return [serial, { since, extensions: readListed(listed) }];
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
