// SPDX-License-Identifier: AGPL-3.0-or-later
// The page: takes a dossier and perhaps a policy, checks, shows. Everything happens in this tab; nothing is sent, stored
// or remembered. `window.sviedkaVerify` gives the same report to programs.

import type { Bytes } from "../bytes.ts";
import { decodeUtf8 } from "../bytes.ts";
import { Failure } from "../errors.ts";
import { type Policy, parsePolicy } from "../policy.ts";
import { encodeReport } from "../report.ts";
import { LANGUAGES, preferred } from "../texts/languages.ts";
import { verifyDossier } from "../verify.ts";
import { el, fill, on } from "./dom.ts";
import { showBytes } from "./facts.ts";
import { type Given, fromDrop, fromFolder, fromZip } from "./intake.ts";
import { NOTHING_TYPED, policyOf } from "./policy_form.ts";
import { renderResult } from "./result.ts";
import { type Actions, type State, freshState } from "./state.ts";
import { renderTrust } from "./trust_box.ts";
import { renderDossier, renderHeader, renderIntro, renderSelf } from "./view.ts";

declare global {
  interface Window {
    /** Judge a dossier; the report in its one spelling. Rejects when the policy cannot be read. */
    sviedkaVerify(source: ReadonlyMap<string, Blob> | Blob, policy: Uint8Array<ArrayBuffer> | null): Promise<string>;
  }
}

window.sviedkaVerify = async (source, policy) => {
  return decodeUtf8(encodeReport(await verifyDossier(source, policy === null ? null : parsePolicy(policy))));
};

const app = document.getElementById("app") as HTMLElement;
const state: State = freshState(preferred(navigator.languages));
let round = 0;

const actions: Actions = {
  setLanguage(code) {
    state.language = code;
    render();
    (app.querySelector(`.languages [lang="${code}"]`) as HTMLElement | null)?.focus();
  },
  takeFolder: (files) => take(fromFolder(files)),
  takeZip: (file) => take(fromZip(file)),
  takePolicy: async (file) => trust({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }),
  takeTyped(typed) {
    state.typed = typed;
    const bytes = policyOf(typed);
    trust({ name: LANGUAGES[state.language].texts.page.typed, bytes });
  },
  dropPolicy() {
    state.typed = { ...NOTHING_TYPED };
    trust(undefined);
  },
};

function take(given: Given): void {
  state.given = given;
  state.dropFailed = false;
  void check();
}

function trust(trusted: State["trusted"]): void {
  state.trusted = trusted;
  state.policyFault = undefined;
  void check();
}

/** Check whatever is there; called whenever it changes. Only the newest round may show its result. */
async function check(): Promise<void> {
  const mine = ++round;
  state.report = undefined;
  state.bug = undefined;
  const policy = readPolicy(state.trusted?.bytes);
  if (state.given === undefined || policy === undefined) {
    state.checking = false;
    render();
    return;
  }
  state.checking = true;
  render();
  try {
    const report = await verifyDossier(state.given.source, policy, progressOf(state.given));
    if (mine !== round) return;
    state.report = report;
  } catch (reason) {
    if (mine !== round) return;
    state.bug = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  }
  state.checking = false;
  render();
  document.getElementById("verdict")?.focus({ preventScroll: true });
  document.getElementById("result")?.scrollIntoView({ block: "start" });
}

/** Null without a policy; undefined goes with a fault to show. */
function readPolicy(bytes: Bytes | undefined): Policy | null | undefined {
  if (bytes === undefined) return null;
  try {
    return parsePolicy(bytes);
  } catch (reason) {
    if (!(reason instanceof Failure)) throw reason;
    state.policyFault = reason.message;
    return undefined;
  }
}

function progressOf(given: Given): (bytes: number) => void {
  const { source } = given;
  const total = source instanceof Blob ? source.size : [...source.values()].reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  return (bytes) => {
    done += bytes;
    const bar = document.getElementById("progress") as HTMLProgressElement | null;
    const label = document.getElementById("progress-label");
    const { page } = LANGUAGES[state.language].texts;
    if (bar !== null) bar.value = Math.min(1, done / Math.max(1, total));
    const reading = fill(page.checkingFiles, { done: showBytes(Math.min(done, total)), total: showBytes(total) });
    // Statements are checked once the files are read, which is not counted in bytes.
    if (label !== null) label.textContent = done < total ? reading : page.checking;
  };
}

function render(): void {
  const { texts } = LANGUAGES[state.language];
  document.documentElement.lang = state.language;
  document.title = `${texts.page.title} · Sviedka`;
  app.replaceChildren(
    renderHeader(state, actions),
    el(
      "main",
      {},
      renderIntro(texts),
      renderDossier(state, actions),
      renderTrust(state, actions),
      renderOutcome(),
      renderSelf(texts),
    ),
  );
}

function renderOutcome(): HTMLElement {
  const { texts } = LANGUAGES[state.language];
  const area = el("div", { id: "result", role: "status", "aria-live": "polite" });
  if (state.checking) {
    area.append(
      el(
        "div",
        { class: "busy" },
        el("p", { id: "progress-label" }, texts.page.checking),
        el("progress", { id: "progress", max: "1", value: "0", "aria-labelledby": "progress-label" }),
      ),
    );
  }
  if (state.bug !== undefined) area.append(el("p", { class: "fault" }, fill(texts.page.bug, { reason: state.bug })));
  if (state.report !== undefined)
    area.append(
      renderResult(state.report, texts, { given: state.given?.name ?? "", trusted: state.trusted?.name }),
      renderKeep(),
    );
  return area;
}

/** Keeping the report: as a file, or on paper. */
function renderKeep(): HTMLElement {
  const { page } = LANGUAGES[state.language].texts;
  const save = on(el("button", { type: "button", class: "button" }, page.save), "click", () => {
    if (state.report === undefined) return;
    const url = URL.createObjectURL(new Blob([encodeReport(state.report)], { type: "application/json" }));
    el("a", { href: url, download: "sviedka-report.json" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  });
  const print = on(el("button", { type: "button", class: "button" }, page.print), "click", () => window.print());
  return el("div", { class: "choices keep" }, save, print);
}

function listenForDrops(): void {
  const over = (event: DragEvent): void => {
    event.preventDefault();
    document.getElementById("drop")?.classList.toggle("over", event.type === "dragover");
  };
  for (const name of ["dragover", "dragleave", "drop"] as const) document.addEventListener(name, over);
  document.addEventListener("drop", async (event) => {
    const given = event.dataTransfer === null ? undefined : await fromDrop(event.dataTransfer).catch(() => undefined);
    if (given !== undefined) return take(given);
    state.dropFailed = true;
    render();
  });
}

listenForDrops();
render();
