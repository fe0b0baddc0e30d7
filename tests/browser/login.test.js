// The login page in Chromium: both tabs of a login on the same device, another browser, leaving and coming back, and all of
// it by the keyboard. The letter's own journey is in journey.test.js.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { look, openChromium, scan } from "./chromium.js";
import { startDemo } from "./demo.js";
import { approve, takeUp } from "./steps.js";

const TURE = "18900101-9802";
const HERE = /^BankID på den här enheten/, ELSEWHERE = /^BankID på en annan enhet/;

let demo, chromium;

before(async () => {
  demo = await startDemo(["--port", "0"]);
  chromium = await openChromium();
});

after(async () => {
  await chromium?.close();
  await demo?.stop();
});

/** Opens the app by the link on a page and approves there; gives the app's page, which has the way back. */
async function approveInTheApp(context, page) {
  const link = page.locator("[data-kv-app]");
  await link.waitFor();
  const token = new URL(await link.getAttribute("href")).searchParams.get("autostarttoken");
  const app = await context.newPage();
  await app.goto(`${demo.addresses.phone}?autostarttoken=${token}`);
  await app.getByRole("button", { name: TURE }).click();
  await approve(app);
  return app;
}

test("the tab that waited and the tab that came back both get in, and the way is remembered", async () => {
  const { page, context, faults } = await chromium.person();
  await page.goto(demo.addresses.portal);
  await page.getByRole("button", { name: HERE }).click();
  await page.getByRole("heading", { name: "Logga in med BankID" }).waitFor();
  await look(page, "03-bankid-here");
  const app = await approveInTheApp(context, page);
  await page.getByText("Vänta här tills appen skickar dig tillbaka").waitFor();
  await look(page, "03-bankid-return");
  await app.locator("#return").click();
  await app.waitForURL(/\/(inbox|checks)/);
  await page.waitForURL(/\/(inbox|checks)/);
  assert.equal(new URL(page.url()).pathname, new URL(app.url()).pathname);

  await page.getByRole("button", { name: "Logga ut" }).first().click();
  await page.waitForURL(/logged-out/);
  await page.goto(demo.addresses.portal);
  const first = page.locator("button[name=login]").first();
  assert.match(await first.innerText(), /den här enheten[\s\S]*Du använde det senast/);
  await look(page, "01-start-remembered");
  assert.deepEqual(faults.filter((fault) => fault.startsWith(demo.addresses.portal)), []);
});

test("the way back in another browser lets nobody in, neither there nor where the login began", async () => {
  const [mallory, victim] = [await chromium.person(), await chromium.person()];
  await mallory.page.goto(demo.addresses.portal);
  await mallory.page.getByRole("button", { name: HERE }).click();
  const app = await approveInTheApp(victim.context, mallory.page);
  await app.locator("#return").click();
  await app.getByText("har någon annan försökt logga in som du").waitFor();
  await look(app, "03-elsewhere");
  await mallory.page.getByText("Inloggningen stoppades av säkerhetsskäl").waitFor();
  assert.match(mallory.page.url(), /\/login$/);
  await Promise.all([mallory, victim].map(({ context }) => context.close()));
});

test("leaving the page of a code ends its order, and coming back gives a new one", async () => {
  const [{ page }, phone] = [await chromium.person(), await chromium.person()];
  await page.goto(demo.addresses.portal);
  await page.getByRole("button", { name: ELSEWHERE }).click();
  const qr = page.locator("[data-kv-qr]");
  await qr.waitFor();
  const before = await scan(qr);
  const mark = await page.locator("[data-kv-leave]").getAttribute("data-mark");
  await page.reload();
  // The word that the page was left may come after the page that is loaded anew: then that one learns of it.
  await page.locator(`[data-kv-leave]:not([data-mark="${mark}"])`).waitFor();
  await qr.waitFor();
  const after = await scan(qr);
  assert.notEqual(before.split(".")[1], after.split(".")[1], "another order");
  await takeUp(phone.page, demo, after, TURE);
  await page.locator("[data-kv-taken]").waitFor();
  assert.ok(await qr.isHidden(), "a code that was read is gone");
  await look(page, "03-bankid-taken");
  await approve(phone.page);
  await page.waitForURL(/\/(inbox|checks)/);
});

test("a provider that falls silent is spoken of, and the login goes on when it answers again", async () => {
  const [{ page }, phone] = [await chromium.person(), await chromium.person()];
  await page.goto(demo.addresses.portal);
  await page.getByRole("button", { name: ELSEWHERE }).click();
  const qr = page.locator("[data-kv-qr]");
  await qr.waitFor();
  const silent = page.getByText("BankID svarar inte just nu");
  assert.ok(await silent.isHidden());
  // What the appliance answers then; that it does is told in tests/stories/outage.rs.
  const answer = { state: "waiting", qr: null, app_link: null, message: null, silent: true, seconds_left: 540, next: null };
  await page.route("**/login/look", (route) => route.fulfill({ json: answer }));
  await silent.waitFor();
  await look(page, "03-bankid-silent");
  await page.unroute("**/login/look");
  await silent.waitFor({ state: "hidden" });
  await takeUp(phone.page, demo, await scan(qr), TURE);
  await approve(phone.page);
  await page.waitForURL(/\/(inbox|checks)/);
});

test("everything can be reached and pressed by the keyboard", async () => {
  const { page } = await chromium.person();
  await page.goto(demo.addresses.portal);
  const tab = async (wanted) => {
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press("Tab");
      const words = await page.evaluate(() => document.activeElement.textContent.replace(/\s+/g, " ").trim());
      if (wanted.test(words)) return;
    }
    assert.fail(`no ${wanted} within thirty tabs`);
  };
  await tab(ELSEWHERE);
  await page.keyboard.press("Enter");
  await page.locator("[data-kv-qr]").waitFor();
  await tab(/^Kan du inte läsa av koden/);
  await page.keyboard.press("Enter");
  await page.getByText("20 centimeter").waitFor();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await tab(/^Avbryt/);
  await page.keyboard.press("Enter");
  await page.locator("button[name=login]").first().waitFor();
});

test("a code that was read leaves the one thing to do, on a small phone as well", async () => {
  const { page } = await chromium.person({ viewport: { width: 360, height: 640 } });
  const phone = await chromium.person();
  await page.goto(demo.addresses.portal);
  await page.getByRole("button", { name: ELSEWHERE }).click();
  const code = page.locator("[data-kv-qr]");
  await code.waitFor();
  const steps = page.locator(".kv-steps-num"), timer = page.getByRole("timer");
  assert.ok(await steps.isVisible() && await timer.isVisible());
  await takeUp(phone.page, demo, await scan(code), TURE);
  await page.locator("[data-taken]").waitFor();
  assert.ok(!await steps.isVisible() && !await timer.isVisible(), "both are about a code that is gone");
  const said = await page.locator("[data-kv-message]").boundingBox();
  assert.ok(said.y + said.height < 640, "what to do is in view");
  await page.setViewportSize({ width: 1280, height: 900 });
  await look(page, "03-bankid-taken");
});

test("a network that is away is said, and the page goes on when it is back", async () => {
  const { page, context } = await chromium.person();
  await page.goto(demo.addresses.portal);
  await page.getByRole("button", { name: ELSEWHERE }).click();
  await page.locator("[data-kv-qr]").waitFor();
  await context.setOffline(true);
  const away = page.getByText("Vi får ingen kontakt just nu.");
  await away.waitFor();
  await look(page, "03-bankid-away");
  await context.setOffline(false);
  await away.waitFor({ state: "detached" });
});

test("a second tab with another method leaves the first one with a word", async () => {
  const { page, context } = await chromium.person();
  await page.goto(demo.addresses.portal);
  await page.getByRole("button", { name: ELSEWHERE }).click();
  await page.locator("[data-kv-qr]").waitFor();
  const second = await context.newPage();
  await second.goto(demo.addresses.portal);
  await second.getByRole("button", { name: /^Freja på en annan enhet/ }).click();
  await second.getByRole("heading", { name: "Logga in med Freja" }).waitFor();
  await page.getByText("Du började logga in på nytt i en annan flik.").waitFor();
  await page.getByRole("heading", { name: "Logga in med BankID" }).waitFor();
  await look(page, "03-bankid-moved");
  await page.getByRole("link", { name: "Fortsätt här" }).click();
  await page.getByRole("heading", { name: "Logga in med Freja" }).waitFor();
});
