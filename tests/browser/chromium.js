// Debian's Chromium, driven by Playwright, and what every page that a journey meets is held to.
// It looks for no page of its own.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import axe from "axe-core";
import { chromium } from "playwright-core";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

const EXECUTABLE = "/usr/bin/chromium";
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const WIDTHS = { wide: { width: 1280, height: 900 }, narrow: { width: 360, height: 780 } };

const wasm = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm) } });

/** One browser process; each person of a journey gets a context of their own. */
export async function openChromium() {
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: QUIET });
  return {
    /** A fresh person with a fresh browser. What the pages' consoles complain of is collected. */
    async person(options = {}) {
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        locale: "sv-SE",
        viewport: WIDTHS.wide,
        reducedMotion: "reduce",
        ...options,
      });
      const page = await context.newPage();
      const faults = [];
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("console", (message) => {
        const { url } = message.location();
        if (message.type() === "error") faults.push(`${url}: ${message.text()}`);
      });
      return { page, context, faults };
    },
    close: () => browser.close(),
  };
}

/** Nothing that axe can find is wrong at either width, nothing sticks out sideways; leaves a picture of each. */
export async function look(page, name) {
  const folder = process.env.KUVERT_SCREENSHOTS;
  for (const [width, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    if (folder) {
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}-${size.width}.png`), fullPage: true });
    }
    await page.evaluate(axe.source);
    const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const found = result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n  ")}`);
    assert.deepEqual(found, [], `axe on "${name}" (${width})`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0, `"${name}" (${width}) is wider than the window`);
  }
  await page.setViewportSize(WIDTHS.wide);
}

/** Reads a QR as a camera does: from its picture on the screen. */
export async function scan(element) {
  const [code] = await readBarcodes(await element.screenshot(), { formats: ["QRCode"] });
  assert.ok(code, "a QR can be read from the screen");
  return code.text;
}
