// SPDX-License-Identifier: AGPL-3.0-or-later
// The report: findings by code, parts, the whole. Its one spelling is spec/08-dossier.md section 8.12; the Python verifier
// writes the same bytes. Texts for people are made from the codes elsewhere and are no part of it.

import { type Bytes, compareBytes, encodeUtf8 } from "./bytes.ts";
import { type Json, encodeCanonical } from "./canonical.ts";
import { type FindingVerdict, verdictOf } from "./codes.ts";
import type { Verdict } from "./errors.ts";

export const PARTS = ["unaltered", "origin", "cosigned", "existed", "consent"] as const;
export type PartName = (typeof PARTS)[number];
const ORDER: readonly FindingVerdict[] = ["refuted", "malformed", "unproven", "holds", "note"];
const MAX_PLACES = 20;
const MAX_PLACE_CHARS = 300;

export interface Finding {
  readonly code: string;
  readonly verdict: FindingVerdict;
  readonly count: number;
  readonly where: readonly string[];
}

export interface Part {
  readonly name: PartName;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

export interface Report {
  readonly facts: Facts;
  readonly parts: readonly Part[];
  readonly verdict: Verdict;
}

/** What was learnt on the way; null, or an empty list, for what was not reached. */
export interface Facts {
  archive: string | null;
  as_of: string | null;
  built_at: number | null;
  case: string | null;
  exhibit_bytes: number | null;
  exhibits: number | null;
  existed_by: string | null;
  existed_by_external: string | null;
  files: number | null;
  language: string | null;
  logs: LogFact[];
  origin: string | null;
  persons: number | null;
  policy: "none" | "given";
  purpose: string | null;
  recipient_kind: string | null;
  root: string | null;
  root_pinned: boolean;
  stamps: StampFact[];
  statements: number | null;
  tagmanifest: string | null;
  withheld_digests: number | null;
}

export interface LogFact {
  readonly cosigners: readonly { readonly name: string; readonly time: string }[];
  readonly heads: number;
  readonly key: string;
  readonly origin: string;
  readonly root: string;
  readonly size: number;
}

export interface StampFact {
  readonly authority: string;
  readonly file: string;
  readonly head: string;
  readonly kind: "external" | "internal";
  readonly revocation: "clear" | "unknown";
  readonly root: string;
  readonly time: string;
}

export function noFacts(policy: "none" | "given"): Facts {
  return {
    archive: null,
    as_of: null,
    built_at: null,
    case: null,
    exhibit_bytes: null,
    exhibits: null,
    existed_by: null,
    existed_by_external: null,
    files: null,
    language: null,
    logs: [],
    origin: null,
    persons: null,
    policy,
    purpose: null,
    recipient_kind: null,
    root: null,
    root_pinned: false,
    stamps: [],
    statements: null,
    tagmanifest: null,
    withheld_digests: null,
  };
}

/** Gathers what one part finds. */
export class Findings {
  private readonly places = new Map<string, string[]>();
  private readonly counts = new Map<string, number>();

  /** Record that something was found, `count` times, at a place if it has one. */
  add(code: string, where?: string, count = 1): void {
    verdictOf(code);
    this.counts.set(code, (this.counts.get(code) ?? 0) + count);
    const places = this.places.get(code) ?? [];
    if (where !== undefined) places.push(where);
    this.places.set(code, places);
  }

  /** Record one finding for each place. */
  addAll(code: string, places: Iterable<string>): void {
    for (const place of places) this.add(code, place);
  }

  /** Add everything that `other` holds. */
  take(other: Findings): void {
    for (const [code, count] of other.counts) {
      this.counts.set(code, (this.counts.get(code) ?? 0) + count);
      this.places.set(code, [...(this.places.get(code) ?? []), ...(other.places.get(code) ?? [])]);
    }
  }

  /** The worst verdict so far; `holds` when there is nothing but notes. */
  get worst(): Verdict {
    return worstOf([...this.counts.keys()].map(verdictOf));
  }

  /** Whether what was found forbids looking further. */
  get stops(): boolean {
    return this.worst === "refuted" || this.worst === "malformed";
  }

  /** The part with what was found, in the order of the report. */
  close(name: PartName): Part {
    const findings = [...this.counts].map(([code, count]) => {
      return { code, verdict: verdictOf(code), count, where: firstPlaces(this.places.get(code) ?? []) };
    });
    findings.sort((left, right) => rank(left.verdict) - rank(right.verdict) || (left.code < right.code ? -1 : 1));
    return { name, verdict: this.worst, findings };
  }
}

export function makeReport(parts: readonly Part[], facts: Facts): Report {
  return { facts, parts, verdict: worstOf(parts.map((part) => part.verdict)) };
}

/** The one spelling of a report. */
export function encodeReport(report: Report): Bytes {
  return encodeCanonical({ ...report, format: "sviedka/report/1" } as unknown as Json);
}

/** The worst in the order refuted, malformed, unproven, holds; notes do not count, and nothing but notes holds. */
function worstOf(verdicts: readonly FindingVerdict[]): Verdict {
  const found = ORDER.find((verdict) => verdict !== "note" && verdicts.includes(verdict));
  return (found ?? "holds") as Verdict;
}

function rank(verdict: FindingVerdict): number {
  return ORDER.indexOf(verdict);
}

function firstPlaces(places: readonly string[]): string[] {
  const short = places.map((place) =>
    place.length <= MAX_PLACE_CHARS ? place : [...place].slice(0, MAX_PLACE_CHARS).join(""),
  );
  return [...new Set(short)]
    .sort((left, right) => compareBytes(encodeUtf8(left), encodeUtf8(right)))
    .slice(0, MAX_PLACES);
}
