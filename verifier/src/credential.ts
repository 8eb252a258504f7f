// SPDX-License-Identifier: AGPL-3.0-or-later
// `credential …`: a line of the key list that names a user's WebAuthn credential and the page on which it is good.
// Python twin: core/seal/credential.py. Spec: spec/04-log.md section 7.2.

import { type Bytes, concatBytes, encodeUtf8, fromBase64url, toHex } from "./bytes.ts";
import { sha256 } from "./digest.ts";
import { malformed } from "./errors.ts";
import { isId } from "./names.ts";

const MAX_CREDENTIAL_BYTES = 1_023;
const PUBLIC_BYTES: Readonly<Record<string, number>> = { es256: 65, ed25519: 32 };
const HOST = "[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?";
const RP_ID = new RegExp(`^${HOST}$`);
const ORIGIN = new RegExp(`^(?:https://(${HOST})|http://localhost)(?::[1-9][0-9]{0,4})?$`);

export interface Credential {
  readonly kind: "credential";
  readonly user: string;
  readonly algorithm: "es256" | "ed25519";
  readonly origin: string;
  readonly rpId: string;
  /** The identifier, in base64url. */
  readonly id: string;
  readonly publicKey: Bytes;
  /** How a revocation names it. */
  readonly kid: string;
}

/** Read the words behind `credential`. */
export function parseCredential(words: readonly string[], archive: string): Credential {
  const [user, algorithm, origin, rpId, id, key] = words as [string, string, string, string, string, string];
  if (words.length !== 6 || !isId(user) || (algorithm !== "es256" && algorithm !== "ed25519")) throw bad();
  const found = ORIGIN.exec(origin);
  if (found === null || !RP_ID.test(rpId)) throw bad();
  const host = found[1] ?? "localhost";
  if (host !== rpId && !host.endsWith(`.${rpId}`)) throw bad();
  const [identifier, publicKey] = [fromBase64url(id), fromBase64url(key)];
  if (identifier.length < 1 || identifier.length > MAX_CREDENTIAL_BYTES) throw bad();
  if (publicKey.length !== PUBLIC_BYTES[algorithm] || (algorithm === "es256" && publicKey[0] !== 4)) throw bad();
  const name = `${archive}/user/${user}/webauthn`;
  const material = concatBytes(encodeUtf8(`${name}\n`), Uint8Array.of(0xff), encodeUtf8(`${algorithm}\n`), publicKey);
  const kid = `${name}+${toHex(sha256(material)).slice(0, 8)}`;
  return { kind: "credential", user, algorithm, origin, rpId, id, publicKey, kid };
}

function bad(): Error {
  return malformed("malformed.credential", "This line names no credential.");
}
