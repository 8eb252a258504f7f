// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs every statement vector through the page's code: read, verify, say what it says.

import "./platform.ts";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fromHex } from "../src/bytes.ts";
import { Failure, refuted, unproven } from "../src/errors.ts";
import { readDisclosures } from "../src/statement.ts";
import { isWrittenBy } from "../src/statement_common.ts";
import { isSignedHead, parseJwt } from "../src/statement_head.ts";

const FOLDER = join(process.cwd(), "..", "spec", "vectors", "statement");

interface Vector {
  readonly statement: string;
  readonly disclosures: readonly string[];
  readonly key: string;
  readonly author_key: string | null;
  readonly expect: unknown;
}

async function outcome(vector: Vector): Promise<unknown> {
  try {
    const head = parseJwt(vector.statement);
    if (!(await isSignedHead(head, fromHex(vector.key)))) throw refuted("refuted.statement-signature", "Not signed.");
    const statement = readDisclosures(head, vector.disclosures);
    const { author } = statement;
    if (vector.author_key !== null) {
      if (author === undefined) throw unproven("unproven.author-withheld", "Not shown.");
      const written = await isWrittenBy(head, author, fromHex(vector.author_key));
      if (!written) throw refuted("refuted.author-signature", "Not theirs.");
    }
    const says = {
      type: statement.type ?? null,
      subject: statement.subject ?? null,
      heads: statement.heads ?? null,
      at: statement.at ?? null,
      case: statement.case ?? null,
      author: author?.by ?? null,
      fields: Object.fromEntries(statement.fields),
      positions: Object.fromEntries(statement.positions),
      withheld: statement.withheld,
    };
    return { verdict: "holds", code: null, says: JSON.parse(JSON.stringify(says)) };
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason;
    return { verdict: reason.verdict, code: reason.code, says: null };
  }
}

for (const kind of ["accept", "reject"]) {
  for (const name of readdirSync(join(FOLDER, kind))) {
    test(`statement/${kind}/${name}`, async () => {
      const vector = JSON.parse(readFileSync(join(FOLDER, kind, name), "utf8")) as Vector;
      assert.deepEqual(await outcome(vector), vector.expect);
    });
  }
}
