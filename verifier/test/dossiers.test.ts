// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs every dossier vector through the page's code: its report must be the one that lies beside it, byte for byte.

import "./platform.ts";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Bytes } from "../src/bytes.ts";
import { parsePolicy } from "../src/policy.ts";
import { encodeReport } from "../src/report.ts";
import { verifyDossier } from "../src/verify.ts";

const FOLDER = join(process.cwd(), "..", "spec", "vectors", "dossier");
const POLICY = parsePolicy(new Uint8Array(readFileSync(join(FOLDER, "policy"))) as Bytes);

async function reportOf(zip: Blob, given: boolean): Promise<string> {
  return new TextDecoder().decode(encodeReport(await verifyDossier(zip, given ? POLICY : null)));
}

for (const kind of ["accept", "reject"]) {
  const names = readdirSync(join(FOLDER, kind)).filter((name) => name.endsWith(".zip"));
  for (const name of names) {
    for (const [given, ending] of [
      [false, "none"],
      [true, "policy"],
    ] as const) {
      test(`dossier/${kind}/${name} (${ending})`, async () => {
        const path = join(FOLDER, kind, name);
        const report = await reportOf(new Blob([readFileSync(path)]), given);
        assert.equal(report, readFileSync(path.replace(/zip$/, `${ending}.json`), "utf8"));
      });
    }
  }
}

test("a report other than the expected one fails", async () => {
  const folder = join(FOLDER, "accept");
  const zip = new Blob([readFileSync(join(folder, "a-small-dossier-holds.zip"))]);
  const other = readFileSync(join(folder, "a-small-dossier-holds.none.json"), "utf8");
  assert.notEqual(await reportOf(zip, true), other);
});
