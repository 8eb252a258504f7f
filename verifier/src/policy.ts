// SPDX-License-Identifier: AGPL-3.0-or-later
// Policies: what a verifier trusts. C2SP tlog-policy and two lines of ours that other programs take for comments,
// `#sviedka root <vkey>` and `#sviedka tsa <sha256> external|internal <name>`. A line that is not understood is refused.
// Python twins: core/seal/policy.py, policy_terms.py. Spec: spec/04-log.md section 6.

import { type Bytes, decodeUtf8, toHex } from "./bytes.ts";
import { readOr } from "./canonical.ts";
import { Failure, malformed, tooLarge } from "./errors.ts";
import { COSIGNATURE_V1, ED25519, type VerifierKey, parseVkey } from "./note_key.ts";

const MAX_BYTES = 65_536;
const OURS = "#sviedka";

export interface PinnedAuthority {
  /** SHA-256 of the root certificate's DER, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly kind: "external" | "internal";
  readonly name: string;
}

interface Log {
  readonly key: VerifierKey;
  readonly url: string | null;
}

interface Witness {
  readonly name: string;
  readonly key: VerifierKey;
  readonly url: string | null;
}

interface Group {
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly string[];
}

export interface Policy {
  readonly logs: readonly Log[];
  readonly witnesses: readonly Witness[];
  readonly groups: readonly Group[];
  /** Name of the witness or group that must have cosigned; null asks for nobody. */
  readonly quorum: string | null;
  readonly roots: readonly VerifierKey[];
  readonly authorities: readonly PinnedAuthority[];
}

/** Read a policy file: UTF-8, at most 64 KiB, every line ended by a line feed. The error names the line. */
export function parsePolicy(data: Bytes): Policy {
  if (data.length > MAX_BYTES) throw tooLarge("A policy has at most 65536 bytes.");
  const whole = readOr(() => decodeUtf8(data));
  if (whole === undefined) throw badPolicy("A policy is UTF-8 text; this is not.");
  if (whole !== "" && !whole.endsWith("\n")) throw badPolicy("The last line of a policy ends with a line feed.");
  const reading = new Reading();
  const lines = whole === "" ? [] : whole.slice(0, -1).split("\n");
  lines.forEach((line, at) => {
    try {
      reading.take(line);
    } catch (reason) {
      if (!(reason instanceof Failure)) throw reason;
      throw malformed("malformed.policy", `Line ${at + 1}: ${reason.message}`, { line: at + 1 });
    }
  });
  return reading.policy();
}

/** Tell whether the cosigners whose keys are in `cosigned` (verified by the caller) are the quorum. */
export function quorumMet(policy: Policy, cosigned: readonly VerifierKey[]): boolean {
  if (policy.quorum === null) return true;
  const keys = new Set(cosigned.map((key) => toHex(key.publicKey)));
  const reached = new Set(policy.witnesses.filter((one) => keys.has(toHex(one.key.publicKey))).map((one) => one.name));
  for (const group of policy.groups) {
    if (group.members.filter((member) => reached.has(member)).length >= group.threshold) reached.add(group.name);
  }
  return reached.has(policy.quorum);
}

/** What has been read so far; each method takes the words of one line, or throws. */
class Reading {
  private readonly logs: Log[] = [];
  private readonly witnesses: Witness[] = [];
  private readonly groups: Group[] = [];
  private readonly quorum: (string | null)[] = [];
  private readonly roots: VerifierKey[] = [];
  private readonly authorities: PinnedAuthority[] = [];
  private readonly names = new Set<string>();
  private readonly members = new Set<string>();
  private readonly publicKeys = new Set<string>();

  take(line: string): void {
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)) throw badPolicy("A control character other than a tab.");
    const words = line.split(/[ \t]+/).filter((word) => word !== "");
    const first = words[0];
    if (first === undefined || (first.startsWith("#") && !first.startsWith(OURS))) return;
    const [, second = "", third = "", ...rest] = words;
    if (first === "log" && (words.length === 2 || words.length === 3)) this.log(second, words[2]);
    else if (first === "witness" && (words.length === 3 || words.length === 4)) this.witness(second, third, words[3]);
    else if (first === "group" && words.length >= 4) this.group(second, third, rest);
    else if (first === "quorum" && words.length === 2) this.setQuorum(second);
    else if (first === OURS && second === "root" && words.length === 3) this.root(third);
    else if (first === OURS && second === "tsa" && words.length >= 5) this.authority(third, rest);
    else throw badPolicy("This is no line of a policy, or has too few or too many words.");
  }

  policy(): Policy {
    const quorum = this.quorum[0];
    if (quorum === undefined) throw badPolicy("A policy has exactly one quorum line; this one has none.");
    const { logs, witnesses, groups, roots, authorities } = this;
    return { logs, witnesses, groups, quorum, roots, authorities };
  }

  private define(name: string): void {
    if (name === "none" || this.names.has(name)) throw badPolicy(`The name ${name} is taken already.`);
    this.names.add(name);
  }

  private key(vkey: string, keyType: number): VerifierKey {
    const key = parseVkey(vkey);
    if (key.keyType !== keyType) throw badPolicy("A key of this type has no place in this line.");
    const publicKey = toHex(key.publicKey);
    // A log that is its own cosigner, or one cosigner under two names, would count twice.
    if (this.publicKeys.has(publicKey)) throw badPolicy("This public key stands in the policy already.");
    this.publicKeys.add(publicKey);
    return key;
  }

  private log(vkey: string, url: string | undefined): void {
    this.logs.push({ key: this.key(vkey, ED25519), url: url ?? null });
  }

  private witness(name: string, vkey: string, url: string | undefined): void {
    this.define(name);
    this.witnesses.push({ name, key: this.key(vkey, COSIGNATURE_V1), url: url ?? null });
  }

  private group(name: string, threshold: string, members: readonly string[]): void {
    for (const member of members) {
      if (!this.names.has(member)) throw badPolicy(`The name ${member} is not defined above this line.`);
      if (this.members.has(member)) throw badPolicy(`The name ${member} is in a group already.`);
      this.members.add(member);
    }
    this.define(name);
    const number = /^[1-9][0-9]{0,4}$/.test(threshold) ? Number(threshold) : 0;
    const least = threshold === "any" ? 1 : threshold === "all" ? members.length : number;
    if (least < 1 || least > members.length) throw badPolicy(`A group asks for any, all, or 1 to ${members.length}.`);
    this.groups.push({ name, threshold: least, members });
  }

  private setQuorum(name: string): void {
    if (this.quorum.length > 0) throw badPolicy("A second quorum line.");
    if (name !== "none" && !this.names.has(name)) throw badPolicy(`The name ${name} is not defined above this line.`);
    this.quorum.push(name === "none" ? null : name);
  }

  private root(vkey: string): void {
    const key = this.key(vkey, ED25519);
    if (!key.name.endsWith("/root")) throw badPolicy("The name of an archive's root key ends with /root.");
    this.roots.push(key);
  }

  private authority(sha256: string, rest: readonly string[]): void {
    const [kind, ...words] = rest;
    const name = words.join(" ");
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw badPolicy("A time authority is named by 64 hexadecimal digits.");
    if (kind !== "external" && kind !== "internal") throw badPolicy("A time authority is external or internal.");
    if (this.authorities.some((pin) => pin.sha256 === sha256 || pin.name === name)) {
      throw badPolicy("This time authority, or its name, stands in the policy already.");
    }
    this.authorities.push({ sha256, kind, name });
  }
}

function badPolicy(message: string): Failure {
  return malformed("malformed.policy", message);
}
