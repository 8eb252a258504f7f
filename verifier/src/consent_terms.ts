// SPDX-License-Identifier: AGPL-3.0-or-later
// What a person can agree to: for what, to whom, how recognisable, with which material, until when. A grant that is
// misread hands over what nobody allowed. Python twin: core/disclose/consent_terms.py. Spec: spec/08-dossier.md 8.10.

import { type Json, isObject } from "./canonical.ts";
import { parseDay } from "./instant.ts";
import { readOr } from "./canonical.ts";

export const PURPOSES = [
  "casework",
  "statistics",
  "publication-anonymised",
  "publication-pseudonym",
  "publication-named",
  "un-special-procedures",
  "un-investigation",
  "prosecution-abroad",
  "international-court",
  "domestic-authorities",
  "partner-organisations",
  "media",
  "research",
  "machine-learning",
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Highest first. */
const LEVELS = ["full", "initials", "pseudonym", "anonymous", "aggregate"];
const MATERIAL = [
  "statement-text",
  "audio",
  "video",
  "image-of-face",
  "medical",
  "sexual-violence",
  "contact",
  "document",
] as const;
export type Material = (typeof MATERIAL)[number];

const MAX_GRANTS = 64;
const MAX_WORDS = 64;

export interface Grant {
  readonly purpose: string;
  readonly recipients: readonly string[];
  readonly level: string;
  readonly material: readonly string[];
  /** The last day on which it counts; null has no end. */
  readonly until: string | null;
}

export function isRecipientKind(value: unknown): value is string {
  return typeof value === "string" && /^[a-z][a-z0-9-]{0,63}$/.test(value);
}

/** Read the field `grants` of a consent statement; undefined if it is not understood, which allows nothing. */
export function parseGrants(value: Json | undefined): Grant[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_GRANTS) return undefined;
  const grants = value.map(parseGrant).filter((grant) => grant !== undefined);
  return grants.length === value.length ? grants : undefined;
}

/** Tell whether a grant's purpose, recipients and level fit; here everybody stands under a pseudonym. */
export function fits(grant: Grant, purpose: string, recipient: string): boolean {
  const recognisable = LEVELS.indexOf(grant.level) <= LEVELS.indexOf("pseudonym");
  return grant.purpose === purpose && grant.recipients.includes(recipient) && recognisable;
}

function parseGrant(value: Json): Grant | undefined {
  if (!isObject(value)) return undefined;
  const { purpose, level, until } = value as Record<string, Json | undefined>;
  const recipients = words(value["recipients"]);
  const material = words(value["material"]);
  if (recipients === undefined || !recipients.every(isRecipientKind) || material === undefined) return undefined;
  if (!material.every((word) => MATERIAL.some((known) => known === word))) return undefined;
  if (typeof purpose !== "string" || !PURPOSES.some((known) => known === purpose)) return undefined;
  if (typeof level !== "string" || !LEVELS.includes(level)) return undefined;
  const end = until === null ? null : readOr(() => parseDay(until));
  return end === undefined ? undefined : { purpose, recipients, level, material, until: end };
}

function words(value: Json | undefined): string[] | undefined {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_WORDS) return undefined;
  const found = value.filter((word) => typeof word === "string");
  return found.length === value.length ? found : undefined;
}
