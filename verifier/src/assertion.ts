// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether a statement carries the assertion of the person who stands behind it. Python twins: core/seal/assertion.py,
// asserting.py. Spec: spec/07-keys.md section 13.

import { assertedBy } from "./asserted.ts";
import { type Bytes, concatBytes, encodeUtf8, fromBase64url, toBase64url } from "./bytes.ts";
import { type Json, hasExactly } from "./canonical.ts";
import type { Credential } from "./credential.ts";
import { sha256 } from "./digest.ts";
import { isSignedBy } from "./ed25519.ts";
import { Failure, refuted, unproven } from "./errors.ts";
import { type KeyList, credentialsOf, revokedKid, userKeys } from "./keylist.ts";
import { isId } from "./names.ts";
import { type VerifierKey, kidOf } from "./note_key.ts";
import type { Statement } from "./statement.ts";
import { type SignedInBrowser, isLowOrder, malformedAssertion, verifyInBrowser } from "./webauthn.ts";

const IN_BROWSER = ["authenticator_data", "by", "client_data", "credential", "kind", "sig"];

type Assertion =
  | { readonly by: string; readonly credential: undefined; readonly signature: Bytes }
  | ({ readonly by: string; readonly credential: string } & SignedInBrowser);

/** By which key or credential somebody asserted, and since when it counts as taken back. */
export interface Found {
  readonly kid: string;
  readonly revokedAt: string | undefined;
}

/** Check the assertion of a verified statement; undefined where nobody needs to stand behind it and nobody does. */
export async function verifyAsserted(statement: Statement, keylist: KeyList): Promise<Found | undefined> {
  const demanded = statement.type === undefined ? undefined : assertedBy(statement.type);
  const { assertion: shown, author, head } = statement;
  if (shown === undefined) {
    if (demanded === undefined) return undefined;
    throw unproven("unproven.assertion-withheld", "A statement shows no personal assertion.");
  }
  const assertion = parseAssertion(shown.value);
  if (author === undefined) throw unproven("unproven.author-withheld", "Who wrote a statement is not shown.");
  const right = demanded === "author" ? author.by : demanded === "named" ? statement.fields.get("by") : undefined;
  if (right !== undefined && right !== assertion.by) {
    throw refuted("refuted.assertion-person", "A user asserted what another had to.");
  }
  const others = head.digests.filter((digest) => digest !== author.digest && digest !== shown.digest).sort();
  const covered = encodeUtf8(`${head.jti}\n${others.join("\n")}\n`);
  const message = concatBytes(encodeUtf8("sviedka/assertion/1\n"), sha256(covered));
  const kid = await verify(assertion, message, keylist);
  return { kid, revokedAt: revokedKid(keylist, kid) };
}

async function verify(assertion: Assertion, message: Bytes, keylist: KeyList): Promise<string> {
  if (assertion.credential === undefined) return kidOf(await findKey(assertion, message, keylist));
  const credential = credentialsOf(keylist, assertion.by).find(({ id }) => id === assertion.credential);
  if (credential === undefined) throw unknownKey();
  await verifyInBrowser(assertion, credential satisfies Credential, sha256(message));
  return credential.kid;
}

async function findKey(assertion: Assertion, message: Bytes, keylist: KeyList): Promise<VerifierKey> {
  const keys = userKeys(keylist, assertion.by);
  if (keys.length === 0) throw unknownKey();
  for (const key of keys) {
    if (!isLowOrder(key.publicKey) && (await isSignedBy(key.publicKey, message, assertion.signature))) return key;
  }
  throw refuted("refuted.assertion", "The assertion is not by this user over this statement.");
}

function parseAssertion(value: Json): Assertion {
  if (hasExactly(value, ["by", "kind", "sig"]) && value["kind"] === "key" && isId(value["by"])) {
    return { by: value["by"], credential: undefined, signature: bytes(value["sig"], 64) };
  }
  if (hasExactly(value, IN_BROWSER) && value["kind"] === "webauthn" && isId(value["by"])) {
    return {
      by: value["by"],
      credential: toBase64url(bytes(value["credential"])),
      authenticatorData: bytes(value["authenticator_data"]),
      clientData: bytes(value["client_data"]),
      signature: bytes(value["sig"], 64),
    };
  }
  throw malformedAssertion("This is no assertion of a kind that is known here.");
}

function bytes(value: Json | undefined, size?: number): Bytes {
  let data: Bytes | undefined;
  try {
    if (typeof value === "string") data = fromBase64url(value);
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason;
  }
  if (data === undefined || (size !== undefined && data.length !== size)) {
    throw malformedAssertion("A part of an assertion is not base64url in its one spelling, or has another length.");
  }
  return data;
}

function unknownKey(): Failure {
  return unproven("unproven.assertion-key", "The key list names no such key or credential of this user.");
}
