// SPDX-License-Identifier: AGPL-3.0-or-later
// A time authority's reply (RFC 3161 section 2.4.2, RFC 5652 section 5), read strictly and not yet believed.
// Python twin: core/seal/stamp_message.py. Spec: spec/05-time.md section 2.

import { type Bytes, compareBytes } from "./bytes.ts";
import {
  type Der,
  Members,
  TAG,
  children,
  readBoolean,
  readDer,
  readFineTime,
  readInteger,
  readOid,
  readSmall,
  sortedChildren,
} from "./der.ts";
import { type Failure, malformed, tooLarge } from "./errors.ts";
import { type RawCertificate, parseRawCertificate } from "./x509.ts";
import { type Name, readAlgorithm, readName } from "./x509_parts.ts";

const MAX_REPLY_BYTES = 65_536;
const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";

export interface Reply {
  readonly imprintAlgorithm: string;
  readonly imprint: Bytes;
  /** The time that the token claims, in milliseconds since 1970, parts of a second included. */
  readonly time: number;
  readonly nonce: bigint | undefined;
  /** The hashes that the token says its signers used. */
  readonly digestAlgorithms: readonly string[];
  /** The signed content: TSTInfo, DER. */
  readonly content: Bytes;
  readonly certificates: readonly RawCertificate[];
  readonly signers: readonly Signer[];
}

export interface Signer {
  /** Name and serial number: which certificate it is. */
  readonly issuerName: Name;
  readonly serial: string;
  readonly digestAlgorithm: string;
  /** Attributes as they are signed, a SET OF in DER; undefined if the content is signed directly. */
  readonly signedAttributes: Bytes | undefined;
  /** Values of each signed attribute by its name. */
  readonly attributes: ReadonlyMap<string, readonly Bytes[]>;
  readonly signature: Bytes;
}

/** Read a reply that grants a token. */
export function parseReply(data: Bytes): Reply {
  if (data.length > MAX_REPLY_BYTES) throw tooLarge("A reply is too long.");
  const reply = new Members(readDer(data, TAG.sequence));
  const status = new Members(reply.next(TAG.sequence));
  const granted = readSmall(status.next(TAG.integer)) === 0;
  status.optional(TAG.sequence);
  status.optional(TAG.bitString);
  status.end();
  const token = new Members(reply.next(TAG.sequence));
  reply.end();
  if (!granted || readOid(token.next(TAG.oid)) !== SIGNED_DATA) throw bad();
  const content = children(token.next(0xa0));
  token.end();
  if (content.length !== 1) throw bad();
  return readSignedData(content[0] as Der);
}

function readSignedData(node: Der): Reply {
  const parts = new Members(node);
  readSmall(parts.next(TAG.integer));
  const digestAlgorithms = sortedChildren(parts.next(TAG.set)).map(readAlgorithm);
  const info = new Members(parts.next(TAG.sequence));
  if (readOid(info.next(TAG.oid)) !== TST_INFO) throw bad();
  const content = readDer(info.next(0xa0).content, TAG.octetString).content;
  info.end();
  // Not signed, and not sorted by openssl and many authorities: taken in whatever order it stands.
  const certificates = parts.optional(0xa0);
  parts.optional(0xa1);
  const signers = sortedChildren(parts.next(TAG.set)).map(readSigner);
  parts.end();
  const sorted =
    certificates === undefined
      ? []
      : children(certificates)
          .map((one) => one.whole)
          .sort(compareBytes);
  const listed = sorted.map(parseRawCertificate);
  return { ...readInfo(readDer(content, TAG.sequence)), digestAlgorithms, content, certificates: listed, signers };
}

function readInfo(node: Der): Pick<Reply, "imprintAlgorithm" | "imprint" | "time" | "nonce"> {
  const parts = new Members(node);
  readSmall(parts.next(TAG.integer));
  readOid(parts.next(TAG.oid));
  const imprint = new Members(parts.next(TAG.sequence));
  const imprintAlgorithm = readAlgorithm(imprint.next(TAG.sequence));
  const digest = imprint.next(TAG.octetString).content;
  imprint.end();
  readInteger(parts.next(TAG.integer));
  const time = readFineTime(parts.next(TAG.generalizedTime));
  const accuracy = parts.optional(TAG.sequence);
  if (accuracy !== undefined) checkAccuracy(new Members(accuracy));
  const ordering = parts.optional(TAG.boolean);
  if (ordering !== undefined && !readBoolean(ordering)) throw bad(); // DER leaves a default out
  const number = parts.optional(TAG.integer);
  const authority = parts.optional(0xa0);
  if (authority !== undefined && children(authority).length !== 1) throw bad();
  parts.optional(0xa1);
  parts.end();
  return { imprintAlgorithm, imprint: digest, time, nonce: number && BigInt(`0x${readInteger(number)}`) };
}

function checkAccuracy(parts: Members): void {
  const seconds = parts.optional(TAG.integer);
  if (seconds !== undefined) readInteger(seconds);
  parts.optional(0x80);
  parts.optional(0x81);
  parts.end();
}

function readSigner(node: Der): Signer {
  const parts = new Members(node);
  readSmall(parts.next(TAG.integer));
  const sid = new Members(parts.next(TAG.sequence));
  const issuerName = readName(sid.next());
  const serial = readInteger(sid.next(TAG.integer));
  sid.end();
  const digestAlgorithm = readAlgorithm(parts.next(TAG.sequence));
  const signed = parts.optional(0xa0);
  readAlgorithm(parts.next(TAG.sequence));
  const signature = parts.next(TAG.octetString).content;
  const unsigned = parts.optional(0xa1);
  parts.end();
  if (unsigned !== undefined) readAttributes(unsigned);
  const attributes = signed === undefined ? new Map<string, Bytes[]>() : readAttributes(signed);
  return { issuerName, serial, digestAlgorithm, signedAttributes: signed && asSet(signed), attributes, signature };
}

/** What is signed is the attributes with the tag of a SET (RFC 5652 section 5.4). */
function asSet(attributes: Der): Bytes {
  const set = attributes.whole.slice();
  set[0] = TAG.set;
  return set;
}

function readAttributes(node: Der): Map<string, Bytes[]> {
  return new Map(
    sortedChildren(node).map((attribute) => {
      const parts = new Members(attribute);
      const name = readOid(parts.next(TAG.oid));
      const values = sortedChildren(parts.next(TAG.set)).map((value) => value.whole);
      parts.end();
      return [name, values];
    }),
  );
}

function bad(): Failure {
  return malformed("malformed.stamp", "The reply of a time authority cannot be read, or grants nothing.");
}
