// SPDX-License-Identifier: AGPL-3.0-or-later
// Which statements somebody stands behind in person. Python twin: core/base/asserted.py; a test compares the two lists.
// Spec: spec/07-keys.md section 13.

export type Asserted = "author" | "named";

/** By the name of the type: from which version on, and whose. */
export const DEMANDS: ReadonlyMap<string, { readonly since: number; readonly asserted: Asserted }> = new Map([
  ["approval", { since: 1, asserted: "named" }],
  ["consent.given", { since: 2, asserted: "author" }],
  ["identity.requested", { since: 1, asserted: "author" }],
  ["linkage.requested", { since: 1, asserted: "author" }],
  ["release", { since: 1, asserted: "author" }],
]);

/** Whose assertion a statement of this type carries; a version later than any known carries one too. */
export function assertedBy(type: string): Asserted | undefined {
  const [name, version] = type.split("/") as [string, string];
  const demand = DEMANDS.get(name);
  return demand === undefined || Number(version) < demand.since ? undefined : demand.asserted;
}
