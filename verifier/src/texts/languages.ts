// SPDX-License-Identifier: AGPL-3.0-or-later
import { be } from "./be.ts";
import { en } from "./en.ts";
import { ru } from "./ru.ts";
import type { LanguageCode, Texts } from "./shape.ts";

export const LANGUAGES: Readonly<Record<LanguageCode, { readonly name: string; readonly texts: Texts }>> = {
  en: { name: "English", texts: en },
  be: { name: "Беларуская", texts: be },
  ru: { name: "Русский", texts: ru },
};

/** The first of the person's languages that is at hand; else English. */
export function preferred(wanted: readonly string[]): LanguageCode {
  const codes = wanted.map((tag) => tag.slice(0, 2).toLowerCase());
  return (codes.find((code) => Object.hasOwn(LANGUAGES, code)) as LanguageCode | undefined) ?? "en";
}
