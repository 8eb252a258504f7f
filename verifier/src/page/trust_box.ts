// SPDX-License-Identifier: AGPL-3.0-or-later
// Where a person says whom they trust: a policy file, or keys and fingerprints typed in.

import { LANGUAGES } from "../texts/languages.ts";
import type { Texts } from "../texts/shape.ts";
import { el, fill, on } from "./dom.ts";
import { picker } from "./picker.ts";
import type { Actions, State } from "./state.ts";

export function renderTrust(state: State, act: Actions): HTMLElement {
  const { page } = LANGUAGES[state.language].texts;
  const policy = picker({ id: "policy" }, ([file]) => act.takePolicy(file as File));
  const remove = on(el("button", { type: "button", class: "plain" }, page.removePolicy), "click", () =>
    act.dropPolicy(),
  );
  const chosen =
    state.trusted && el("p", { class: "chosen" }, fill(page.chosen, { name: state.trusted.name }), " ", remove);
  return el(
    "section",
    { class: "box trust", "aria-labelledby": "trust-title" },
    el("h2", { id: "trust-title" }, page.trust),
    el("p", {}, page.trustWhy),
    el("div", { class: "choices" }, policy, el("label", { for: "policy", class: "button" }, page.choosePolicy)),
    chosen,
    state.policyFault === undefined
      ? undefined
      : el("p", { class: "fault", role: "alert" }, fill(page.policyBad, { reason: state.policyFault })),
    renderTyped(state, page, act),
  );
}

function renderTyped(state: State, page: Texts["page"], act: Actions): HTMLElement {
  const { typed } = state;
  const root = field("typed-root", page.typedRoot, page.typedRootHint, 2, typed.root, (text) => (typed.root = text));
  const witnesses = field(
    "typed-witnesses",
    page.typedWitnesses,
    page.typedWitnessesHint,
    3,
    typed.witnesses,
    (text) => (typed.witnesses = text),
  );
  const quorum = el("input", {
    id: "typed-quorum",
    inputmode: "numeric",
    size: "4",
    value: typed.quorum,
    autocomplete: "off",
  });
  on(quorum, "input", () => (typed.quorum = quorum.value));
  const authorities = field(
    "typed-authorities",
    page.typedAuthorities,
    page.typedAuthoritiesHint,
    3,
    typed.authorities,
    (text) => (typed.authorities = text),
  );
  const use = el("button", { type: "submit", class: "button" }, page.typedUse);
  const form = el(
    "form",
    {},
    root,
    witnesses,
    el("div", { class: "field short" }, el("label", { for: "typed-quorum" }, page.typedQuorum), quorum),
    authorities,
    use,
  );
  on(form, "submit", (event) => {
    event.preventDefault();
    act.takeTyped({ ...typed });
  });
  const details = el("details", { class: "typed", open: state.typing }, el("summary", {}, page.typed), form);
  return on(details, "toggle", () => (state.typing = details.open));
}

function field(
  id: string,
  label: string,
  hint: string,
  rows: number,
  text: string,
  keep: (text: string) => void,
): HTMLElement {
  const area = el("textarea", {
    id,
    rows: String(rows),
    spellcheck: "false",
    autocomplete: "off",
    "aria-describedby": `${id}-hint`,
  });
  area.value = text;
  on(area, "input", () => keep(area.value));
  return el(
    "div",
    { class: "field" },
    el("label", { for: id }, label),
    el("p", { class: "hint", id: `${id}-hint` }, hint),
    area,
  );
}
