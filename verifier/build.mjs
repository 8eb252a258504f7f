// SPDX-License-Identifier: AGPL-3.0-or-later
// Builds verify.html: one file, with a policy that lets it load and send nothing. The same sources give the same bytes:
// versions are pinned, nothing here reads a clock, and esbuild's output does not depend on the machine.
// With --test it bundles the vector runner into build/ instead.

import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const PAGE = join(HERE, "..", "src", "sviedka", "verify", "page", "verify.html");
const TARGETS = ["es2022", "chrome105", "firefox115", "safari16.4"];

const hash = (text) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

async function bundle() {
  const result = await build({
    absWorkingDir: HERE,
    entryPoints: ["src/page/main.ts"],
    bundle: true,
    minify: true,
    format: "iife",
    charset: "utf8",
    legalComments: "none",
    target: TARGETS,
    write: false,
  });
  const script = result.outputFiles[0].text.trim();
  // Inside an inline script these would end it, or change how the browser reads it.
  if (/<\/script|<!--/i.test(script)) throw new Error("the script holds text that would end it inside a page");
  return script;
}

async function style() {
  const source = await readFile(join(HERE, "src/page/style.css"), "utf8");
  return (await transform(source, { loader: "css", minify: true, charset: "utf8", target: TARGETS })).code.trim();
}

async function page(out) {
  const [script, css, template, manifest] = await Promise.all([
    bundle(),
    style(),
    readFile(join(HERE, "src/page/template.html"), "utf8"),
    readFile(join(HERE, "package.json"), "utf8"),
  ]);
  const csp = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(css)}`,
    "connect-src 'none'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
  const parts = { CSP: csp, VERSION: JSON.parse(manifest).version, STYLE: css, SCRIPT: script };
  const html = template.replace(/%(CSP|VERSION|STYLE|SCRIPT)%/g, (_, name) => parts[name]);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, html);
  console.log(`${out}: ${Buffer.byteLength(html)} bytes, sha256 ${createHash("sha256").update(html).digest("hex")}`);
}

async function tests() {
  await build({
    absWorkingDir: HERE,
    entryPoints: ["vectors", "statements", "dossiers", "ed25519"].map((name) => `test/${name}.test.ts`),
    outdir: "build",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    logLevel: "warning",
  });
}

const outAt = process.argv.indexOf("--out");
if (process.argv.includes("--test")) await tests();
else await page(outAt < 0 ? PAGE : process.argv[outAt + 1]);
