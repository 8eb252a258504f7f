// SPDX-License-Identifier: AGPL-3.0-or-later
// From the certificate that signed a token to a pinned root, and what the revocation lists say on the way. Certificates
// are judged at the time that the token claims, never at today's date. Python twin: core/seal/stamp_chain.py.
// Source: RFC 5280 section 6.1 (the part needed here), RFC 3161 sections 2.3 and 4. Spec: spec/05-time.md section 3.

import { refuted, unproven } from "./errors.ts";
import { isSignedWith } from "./signature.ts";
import { type Certificate, type RevocationList, reasonOf } from "./x509.ts";
import { nameText } from "./x509_parts.ts";

const MAX_DEPTH = 8;
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const [DIGITAL_SIGNATURE, NON_REPUDIATION, KEY_CERT_SIGN] = [0, 1, 5];
const KEY_COMPROMISE = 1;
const CA_COMPROMISE = 2;

/** The certificates from `signer` to a root whose fingerprint is pinned, both included. */
export async function findPath(
  signer: Certificate,
  pool: readonly Certificate[],
  pins: ReadonlySet<string>,
): Promise<Certificate[]> {
  // Each certificate is tried once: an attacker's pool, where everyone issues everyone, must not take for ever.
  const left = new Map(pool.map((certificate) => [certificate.fingerprint, certificate]));
  left.delete(signer.fingerprint);
  const paths: Certificate[][] = [[signer]];
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    for (const issuer of await issuersOf(path, [...left.values()])) {
      if (pins.has(issuer.fingerprint)) return [...path, issuer];
      left.delete(issuer.fingerprint);
      if (path.length < MAX_DEPTH) paths.push([...path, issuer]);
    }
  }
  throw unproven("unproven.authority-unknown", "The token is by no time authority that the policy names.");
}

/** Check that every certificate was valid then (no longer in the second in which it ends, as openssl counts), and that
 * the first may sign time stamps and nothing else. */
export function checkPath(path: readonly Certificate[], time: number): void {
  if (path.some((certificate) => time < certificate.notBefore || time >= certificate.notAfter)) {
    throw refuted("refuted.stamp", "A certificate was not valid at the time that the token claims.");
  }
  const { extendedKeyUsage: extended } = path[0] as Certificate;
  if (extended === undefined || !extended.critical || extended.purposes.join(" ") !== TIME_STAMPING) {
    throw refuted("refuted.stamp", "The token is signed by a certificate that is not made for time stamps alone.");
  }
}

/** Check that a certificate's key may sign, and do nothing else (RFC 3161 section 2.3, as openssl has it). */
export function checkKeyUse({ keyUsage }: Certificate): void {
  const signs = [DIGITAL_SIGNATURE, NON_REPUDIATION];
  if (keyUsage?.some((set, bit) => set && !signs.includes(bit)) || keyUsage?.some((set) => set) === false) {
    throw refuted("refuted.stamp", "The token is signed by a certificate whose key has another use.");
  }
}

/** Look every certificate below the root up in the lists that its issuer signed. */
export async function checkRevocation(
  path: readonly Certificate[],
  lists: readonly RevocationList[],
  time: number,
): Promise<"clear" | "unknown"> {
  let clear = true;
  for (let at = 0; at + 1 < path.length; at++) {
    const [certificate, issuer] = [path[at] as Certificate, path[at + 1] as Certificate];
    let covered = false;
    for (const list of lists.filter((one) => nameText(one.issuerName) === issuer.subject)) {
      if (!(await isSignedWith(issuer.publicKey, list)))
        throw refuted("refuted.stamp", "A list in the authority's name is not by it.");
      covered ||= list.nextUpdate === undefined || list.nextUpdate >= time;
      const entry = list.revoked.get(certificate.serial);
      if (entry === undefined) continue;
      const reason = reasonOf(entry);
      const stolen = reason === undefined || reason === KEY_COMPROMISE || reason === CA_COMPROMISE;
      // RFC 3161 section 4: a key that was or may have been stolen takes back what it signed before as well.
      if (entry.since <= time || stolen) {
        throw refuted("refuted.stamp-revoked", "The time authority's certificate was taken back.");
      }
    }
    clear &&= covered;
  }
  return clear ? "clear" : "unknown";
}

async function issuersOf(path: readonly Certificate[], candidates: readonly Certificate[]): Promise<Certificate[]> {
  const issued = path[path.length - 1] as Certificate;
  const found: Certificate[] = [];
  for (const issuer of candidates) {
    if (issuer.subject !== issued.issuer || !mayIssue(issuer, path.length - 1)) continue;
    if (await isSignedWith(issuer.publicKey, issued)) found.push(issuer);
  }
  return found;
}

/** Tell whether a certificate may issue others and allows `below` between itself and the signer. */
function mayIssue({ constraints, keyUsage }: Certificate, below: number): boolean {
  if (constraints === undefined || !constraints.ca) return false;
  const deepEnough = constraints.pathLength === undefined || constraints.pathLength >= below;
  return deepEnough && (keyUsage === undefined || keyUsage[KEY_CERT_SIGN as number] === true);
}
