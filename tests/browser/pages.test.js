// Pages that the journeys do not come by, and one look at the other languages and at the dark: nothing for axe to find.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { look, openChromium, scan } from "./chromium.js";
import { startDemo } from "./demo.js";
import { signInResident, signInStaff, takeUp } from "./steps.js";

let demo, chromium;

before(async () => {
  demo = await startDemo(["--port", "0"]);
  chromium = await openChromium();
});

after(async () => {
  await chromium?.close();
  await demo?.stop();
});

test("a login that is declined, in the dark", async () => {
  const [astrid, phone] = [await chromium.person({ colorScheme: "dark" }), await chromium.person()];
  await astrid.page.goto(demo.addresses.portal);
  await look(astrid.page, "01-start-dark");
  await astrid.page.getByRole("button", { name: /annan enhet/ }).click();
  const qr = astrid.page.locator("[data-kv-qr]");
  await qr.waitFor();
  await takeUp(phone.page, demo, await scan(qr), "19990807-2391");
  await phone.page.getByRole("button", { name: "Cancel" }).click();
  await astrid.page.getByText("Inloggningen med BankID avbröts.").waitFor();
  await look(astrid.page, "03-failed-dark");
});

test("what does not exist, before and after logging in", async () => {
  const [ture, phone] = [await chromium.person(), await chromium.person()];
  const nowhere = new URL("/message/aaaaaaaaaaaaaaaaaaaaaaaaaa", demo.addresses.portal).href;
  await ture.page.goto(nowhere);
  await look(ture.page, "30-stranger");
  await ture.page.goto(demo.addresses.portal);
  await signInResident(ture.page, phone.page, demo, "18900101-9802");
  await ture.page.waitForURL(/\/(inbox|checks)/);
  assert.equal((await ture.page.goto(nowhere)).status(), 404);
  await look(ture.page, "30-not-found");
});

test("a caseworker answers, is told what is missing, and logs out", async () => {
  const { page } = await chromium.person();
  await signInStaff(page, demo, "Bo Exempel");
  const compose = page.getByRole("button", { name: "Skriv nytt meddelande" }).first();
  await compose.click();
  await page.getByLabel("Personnummer", { exact: false }).fill("19990807-2390");
  await page.locator("#band[data-color=danger]").waitFor();
  await look(page, "23-staff-compose-blocked");
  await page.goto(demo.addresses.staff);
  await page.locator("a[href*='/staff/thread/']").first().click();
  await page.getByRole("button", { name: "Svara" }).click();
  await look(page, "27-staff-reply");
  await page.getByRole("button", { name: "Logga ut" }).first().click();
  await page.waitForURL(/logged-out/);
  await look(page, "28-staff-logged-out");
});

test("Danish and English", async () => {
  const { page } = await chromium.person({ locale: "da-DK" });
  await page.goto(demo.addresses.havnby);
  await look(page, "01-start-da");
  await page.getByRole("button", { name: /Sprog/ }).click();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByText("Secure messages").first().waitFor();
  await look(page, "01-start-en");
});
