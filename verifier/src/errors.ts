// SPDX-License-Identifier: AGPL-3.0-or-later
// Every failure the verifier can name, split by what a person may conclude from it. The Python twin is
// src/sviedka/core/base/errors.py; codes and verdicts are the same on both sides.

export type Verdict = "refuted" | "malformed" | "unproven" | "holds";

/** What was found, with its stable code. A bug is not a Failure: it is thrown as it is and shown as a bug. */
export class Failure extends Error {
  readonly verdict: Verdict;
  readonly code: string;
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(verdict: Verdict, code: string, message: string, facts: Record<string, string | number> = {}) {
    super(message);
    this.name = "Failure";
    this.verdict = verdict;
    this.code = code;
    this.facts = facts;
  }
}

/** The material contradicts the claim. Something was changed. */
export function refuted(code: string, message: string, facts: Record<string, string | number> = {}): Failure {
  return new Failure("refuted", code, message, facts);
}

/** There is not enough material to say. Nothing was contradicted. */
export function unproven(code: string, message: string, facts: Record<string, string | number> = {}): Failure {
  return new Failure("unproven", code, message, facts);
}

/** The bytes are not what they claim to be. */
export function malformed(code: string, message: string, facts: Record<string, string | number> = {}): Failure {
  return new Failure("malformed", code, message, facts);
}

/** The bytes say something readable, but not in the one spelling that the format allows. */
export function notCanonical(message: string): Failure {
  return malformed("malformed.not-canonical", message);
}

/** The input is over the size that its format allows. */
export function tooLarge(message: string): Failure {
  return malformed("malformed.too-large", message);
}
