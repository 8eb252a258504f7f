// SPDX-License-Identifier: AGPL-3.0-or-later
import { type Attributes, el, on } from "./dom.ts";

/** A way to choose files. Browsers disagree on whether Enter opens it; here it does. */
export function picker(attributes: Attributes, take: (files: readonly File[]) => void): HTMLInputElement {
  const input = el("input", { type: "file", class: "picker", ...attributes });
  on(input, "keydown", (event) => {
    if ((event as KeyboardEvent).key !== "Enter") return;
    event.preventDefault();
    input.click();
  });
  return on(input, "change", () => {
    if (input.files !== null && input.files.length > 0) take([...input.files]);
  });
}
