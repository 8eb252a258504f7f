// SPDX-License-Identifier: AGPL-3.0-or-later
// What a language has to say. Verdict words stand in English on the page; a language gives the word that stands beside
// each. `{count}` and other names in braces are filled in; numbers follow a colon, so that no language needs plurals.

import type { Purpose } from "../consent_terms.ts";
import type { Verdict } from "../errors.ts";
import type { PartName } from "../report.ts";

export type LanguageCode = "en" | "be" | "ru";

export interface Texts {
  readonly page: Readonly<Record<PageKey, string>>;
  readonly verdicts: Readonly<Record<Verdict, { readonly word: string; readonly meaning: string }>>;
  readonly note: string;
  readonly parts: Readonly<Record<PartName, { readonly name: string; readonly question: string }>>;
  readonly findings: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<FactKey, string>>;
  readonly purposes: Readonly<Record<Purpose, string>>;
  readonly limits: readonly string[];
}

export type PageKey =
  | "title"
  | "lead"
  | "offline"
  | "language"
  | "dossier"
  | "drop"
  | "dropHint"
  | "chooseFolder"
  | "chooseZip"
  | "uploading"
  | "chosen"
  | "files"
  | "trust"
  | "trustWhy"
  | "choosePolicy"
  | "removePolicy"
  | "typed"
  | "typedRoot"
  | "typedRootHint"
  | "typedWitnesses"
  | "typedWitnessesHint"
  | "typedQuorum"
  | "typedAuthorities"
  | "typedAuthoritiesHint"
  | "typedUse"
  | "policyBad"
  | "policyGiven"
  | "policyNone"
  | "checking"
  | "checkingFiles"
  | "result"
  | "whole"
  | "places"
  | "morePlaces"
  | "factsTitle"
  | "limitsTitle"
  | "save"
  | "print"
  | "again"
  | "self"
  | "selfWhy"
  | "selfHow"
  | "bug"
  | "dropFailed"
  | "notPinned";

export type FactKey =
  | "origin"
  | "archive"
  | "root"
  | "as_of"
  | "built_at"
  | "case"
  | "purpose"
  | "recipient_kind"
  | "files"
  | "exhibits"
  | "exhibit_bytes"
  | "statements"
  | "withheld_digests"
  | "persons"
  | "existed_by"
  | "existed_by_external"
  | "cosigner"
  | "stamp"
  | "log"
  | "tagmanifest"
  | "external"
  | "internal"
  | "policy"
  | "none";
