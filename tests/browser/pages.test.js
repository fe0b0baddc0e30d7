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
  await astrid.page.getByRole("button", { name: /BankID på en annan enhet/ }).click();
  const qr = astrid.page.locator("[data-kv-qr]");
  await qr.waitFor();
  await takeUp(phone.page, demo, await scan(qr), "19990807-2391");
  await phone.page.getByRole("button", { name: "Cancel" }).click();
  await astrid.page.getByText("Du avbröt i BankID-appen.").waitFor();
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

test("a draft says what is missing, and goes only after a question", async () => {
  const [astrid, phone] = [await chromium.person(), await chromium.person()];
  const { page } = astrid;
  await page.goto(demo.addresses.portal);
  await signInResident(page, phone.page, demo, "19990807-2391");
  await page.waitForURL(/\/inbox/);
  await page.locator("a[href^='/message/']").first().click();
  await page.getByRole("button", { name: "Svara" }).click();
  await page.getByRole("button", { name: "Skicka", exact: true }).click();
  await page.locator("#faults").waitFor();
  await look(page, "07-reply-faults");
  const asked = page.getByRole("dialog");
  await page.getByRole("button", { name: "Ta bort utkast" }).click();
  await asked.waitFor();
  await look(page, "07-reply-delete");
  await asked.getByRole("button", { name: "Behåll utkastet" }).click();
  await asked.waitFor({ state: "hidden" });
  await page.goto(new URL("/drafts", page.url()).href);
  await page.getByRole("button", { name: /^Ta bort utkastet/ }).first().click();
  await look(page, "08-drafts-delete");
  const before = await page.locator("a[href^='/draft/']").count();
  await asked.getByRole("button", { name: "Ta bort utkast" }).click();
  await page.waitForFunction((count) => document.querySelectorAll("a[href^='/draft/']").length < count, before);
});

test("two minutes before a session ends somebody asks", async () => {
  const [ture, phone] = [await chromium.person(), await chromium.person()];
  const { page } = ture;
  await page.goto(demo.addresses.portal);
  await signInResident(page, phone.page, demo, "18900101-9802");
  await page.waitForURL(/\/(inbox|checks)/);
  await page.clock.install();
  await page.goto(new URL("/inbox", page.url()).href);
  await page.clock.fastForward("13:05");
  const asked = page.getByRole("dialog", { name: "Vill du fortsätta vara inloggad?" });
  await asked.waitFor();
  await look(page, "09-idle");
  await asked.getByRole("button", { name: "Ja, fortsätt" }).click();
  await asked.waitFor({ state: "hidden" });
});

test("a form of a page that is not current any longer sends nothing", async () => {
  const { page } = await chromium.person();
  await signInStaff(page, demo, "Bo Exempel");
  await page.evaluate(() => document.querySelectorAll("[name=csrf]").forEach((field) => { field.value = "old"; }));
  await page.getByRole("button", { name: "Skriv nytt meddelande" }).first().click();
  await page.getByRole("heading", { name: "Sidan är inte aktuell längre" }).waitFor();
  await look(page, "31-stale");
});

// The last one: it uses up what this machine's address may begin.
test("too many logins at once are told to wait", async () => {
  const { page } = await chromium.person();
  await page.goto(demo.addresses.portal);
  const last = await page.evaluate(async () => {
    const press = () => fetch("/login", { method: "POST", body: new URLSearchParams({ login: "nothing/this" }) });
    const answers = await Promise.all(Array.from({ length: 80 }, press));
    return Math.max(...answers.map((answer) => answer.status));
  });
  assert.equal(last, 429);
  await page.getByRole("button", { name: /BankID/ }).first().click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await look(page, "32-too-many");
});
