// A mail filter with a real browser on the link: it fetches, runs every script, presses what it finds, twenty times.
// What it may not do is change anything: nothing is opened, and the link still opens for its person.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openChromium } from "./chromium.js";
import { startDemo } from "./demo.js";
import { noticeLink, send, signInResident, signInStaff } from "./steps.js";

const ASTRID = { number: "19990807-2391", address: "astrid.scanner@example.test" };
const VISITS = 20;

let demo, chromium, bo, link;

before(async () => {
  demo = await startDemo(["--port", "0"]);
  chromium = await openChromium();
  bo = await chromium.person();
  await signInStaff(bo.page, demo, "Bo Exempel");
  await send(bo.page, { ...ASTRID, subject: "Brev med filter", text: "Bara för dig." });
  const reader = await chromium.person();
  link = await noticeLink(reader.page, demo, ASTRID.address);
  await reader.context.close();
});

after(async () => {
  await chromium?.close();
  await demo?.stop();
});

test("twenty visits of a filter that runs scripts and presses buttons open nothing", async () => {
  for (let visit = 0; visit < VISITS; visit += 1) {
    const filter = await chromium.person();
    await filter.page.goto(link, { waitUntil: "networkidle" });
    const buttons = filter.page.getByRole("main").getByRole("button");
    await buttons.nth(visit % (await buttons.count())).click();
    await filter.page.waitForLoadState();
    await filter.context.close();
  }
  await bo.page.reload();
  const thread = await bo.page.getByRole("main").innerText();
  assert.ok(thread.includes("Inte öppnat än") && !thread.includes("Öppnat "), thread);
});

test("after them the link opens for its person, on the first visit", async () => {
  const [astrid, phone] = [await chromium.person(), await chromium.person()];
  await astrid.page.goto(link);
  await signInResident(astrid.page, phone.page, demo, ASTRID.number);
  await astrid.page.waitForURL(/\/message\//);
  await astrid.page.getByText("Bara för dig.").waitFor();
});
