// SPDX-License-Identifier: AGPL-3.0-or-later
// spec.json, withheld.json and stamps.json: what was asked for, how much was left out, what each time authority answered.
// Python twins: core/disclose/dossier_spec.py, stamp_states.py. Spec: spec/08-dossier.md sections 8.5, 8.8.

import type { Bytes } from "./bytes.ts";
import { type Json, hasExactly, isObject, parseCanonical } from "./canonical.ts";
import { PURPOSES, type Purpose, isRecipientKind } from "./consent_terms.ts";
import { malformed } from "./errors.ts";
import { parseInstant } from "./instant.ts";
import { isAuthorityName } from "./layout.ts";
import { isId } from "./names.ts";

const MAX_BYTES = 1_048_576;
const MAX_STAMPS_BYTES = 65_536;
const SPEC_MEMBERS = [
  "at",
  "authors",
  "case",
  "exhibits",
  "language",
  "leave_out",
  "page",
  "purpose",
  "recipient",
  "report",
  "v",
];
const STATES = ["stamped", "pending", "late", "failed"];

export interface DossierSpec {
  readonly at: number;
  readonly case: string;
  readonly purpose: Purpose;
  readonly recipientKind: string;
  readonly language: string;
}

export interface StampState {
  readonly authority: string;
  readonly since: string;
  readonly state: string;
}

export function parseSpec(data: Bytes): DossierSpec {
  const value = parseCanonical(data, MAX_BYTES);
  if (!hasExactly(value, SPEC_MEMBERS) || value["v"] !== 1) throw bad();
  const {
    at,
    authors,
    exhibits,
    language,
    leave_out: leaveOut,
    page,
    purpose,
    recipient,
    report,
  } = value as Record<string, Json>;
  if (!isId(value["case"]) || !isWordOf(PURPOSES, purpose) || !isWordOf(["en", "be", "ru"], language)) throw bad();
  if (!isCount(at) || !isCount(leaveOut) || !isChoice(exhibits) || !isReceiver(recipient)) throw bad();
  if ([report, page, authors].some((flag) => typeof flag !== "boolean")) throw bad();
  return { at, case: value["case"], purpose: purpose as Purpose, recipientKind: recipient.kind, language };
}

/** Check `withheld.json`: counts by reason, nothing that tells one person from another. */
export function checkWithheld(data: Bytes): void {
  const value = parseCanonical(data, MAX_BYTES);
  if (!hasExactly(value, ["exhibits", "passages", "statements", "persons", "v"]) || value["v"] !== 1) throw bad();
  for (const name of ["exhibits", "passages", "statements"]) {
    const counts = value[name];
    if (!isObject(counts)) throw bad();
    for (const [reason, count] of Object.entries(counts)) {
      if (!["left-out", "no-grant"].includes(reason) || !isCount(count) || count === 0) throw bad();
    }
  }
  if (!isCount(value["persons"])) throw bad();
}

export function parseStampStates(data: Bytes): StampState[] {
  const value = parseCanonical(data, MAX_STAMPS_BYTES);
  if (!hasExactly(value, ["stamps", "v"]) || value["v"] !== 1) throw bad();
  const listed = value["stamps"];
  if (!Array.isArray(listed) || listed.length > 16) throw bad();
  const states = listed.map(parseState);
  if (states.some((state, at) => at > 0 && (states[at - 1] as StampState).authority >= state.authority)) throw bad();
  return states;
}

function parseState(value: Json): StampState {
  if (!hasExactly(value, ["authority", "since", "state"])) throw bad();
  const { authority, since, state } = value as Record<string, Json>;
  if (typeof authority !== "string" || !isAuthorityName(authority) || !isWordOf(STATES, state)) throw bad();
  return { authority, since: parseInstant(since), state };
}

function isReceiver(value: Json | undefined): value is { kind: string; name: string; age: string | null } {
  if (!hasExactly(value, ["age", "kind", "name"])) return false;
  const { age, kind, name } = value as Record<string, Json>;
  if (!isRecipientKind(kind) || typeof name !== "string" || name === "" || [...name].length > 200) return false;
  return age === null || (typeof age === "string" && /^age1[\u0000-\u007f]*$/.test(age));
}

function isChoice(value: Json | undefined): boolean {
  if (value === "all") return true;
  if (!Array.isArray(value) || !value.every(isId)) return false;
  return value.every((id, at) => at === 0 || (value[at - 1] as string) < (id as string));
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && value >= 0;
}

function isWordOf(words: readonly string[], value: Json | undefined): value is string {
  return typeof value === "string" && words.includes(value);
}

function bad(): Error {
  return malformed("malformed.dossier-file", "A description of the dossier is not in its form.");
}
