// SPDX-License-Identifier: AGPL-3.0-or-later
// What the page knows at a moment. It is gone when the page is closed: nothing is stored.

import type { Bytes } from "../bytes.ts";
import type { Report } from "../report.ts";
import type { LanguageCode } from "../texts/shape.ts";
import type { Given } from "./intake.ts";
import { NOTHING_TYPED, type Typed } from "./policy_form.ts";

export interface State {
  language: LanguageCode;
  given: Given | undefined;
  /** What is trusted, and the name to show for it. */
  trusted: { readonly name: string; readonly bytes: Bytes } | undefined;
  typed: Typed;
  typing: boolean;
  checking: boolean;
  report: Report | undefined;
  /** The policy cannot be read. */
  policyFault: string | undefined;
  /** The page itself failed. */
  bug: string | undefined;
  /** The browser did not hand over what was dropped. */
  dropFailed: boolean;
}

/** What the page can be told to do. */
export interface Actions {
  setLanguage(code: LanguageCode): void;
  takeFolder(files: readonly File[]): void;
  takeZip(file: File): void;
  takePolicy(file: File): void;
  takeTyped(typed: Typed): void;
  dropPolicy(): void;
}

export function freshState(language: LanguageCode): State {
  return {
    language,
    given: undefined,
    trusted: undefined,
    typed: { ...NOTHING_TYPED },
    typing: false,
    checking: false,
    report: undefined,
    policyFault: undefined,
    bug: undefined,
    dropFailed: false,
  };
}
