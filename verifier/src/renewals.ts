// SPDX-License-Identifier: AGPL-3.0-or-later
// A stamp and its renewals, oldest first. A dossier holds first stamps only; this is for the vectors and for whoever reuses
// these modules. Python twin: core/seal/stamp.py. Spec: spec/05-time.md.

import { type Bytes, concatBytes } from "./bytes.ts";
import { sha256 } from "./digest.ts";
import { malformed, refuted } from "./errors.ts";
import type { PinnedAuthority } from "./policy.ts";
import { type Stamp, type StampFinding, verifyStamp } from "./stamp.ts";

/** Check each stamp over the frozen checkpoint and every earlier token; each must come before the one before it ends. */
export async function verifyRenewals(
  frozen: Bytes,
  stamps: readonly Stamp[],
  authorities: readonly PinnedAuthority[],
): Promise<StampFinding[]> {
  if (stamps.length === 0) throw malformed("malformed.stamp", "There is no stamp to check.");
  const findings: StampFinding[] = [];
  for (const [at, stamp] of stamps.entries()) {
    const digest = sha256(concatBytes(frozen, ...stamps.slice(0, at).map((earlier) => earlier.token)));
    const finding = await verifyStamp(stamp, digest, authorities);
    const before = findings.at(-1);
    if (before !== undefined && (finding.time < before.time || finding.time >= before.signerUntil)) {
      throw refuted("refuted.stamp", "A stamp was renewed after the certificate of the one before it had ended.");
    }
    findings.push(finding);
  }
  return findings;
}
