// The same letter with Freja in Chromium: a code that changes each second, then the app on the same device.
// BankID's journey is in journey.test.js.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { look, openChromium, scan } from "./chromium.js";
import { startDemo } from "./demo.js";
import { noticeLink, send, signInStaff, takeUp } from "./steps.js";

const SIGNE = { number: "18900102-9819", address: "signe.freja@example.test" };
const PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36";
const LETTER = { ...SIGNE, subject: "Beslut om färdtjänst", text: "Du får färdtjänst från den 1 januari." };

let demo, chromium, signe, phone;

before(async () => {
  demo = await startDemo(["--port", "0"]);
  chromium = await openChromium();
  [signe, phone] = [await chromium.person(), await chromium.person()];
  const bo = await chromium.person();
  await signInStaff(bo.page, demo, "Bo Exempel");
  await send(bo.page, LETTER);
  await bo.context.close();
});

after(async () => {
  await chromium?.close();
  await demo?.stop();
});

test("she chooses Freja: the QR changes every second, the phone approves", async () => {
  const { page } = signe;
  await page.goto(await noticeLink(page, demo, SIGNE.address));
  await look(page, "02-invitation-two-methods");
  const here = await page.getByRole("button", { name: /Freja på den här enheten/ }).count();
  assert.equal(here, 0, "no computer has the Freja app");
  await page.getByRole("button", { name: /Freja på en annan enhet/ }).click();
  const qr = page.locator("[data-kv-qr]");
  await qr.waitFor();
  await look(page, "03-freja-qr");
  assert.equal(await page.getByRole("button", { name: "Öppna Freja på den här enheten" }).count(), 0);
  const frames = new Set();
  for (let second = 0; second < 4; second += 1) {
    frames.add(await qr.getAttribute("src"));
    await page.waitForTimeout(1_100);
  }
  assert.ok(frames.size >= 3, `${frames.size} different frames in four seconds`);
  const code = await scan(qr);
  assert.match(code, /^https:\/\/app\.prod\.frejaeid\.com\/freja\?action=bindUserToTransaction&/);
  await takeUp(phone.page, demo, code, SIGNE.number);
  await approve(phone.page);
  await page.waitForURL(/\/message\//);
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), LETTER.subject);
});

test("on a phone, which has the app, the app leads back to the page", async () => {
  const { page, context } = await chromium.person({ userAgent: PHONE });
  await page.goto(demo.addresses.portal);
  await look(page, "01-start-phone");
  await page.getByRole("button", { name: /Freja på den här enheten/ }).click();
  const link = page.locator("a[href^='frejaeid:']");
  await link.waitFor();
  await look(page, "03-freja-this-device");
  const app = await context.newPage();
  await app.goto(`${demo.addresses.phone}?open=${encodeURIComponent(await link.getAttribute("href"))}`);
  await app.getByRole("button", { name: SIGNE.number }).click();
  await approve(app);
  await page.waitForTimeout(4_000);
  assert.ok(!/\/inbox/.test(page.url()), "asking alone never finishes it");
  await app.locator("#return").click();
  await app.waitForURL(/\/inbox/);
  await app.getByText(LETTER.subject).first().waitFor();
});

test("who says no on the phone is told so, and can try again", async () => {
  const { page, faults } = await chromium.person();
  await page.goto(demo.addresses.portal);
  await page.getByRole("button", { name: /Freja på en annan enhet/ }).click();
  const qr = page.locator("[data-kv-qr]");
  await qr.waitFor();
  await takeUp(phone.page, demo, await scan(qr), SIGNE.number);
  await phone.page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("heading", { name: "Du är inte inloggad" }).waitFor();
  await look(page, "09-freja-cancelled");
  await page.getByRole("button", { name: "Försök igen" }).click();
  await qr.waitFor();
  assert.deepEqual(faults.filter((fault) => fault.startsWith("https://granby.")), []);
});

test("no page of the portal had a fault in its console", () => {
  assert.deepEqual(signe.faults.filter((fault) => fault.startsWith("https://granby.")), []);
});

async function approve(page) {
  await page.getByRole("button", { name: "Identify with Freja" }).click();
  await page.getByText("You have identified yourself.").waitFor();
}
