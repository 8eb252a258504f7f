// SPDX-License-Identifier: AGPL-3.0-or-later
// Checking a time stamp: that bytes existed by a moment, on the word of an authority that the reader pinned. What is
// stamped is SHA-256 of a frozen checkpoint. No date of today is used. Python twin: core/seal/stamp.py.
// Spec: spec/05-time.md. Source: RFC 3161, RFC 5652 section 5.4.

import { type Bytes, equalBytes } from "./bytes.ts";
import { type Der, TAG, readDer } from "./der.ts";
import { malformed, refuted, unproven } from "./errors.ts";
import { namesCertificate } from "./ess.ts";
import { formatInstant } from "./instant.ts";
import { readPem } from "./pem.ts";
import type { PinnedAuthority } from "./policy.ts";
import { HASHES, verifyRaw } from "./signature.ts";
import { checkKeyUse, checkPath, checkRevocation, findPath } from "./stamp_chain.ts";
import { type Reply, type Signer, parseReply } from "./stamp_reply.ts";
import { type Certificate, openCertificate, parseCertificate, parseRevocationList } from "./x509.ts";
import { nameText } from "./x509_parts.ts";

const SHA256_OID = "2.16.840.1.101.3.4.2.1";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";

/** A token with what its authority gave along: certificates and revocation lists, PEM. */
export interface Stamp {
  readonly token: Bytes;
  readonly chain: Bytes;
  readonly crls: Bytes;
}

export interface StampFinding {
  readonly authority: PinnedAuthority;
  /** The stamped bytes existed by this moment; parts of a second are cut off. */
  readonly time: string;
  /** When the first of the certificates ends. */
  readonly signerUntil: string;
  /** Whether lists that cover that time show that no certificate had been taken back. */
  readonly revocation: "clear" | "unknown";
}

/** Check a time stamp over `digest` at the time that it claims. `nonce`: the number sent along, where it is known. */
export async function verifyStamp(
  stamp: Stamp,
  digest: Bytes,
  authorities: readonly PinnedAuthority[],
  nonce?: bigint,
): Promise<StampFinding> {
  const reply = parseReply(stamp.token);
  requireImprint(reply, digest);
  if (nonce !== undefined && reply.nonce !== nonce)
    throw refuted("refuted.stamp", "The token answers another request.");
  const embedded = reply.certificates.map(openCertificate);
  const pool = [...readPem(stamp.chain, "CERTIFICATE").map(parseCertificate), ...embedded];
  const lists = readPem(stamp.crls, "X509 CRL").map(parseRevocationList);
  const [info, signer] = findSigner(reply, pool);
  const path = await findPath(signer, pool, new Set(authorities.map((pin) => pin.sha256)));
  checkPath(path, reply.time);
  if (!(await namesCertificate(info.attributes, signer.der))) throw badSignature();
  await checkSignature(reply, info, signer, embedded);
  const revocation = await checkRevocation(path, lists, reply.time);
  const root = (path[path.length - 1] as Certificate).fingerprint;
  const authority = authorities.find((pin) => pin.sha256 === root) as PinnedAuthority;
  const signerUntil = formatInstant(Math.min(...path.map((certificate) => certificate.notAfter)));
  return { authority, time: formatInstant(reply.time), signerUntil, revocation };
}

/** Compare what was stamped without asking who stamped it: that much needs no policy. */
export function checkImprint(token: Bytes, digest: Bytes): void {
  requireImprint(parseReply(token), digest);
}

function requireImprint(reply: Reply, digest: Bytes): void {
  if (reply.imprintAlgorithm !== SHA256_OID || !equalBytes(reply.imprint, digest)) {
    throw refuted("refuted.stamp", "The token was made for other bytes.");
  }
}

function findSigner(reply: Reply, pool: readonly Certificate[]): [Signer, Certificate] {
  const [info, ...others] = reply.signers;
  if (info === undefined || others.length > 0)
    throw malformed("malformed.stamp", "A token bears exactly one signature.");
  const signer = pool.find((one) => isNamedBy(info, one));
  if (signer === undefined) throw unproven("unproven.authority-unknown", "The signer's certificate is not at hand.");
  return [info, signer];
}

function isNamedBy(info: Signer, certificate: Certificate): boolean {
  return certificate.serial === info.serial && certificate.issuer === nameText(info.issuerName);
}

async function checkSignature(
  reply: Reply,
  info: Signer,
  signer: Certificate,
  embedded: readonly Certificate[],
): Promise<void> {
  checkKeyUse(signer);
  const own = embedded.find((one) => isNamedBy(info, one));
  if (embedded.length > 0 && own?.fingerprint !== signer.fingerprint) throw badSignature();
  const hash = HASHES[info.digestAlgorithm];
  // As openssl has it: a signer's hash must be among those that the token names, all of which must be known.
  const named =
    reply.digestAlgorithms.every((name) => name in HASHES) && reply.digestAlgorithms.includes(info.digestAlgorithm);
  if (hash === undefined || info.signedAttributes === undefined || !named) throw badSignature();
  const expected = new Uint8Array(await crypto.subtle.digest(hash, reply.content));
  const stated = single(info, MESSAGE_DIGEST);
  if (stated === undefined || stated.tag !== TAG.octetString || !equalBytes(stated.content, expected))
    throw badSignature();
  if (!(await verifyRaw(signer.publicKey, hash, info.signedAttributes, info.signature))) throw badSignature();
}

/** The one value of a signed attribute. */
function single(info: Signer, name: string): Der | undefined {
  const values = info.attributes.get(name);
  return values?.length === 1 ? readDer(values[0] as Bytes) : undefined;
}

function badSignature(): Error {
  return refuted("refuted.stamp", "The signature of the token does not hold.");
}
