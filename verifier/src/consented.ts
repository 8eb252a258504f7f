// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether everybody who appears had allowed it when the dossier was built. Only the consent statements that travel along
// are seen; a withdrawal that came later is not among them. Python twin: verify/consented.py. Spec: spec/08-dossier.md.

import { findAppearances } from "./appearances.ts";
import type { Contents } from "./contents.ts";
import { type Grant, type Material, fits, parseGrants } from "./consent_terms.ts";
import type { Findings } from "./report.ts";
import type { CheckedStatement } from "./statement_check.ts";

interface Consent {
  readonly person: string;
  /** Undefined: not understood, or not shown. */
  readonly grants: readonly Grant[] | undefined;
}

/** Judge the consent of everybody who appears. `asOf` is a day. */
export function checkConsent(
  contents: Contents,
  asOf: string,
  statements: readonly CheckedStatement[],
  findings: Findings,
): void {
  const reliedOn = new Map<string, string[]>();
  for (const { person, consent } of contents.persons) reliedOn.set(person, [...(reliedOn.get(person) ?? []), consent]);
  const traces = statements.map((statement) => statement.traces);
  const appearing = findAppearances(traces, reliedOn.keys(), mediaTypes(contents, statements));
  const consents = readConsents(statements);
  const withdrawn = new Set(ofType(statements, "consent.withdrawn/").map(personOf));
  const judge = new Judge(contents.spec.purpose, contents.spec.recipientKind, asOf, withdrawn);
  for (const person of new Set([...appearing.keys(), ...reliedOn.keys()])) {
    const relied = (reliedOn.get(person) ?? []).map((jti) => consents.get(jti));
    const code = judge.of(person, appearing.get(person) ?? new Set(), relied);
    if (code !== undefined) findings.add(code, person);
  }
  if (findings.worst !== "holds") return;
  if (reliedOn.size > 0) findings.add("consent.covered", undefined, reliedOn.size);
  else findings.add("consent.nobody");
}

class Judge {
  private readonly purpose: string;
  private readonly recipient: string;
  private readonly asOf: string;
  private readonly withdrawn: ReadonlySet<string>;

  constructor(purpose: string, recipient: string, asOf: string, withdrawn: ReadonlySet<string>) {
    this.purpose = purpose;
    this.recipient = recipient;
    this.asOf = asOf;
    this.withdrawn = withdrawn;
  }

  of(person: string, needed: ReadonlySet<Material>, reliedOn: readonly (Consent | undefined)[]): string | undefined {
    if (reliedOn.length === 0) return "consent.person-unlisted";
    if (reliedOn.some((consent) => consent?.grants === undefined)) return "consent.missing";
    if (reliedOn.some((consent) => consent?.person !== person)) return "consent.other-person";
    if (this.withdrawn.has(person)) return "consent.withdrawn";
    const grants = reliedOn.flatMap((consent) => consent?.grants ?? []);
    if (!this.covered(grants, needed)) return "consent.not-covered";
    const lasting = grants.filter((grant) => grant.until === null || this.asOf <= grant.until);
    return this.covered(lasting, needed) ? undefined : "consent.expired";
  }

  /** With nothing needed, any grant that fits will do. */
  private covered(grants: readonly Grant[], needed: ReadonlySet<Material>): boolean {
    const fitting = grants.filter((grant) => fits(grant, this.purpose, this.recipient));
    const granted = new Set(fitting.flatMap((grant) => grant.material));
    return fitting.length > 0 && [...needed].every((material) => granted.has(material));
  }
}

function readConsents(statements: readonly CheckedStatement[]): Map<string, Consent> {
  const counting = [...ofType(statements, "consent.given/"), ...ofType(statements, "consent.narrowed/")];
  return new Map(
    counting.map((statement) => {
      return [statement.jti, { person: personOf(statement), grants: parseGrants(statement.fields.get("grants")) }];
    }),
  );
}

/** Media type of each exhibit by item, as its sealed statement says; an unknown one is empty. */
function mediaTypes(contents: Contents, statements: readonly CheckedStatement[]): Map<string, string> {
  const byJti = new Map(ofType(statements, "item.sealed/").map((statement) => [statement.jti, statement]));
  const found = new Map<string, string>();
  for (const { sealedBy } of contents.exhibits) {
    const statement = byJti.get(sealedBy);
    const mediaType = statement?.fields.get("media_type");
    if (statement !== undefined) found.set(statement.traces.subject, typeof mediaType === "string" ? mediaType : "");
  }
  return found;
}

function ofType(statements: readonly CheckedStatement[], prefix: string): CheckedStatement[] {
  return statements.filter((statement) => statement.traces.type.startsWith(prefix));
}

function personOf(statement: CheckedStatement): string {
  const named = statement.fields.get("person");
  return typeof named === "string" ? named : statement.traces.subject;
}
