// SPDX-License-Identifier: AGPL-3.0-or-later
// What a person trusts: a policy file, or keys and fingerprints that they type. Both become the same kind of file.

import { type Bytes, encodeUtf8 } from "../bytes.ts";

/** What was typed, as it stands in the form. */
export interface Typed {
  root: string;
  witnesses: string;
  quorum: string;
  authorities: string;
}

export const NOTHING_TYPED: Readonly<Typed> = { root: "", witnesses: "", quorum: "", authorities: "" };

/** The policy file that says the same as what was typed. Lines that make no sense are refused when it is read. */
export function policyOf(typed: Readonly<Typed>): Bytes {
  const witnesses = linesOf(typed.witnesses);
  const lines = witnesses.map((vkey, at) => `witness cosigner-${at + 1} ${vkey}`);
  if (witnesses.length > 0) {
    const wanted = typed.quorum.trim() === "" ? "all" : typed.quorum.trim();
    lines.push(`group typed ${wanted} ${witnesses.map((_, at) => `cosigner-${at + 1}`).join(" ")}`, "quorum typed");
  } else {
    lines.push("quorum none");
  }
  lines.push(...linesOf(typed.root).map((vkey) => `#sviedka root ${vkey}`));
  lines.push(...linesOf(typed.authorities).map(authorityLine));
  return encodeUtf8(lines.map((line) => `${line}\n`).join(""));
}

/** Fingerprints are often printed in capitals with colons. Without its kind an authority counts as internal: less. */
function authorityLine(line: string, at: number): string {
  const [printed = "", ...words] = line.split(/\s+/);
  const fingerprint = printed.replaceAll(":", "").toLowerCase();
  const kind = words[0]?.toLowerCase();
  const told = kind === "external" || kind === "internal";
  const name = (told ? words.slice(1) : words).join(" ");
  return `#sviedka tsa ${fingerprint} ${told ? kind : "internal"} ${name === "" ? `authority ${at + 1}` : name}`;
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
