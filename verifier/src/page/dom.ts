// SPDX-License-Identifier: AGPL-3.0-or-later
// Making elements. Text is only ever set as text, so that nothing in a dossier can become part of the page.

export type Child = Node | string | undefined;

export interface Attributes {
  readonly [name: string]: string | boolean | undefined;
}

export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...inside: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (typeof value === "string") element.setAttribute(key, value);
  }
  element.append(...inside.filter((child) => child !== undefined));
  return element;
}

export function on<T extends HTMLElement>(element: T, event: string, act: (event: Event) => void): T {
  element.addEventListener(event, act);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of 24 by 24 in one stroke colour; it says nothing that the words beside it do not say. */
export function icon(path: string, className: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of [
    ["viewBox", "0 0 24 24"],
    ["class", className],
    ["aria-hidden", "true"],
    ["focusable", "false"],
  ]) {
    svg.setAttribute(key as string, value as string);
  }
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** Fill `{name}` in a sentence. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{([a-z]+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}
