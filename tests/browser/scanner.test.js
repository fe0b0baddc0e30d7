// A mail filter with a real browser on the link: it fetches, runs every script, presses what it finds.
// What it must not do is change anything; that the letter still opens is the Rust story's part.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openChromium } from "./chromium.js";
import { startDemo } from "./demo.js";

let demo, chromium;

before(async () => {
  demo = await startDemo(["--port", "0"]);
  chromium = await openChromium();
});

after(async () => {
  await chromium?.close();
  await demo?.stop();
});

test("twenty visits of a filter that runs scripts and presses buttons change nothing", async () => {
  const reader = await chromium.person();
  await reader.page.goto(demo.addresses.mail);
  await reader.page.locator("a[href*='mail']").first().click();
  const link = await reader.page.locator("a[href*='/m/']").first().getAttribute("href");
  const first = await bytesOf(reader.page, link);
  for (let visit = 0; visit < 20; visit += 1) {
    const filter = await chromium.person();
    await filter.page.goto(link, { waitUntil: "networkidle" });
    const buttons = filter.page.getByRole("main").getByRole("button");
    await buttons.nth(visit % (await buttons.count())).click();
    await filter.page.waitForLoadState();
    await filter.context.close();
  }
  const last = await bytesOf(reader.page, link);
  assert.ok(first.equals(last), "the link's page is the same");
});

async function bytesOf(page, link) {
  const response = await page.goto(link);
  return response.body();
}
