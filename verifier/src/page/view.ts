// SPDX-License-Identifier: AGPL-3.0-or-later
// The page's own parts: language, dossier, and what the page cannot say of itself. Each is made from the state.

import type { Texts } from "../texts/shape.ts";
import { LANGUAGES } from "../texts/languages.ts";
import type { LanguageCode } from "../texts/shape.ts";
import { el, fill, icon, on } from "./dom.ts";
import { showBytes } from "./facts.ts";
import type { Given } from "./intake.ts";
import { picker } from "./picker.ts";
import type { Actions, State } from "./state.ts";

const SEAL =
  "M12 2.8l2.3 1.7 2.8-.3 1.1 2.6 2.5 1.3-.4 2.8 1.4 2.4-1.8 2.2.1 2.8-2.7.9-1.5 2.4-2.8-.6-2.6 1.1-2-2-2.8-.2-.6-2.8-2.2-1.7.9-2.7-1-2.6 2.2-1.8.3-2.8 2.8-.4 1.7-2.2z";
const FOLDER = "M3.5 6.5h6l2 2.5h9v9.5h-17z";

export function renderHeader(state: State, act: Actions): HTMLElement {
  const { page } = LANGUAGES[state.language].texts;
  const choices = Object.entries(LANGUAGES).map(([code, language]) => {
    const chosen = code === state.language;
    const button = el("button", { type: "button", lang: code, "aria-pressed": String(chosen) }, language.name);
    return on(button, "click", () => act.setLanguage(code as LanguageCode));
  });
  return el(
    "header",
    { class: "top" },
    el("p", { class: "brand" }, icon(SEAL, "seal"), el("span", { lang: "be-Latn" }, "Sviedka")),
    el("nav", { "aria-label": page.language, class: "languages" }, ...choices),
  );
}

export function renderIntro(texts: Texts): HTMLElement {
  const { page } = texts;
  return el(
    "div",
    { class: "intro" },
    el("h1", {}, page.title),
    el("p", { class: "lead" }, page.lead),
    el("p", { class: "offline" }, page.offline),
  );
}

export function renderDossier(state: State, act: Actions): HTMLElement {
  const { page } = LANGUAGES[state.language].texts;
  const folder = picker({ id: "folder", webkitdirectory: true, multiple: true }, (files) => act.takeFolder(files));
  const zip = picker({ id: "zip", accept: ".zip,application/zip" }, ([file]) => act.takeZip(file as File));
  return el(
    "section",
    { class: "box drop", id: "drop", "aria-labelledby": "dossier-title" },
    el("h2", { id: "dossier-title" }, page.dossier),
    el("p", { class: "drop-here" }, icon(FOLDER, "folder"), page.drop),
    el("p", { class: "or" }, page.dropHint),
    el(
      "div",
      { class: "choices" },
      folder,
      el("label", { for: "folder", class: "button main" }, page.chooseFolder),
      zip,
      el("label", { for: "zip", class: "button" }, page.chooseZip),
    ),
    el("p", { class: "hint" }, page.uploading),
    state.given === undefined ? undefined : el("p", { class: "chosen", id: "chosen" }, describe(state.given, page)),
    state.dropFailed ? el("p", { class: "fault", role: "alert" }, page.dropFailed) : undefined,
  );
}

function describe(given: Given, page: Texts["page"]): string {
  const { name, source } = given;
  const files = source instanceof Blob ? "" : ` · ${fill(page.files, { count: source.size })}`;
  const bytes = source instanceof Blob ? source.size : [...source.values()].reduce((sum, file) => sum + file.size, 0);
  return `${fill(page.chosen, { name })}${files} · ${showBytes(bytes)}`;
}

const COMMANDS: readonly (readonly [string, string])[] = [
  ["Windows", "certutil -hashfile verify.html SHA256"],
  ["macOS", "shasum -a 256 verify.html"],
  ["Linux", "sha256sum verify.html"],
];

export function renderSelf(texts: Texts): HTMLElement {
  const { page } = texts;
  const rows = COMMANDS.flatMap(([system, command]) => [
    el("dt", { lang: "en" }, system),
    el("dd", {}, el("code", { lang: "en" }, command)),
  ]);
  return el(
    "section",
    { class: "self", "aria-labelledby": "self-title" },
    el("h2", { id: "self-title" }, page.self),
    el("p", {}, page.selfWhy),
    el("p", {}, page.selfHow),
    el("dl", { class: "commands" }, ...rows),
  );
}
