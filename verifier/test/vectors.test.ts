// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs every vector of spec/vectors through the page's code, under Node's own test runner.

import "./platform.ts";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Failure } from "../src/errors.ts";
import { type Answer, CHECKS } from "./checks.ts";

const VECTORS = join(process.cwd(), "..", "spec", "vectors");
const TOPICS = ["canonical", "merkle", "note", "checkpoint", "cosignature", "tlog-proof", "policy", "keylist", "stamp", "assertion"];
/** Dates with doubt are shown by nobody here: the verifier reads none. */
const NOT_READ = ["date"];

interface Vector {
  readonly about: string;
  readonly check: string;
  readonly given: unknown;
  readonly expect: Answer;
}

function vectorsOf(topic: string): [string, Vector][] {
  return ["accept", "reject"].flatMap((kind) => {
    const folder = join(VECTORS, topic, kind);
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return names.map((name): [string, Vector] => [
      `${topic}/${kind}/${name}`,
      JSON.parse(readFileSync(join(folder, name), "utf8")),
    ]);
  });
}

async function answer(vector: Vector): Promise<Answer> {
  const check = CHECKS[vector.check];
  assert.ok(check, `no check for ${vector.check}`);
  try {
    return { verdict: "holds", ...(await check(vector.given)) };
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason;
    const { verdict, code } = reason;
    const located = code === "malformed.policy" ? { line: reason.facts["line"] ?? null } : {};
    return { verdict, code, ...located };
  }
}

for (const topic of TOPICS) {
  for (const [name, vector] of vectorsOf(topic)) {
    if (NOT_READ.includes(vector.check)) continue;
    test(name, async () => assert.deepEqual(await answer(vector), vector.expect));
  }
}

test("a vector with another expectation fails", async () => {
  const [, vector] = vectorsOf("merkle").find(([, one]) => one.expect["verdict"] === "holds") as [string, Vector];
  const altered = { ...vector, expect: { verdict: "refuted", code: "refuted.inclusion" } };
  await assert.rejects(async () => assert.deepEqual(await answer(altered), altered.expect), assert.AssertionError);
});
