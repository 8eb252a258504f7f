// SPDX-License-Identifier: AGPL-3.0-or-later
// Which certificate a signer says that it signed with: ESSCertID (RFC 2634 section 5.4) or ESSCertIDv2 (RFC 5035). The
// name and number beside the signature are not signed, so that without this another certificate over the same key could
// be put in the place of the right one (RFC 3161 section 2.4.2, RFC 5816).

import { type Bytes, equalBytes } from "./bytes.ts";
import { Members, TAG, readDer, readOid } from "./der.ts";
import { HASHES } from "./signature.ts";

const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";

/** Tell whether the signed attributes name the certificate with these bytes, and no other first. */
export async function namesCertificate(
  attributes: ReadonlyMap<string, readonly Bytes[]>,
  der: Bytes,
): Promise<boolean> {
  const second = attributes.get(SIGNING_CERTIFICATE_V2);
  const values = second ?? attributes.get(SIGNING_CERTIFICATE);
  if (values?.length !== 1) return false;
  const identifier = new Members(new Members(readDer(values[0] as Bytes, TAG.sequence)).next(TAG.sequence)).next(
    TAG.sequence,
  );
  const parts = new Members(identifier);
  const algorithm = second === undefined ? undefined : parts.optional(TAG.sequence);
  const named = algorithm === undefined ? undefined : HASHES[readOid(new Members(algorithm).next(TAG.oid))];
  const hash = second === undefined ? "SHA-1" : algorithm === undefined ? "SHA-256" : named;
  if (hash === undefined) return false;
  const expected = new Uint8Array(await crypto.subtle.digest(hash, der));
  return equalBytes(parts.next(TAG.octetString).content, expected);
}
