// SPDX-License-Identifier: AGPL-3.0-or-later
// The report's facts as rows of name and value.

import type { Purpose } from "../consent_terms.ts";
import type { Facts } from "../report.ts";
import type { FactKey, Texts } from "../texts/shape.ts";
import { fill } from "./dom.ts";

const SINGLE = [
  "archive",
  "origin",
  "purpose",
  "recipient_kind",
  "as_of",
  "built_at",
  "case",
  "files",
  "exhibits",
  "exhibit_bytes",
  "statements",
  "withheld_digests",
  "persons",
  "existed_by_external",
] as const satisfies readonly (FactKey & keyof Facts)[];

export function factRows(facts: Facts, texts: Texts): [string, string][] {
  const rows: [string, string][] = [];
  for (const key of SINGLE) {
    const value = facts[key];
    if (value !== null) rows.push([texts.facts[key], show(key, value, texts)]);
  }
  for (const log of facts.logs) {
    rows.push([fill(texts.facts.log, { name: log.origin }), `${log.size} · ${log.root}`]);
    for (const { name, time } of log.cosigners) rows.push([fill(texts.facts.cosigner, { name }), time]);
  }
  for (const { authority, kind, time } of facts.stamps) {
    rows.push([fill(texts.facts.stamp, { name: authority }), `${time} · ${texts.facts[kind]}`]);
  }
  if (facts.root !== null) rows.push([texts.facts.root, facts.root]);
  if (facts.tagmanifest !== null) rows.push([texts.facts.tagmanifest, facts.tagmanifest]);
  return rows;
}

function show(key: (typeof SINGLE)[number], value: string | number, texts: Texts): string {
  if (key === "exhibit_bytes") return showBytes(Number(value));
  return key === "purpose" ? texts.purposes[value as Purpose] : String(value);
}

export function showBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
