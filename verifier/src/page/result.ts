// SPDX-License-Identifier: AGPL-3.0-or-later
// A report in words: the verdict, its five parts with reasons, what the dossier says of itself, and what is not proven.
// Verdict words stand in English, with the reader's own word beside them.

import type { FindingVerdict } from "../codes.ts";
import type { Finding, Part, Report } from "../report.ts";
import type { Texts } from "../texts/shape.ts";
import { type Child, el, fill, icon } from "./dom.ts";
import { factRows } from "./facts.ts";

const SHOWN_PLACES = 5;

/** Shapes as well as colours, so that nobody needs to see colours. */
const MARKS: Readonly<Record<FindingVerdict, string>> = {
  holds: "M4.5 12.5l5 5 10-11",
  unproven: "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18.2v.3",
  refuted: "M6 6l12 12M18 6L6 18",
  malformed: "M12 4.5L21 20H3zM12 10.5v4M12 17.2v.3",
  note: "M12 6.5v.3M12 10.5v7",
};

export function mark(verdict: FindingVerdict): SVGElement {
  return icon(MARKS[verdict], `mark ${verdict}`);
}

/** `names`: what was checked, and against what. */
export function renderResult(
  report: Report,
  texts: Texts,
  names: { given: string; trusted: string | undefined },
): HTMLElement {
  const { word, meaning } = texts.verdicts[report.verdict];
  const heading = el(
    "h2",
    { id: "verdict", tabindex: "-1", class: `verdict ${report.verdict}` },
    mark(report.verdict),
    el("span", { class: "english", lang: "en" }, report.verdict),
    word === report.verdict ? undefined : el("span", { class: "own" }, word),
  );
  const against =
    names.trusted === undefined ? texts.page.policyNone : fill(texts.page.policyGiven, { name: names.trusted });
  return el(
    "section",
    { class: `result ${report.verdict}`, "aria-labelledby": "verdict" },
    heading,
    el("p", { class: "meaning" }, meaning),
    existedLine(report, texts),
    el("p", { class: "against" }, `${names.given} · ${against}`),
    el("ol", { class: "parts" }, ...report.parts.map((part) => renderPart(part, texts))),
    el("p", { class: "aside" }, texts.page.whole),
    report.verdict === "holds" || report.verdict === "unproven" ? renderLimits(texts) : undefined,
    renderFacts(report, texts),
  );
}

/** The date that the stamps show stands beside the verdict: it is what people look for. */
function existedLine(report: Report, texts: Texts): Child {
  const time = report.facts.existed_by;
  if (time === null) return undefined;
  const whose = report.facts.existed_by_external === null ? ` (${texts.facts.internal})` : "";
  return el(
    "p",
    { class: "existed" },
    `${texts.facts.existed_by}: `,
    el("time", { datetime: time }, showTime(time)),
    whose,
  );
}

export function showTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

function renderPart(part: Part, texts: Texts): HTMLElement {
  const { name, question } = texts.parts[part.name];
  const verdict = el(
    "span",
    { class: `word ${part.verdict}` },
    mark(part.verdict),
    el("span", { lang: "en" }, part.verdict),
    texts.verdicts[part.verdict].word === part.verdict
      ? undefined
      : el("span", { class: "own" }, texts.verdicts[part.verdict].word),
  );
  return el(
    "li",
    { class: `part ${part.verdict}`, "data-part": part.name, "data-verdict": part.verdict },
    el("div", { class: "part-head" }, el("h3", {}, name), verdict),
    el("p", { class: "question" }, question),
    el("ul", { class: "findings" }, ...part.findings.map((finding) => renderFinding(finding, texts))),
  );
}

function renderFinding(finding: Finding, texts: Texts): HTMLElement {
  const sentence = fill(texts.findings[finding.code] ?? finding.code, { count: finding.count });
  return el(
    "li",
    { class: `finding ${finding.verdict}`, "data-code": finding.code },
    mark(finding.verdict),
    el("div", {}, el("span", {}, sentence), renderPlaces(finding, texts)),
  );
}

function renderPlaces(finding: Finding, texts: Texts): Child {
  if (finding.where.length === 0) return undefined;
  const shown = finding.where.slice(0, SHOWN_PLACES);
  const more = Math.max(finding.count, finding.where.length) - shown.length;
  return el(
    "details",
    { open: finding.where.length === 1 },
    el("summary", {}, texts.page.places),
    el("ul", { class: "places" }, ...shown.map((place) => el("li", {}, el("code", {}, place)))),
    more > 0 ? el("p", { class: "more" }, fill(texts.page.morePlaces, { count: more })) : undefined,
  );
}

function renderLimits(texts: Texts): HTMLElement {
  return el(
    "section",
    { class: "limits" },
    el("h3", {}, texts.page.limitsTitle),
    el("ul", {}, ...texts.limits.map((limit) => el("li", {}, limit))),
  );
}

function renderFacts(report: Report, texts: Texts): Child {
  const rows = factRows(report.facts, texts);
  if (rows.length === 0) return undefined;
  const items = rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  return el(
    "section",
    { class: "facts" },
    el("h3", {}, texts.page.factsTitle),
    report.facts.root_pinned ? undefined : el("p", { class: "aside" }, texts.page.notPinned),
    el("dl", {}, ...items),
  );
}
