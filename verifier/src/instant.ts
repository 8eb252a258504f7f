// SPDX-License-Identifier: AGPL-3.0-or-later
// Moments in text: UTC to the second, `2026-11-21T22:53:00Z`, one spelling each, so that they compare as text.

import { malformed } from "./errors.ts";

const INSTANT = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z$/;

/** Return `text` if it names a moment that the calendar has; years 0001 to 9999. */
export function parseInstant(text: unknown): string {
  const match = typeof text === "string" ? INSTANT.exec(text) : null;
  if (match === null) throw malformed("malformed.instant", "A moment is written YYYY-MM-DDTHH:MM:SSZ.");
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) {
    throw malformed("malformed.instant", "There is no such day or hour.");
  }
  return text as string;
}

/** Return `text` if it is a day, `YYYY-MM-DD`. */
export function parseDay(text: unknown): string {
  const match = typeof text === "string" ? /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) : null;
  if (match === null || !isDay(...(match.slice(1).map(Number) as [number, number, number]))) {
    throw malformed("malformed.instant", "A day is written YYYY-MM-DD.");
  }
  return text as string;
}

/** Unix milliseconds as a moment; parts of a second are cut off. */
export function formatInstant(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return year >= 1 && days !== undefined && day >= 1 && day <= days;
}
