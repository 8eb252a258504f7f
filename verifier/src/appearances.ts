// SPDX-License-Identifier: AGPL-3.0-or-later
// Who appears in a dossier, and by what: the question that consent has to answer. Persons are found by identifier, never
// by name. Python twin: core/disclose/appearances.py. Spec: spec/08-dossier.md section 8.10.

import { type Json, isObject } from "./canonical.ts";
import type { Material } from "./consent_terms.ts";
import { isId } from "./names.ts";
import type { Statement } from "./statement.ts";

/** What one statement shows of anybody. */
export interface Traces {
  /** Empty where it was withheld; likewise `subject`. */
  readonly type: string;
  readonly subject: string;
  /** Every identifier among its values, and its subject. */
  readonly mentioned: ReadonlySet<string>;
  /** Those of them that are persons by the place where they stand. */
  readonly persons: ReadonlySet<string>;
  readonly sensitive: readonly Material[];
}

export function findTraces(statement: Statement): Traces {
  const { type = "", subject = "" } = statement;
  const mentioned = new Set([subject]);
  const persons = new Set(type.startsWith("person/") ? [subject] : []);
  for (const [name, value] of statement.fields) collect(name.split(".")[0] as string, value, mentioned, persons);
  return { type, subject, mentioned, persons, sensitive: sensitiveIn(statement.fields) };
}

/** Everybody who appears, and the material that their grant must name. `exhibits`: media type by item. */
export function findAppearances(
  statements: readonly Traces[],
  listed: Iterable<string>,
  exhibits: ReadonlyMap<string, string>,
): Map<string, Set<Material>> {
  const others = statements.filter((traces) => !traces.type.startsWith("consent."));
  const known = new Set([...listed, ...others.flatMap((traces) => [...traces.persons])]);
  const appear = new Map<string, Set<Material>>();
  for (const traces of others) {
    for (const person of traces.mentioned) {
      if (!known.has(person)) continue;
      const material = appear.get(person) ?? new Set<Material>();
      for (const kind of shownBy(traces, exhibits)) material.add(kind);
      appear.set(person, material);
    }
  }
  return appear;
}

function shownBy(traces: Traces, exhibits: ReadonlyMap<string, string>): Material[] {
  const mediaType = traces.type.startsWith("item.") ? exhibits.get(traces.subject) : undefined;
  if (mediaType !== undefined) return [...traces.sensitive, materialOf(mediaType)];
  return traces.type.startsWith("person/") ? [...traces.sensitive] : [...traces.sensitive, "statement-text"];
}

function materialOf(mediaType: string): Material {
  const kinds: Readonly<Record<string, Material>> = { image: "image-of-face", video: "video", audio: "audio" };
  const kind = mediaType.split("/")[0] as string;
  return (Object.hasOwn(kinds, kind) ? kinds[kind] : undefined) ?? "document";
}

/** What a statement is marked with, and acts whose own words say it, whether or not somebody also marked them. */
function sensitiveIn(fields: ReadonlyMap<string, Json>): Material[] {
  const actType = fields.get("act_type");
  const sexual =
    (typeof actType === "string" && SEXUAL_ACTS.includes(actType)) || holdsAny(fields.get("methods"), SEXUAL_METHODS);
  const kinds: readonly Material[] = ["sexual-violence", "medical"];
  return kinds.filter((kind) => holdsAny(fields.get("sensitive"), [kind]) || (kind === "sexual-violence" && sexual));
}

const SEXUAL_ACTS: readonly string[] = ["rape", "sexual-assault"];
const SEXUAL_METHODS: readonly string[] = ["rape-with-object", "sexual-threat"];

function holdsAny(value: Json | undefined, words: readonly string[]): boolean {
  return Array.isArray(value) && words.some((word) => value.includes(word));
}

function collect(name: string, value: Json, mentioned: Set<string>, persons: Set<string>): void {
  if (isObject(value)) {
    for (const [member, inner] of Object.entries(value)) collect(member, inner, mentioned, persons);
  } else if (Array.isArray(value)) {
    for (const inner of value) {
      if ((name === "persons" || name === "shows") && isId(inner)) persons.add(inner);
      collect("", inner, mentioned, persons);
    }
  } else if (isId(value)) {
    mentioned.add(value);
    if (name === "person") persons.add(value);
  }
}
