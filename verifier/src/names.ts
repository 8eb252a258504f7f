// SPDX-License-Identifier: AGPL-3.0-or-later
// Identifiers and names by their shape: ids, origins, archives, age recipients. Python twin: core/base/ids.py.

import { malformed } from "./errors.ts";

const ORIGIN = /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?\/[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
const ARCHIVE = /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/;
const RECIPIENT = /^age1[023456789acdefghjklmnpqrstuvwxyz]{58}$/;

/** 128 random bits as 32 lower-case hexadecimal digits. */
export function isId(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
}

export function isOrigin(value: unknown): value is string {
  return typeof value === "string" && ORIGIN.test(value);
}

export function isArchive(value: string): boolean {
  return ARCHIVE.test(value);
}

export function isRecipient(value: unknown): value is string {
  return typeof value === "string" && RECIPIENT.test(value);
}

/** The archive's part of an origin `<archive>/<desk>`. */
export function archiveOf(origin: string): string {
  if (!isOrigin(origin)) throw malformed("malformed", "A desk's origin is written archive/desk.");
  return origin.slice(0, origin.indexOf("/"));
}
