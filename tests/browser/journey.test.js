// The journey of one letter in Chromium, from the caseworker's sign-in to the day after the last one.
// Each step goes on where the one before ended, as the letter does. What becomes of the copies is in purge.test.js.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile, writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { look, openChromium, scan } from "./chromium.js";
import { freePort, startDemo } from "./demo.js";
import { startProviders } from "./provider.js";
import { approve, daysLater, noticeLink, signInResident, signInStaff, takeUp } from "./steps.js";

const ASTRID = { number: "19990807-2391", address: "astrid.journey@example.test" };
const SECRET = "staff secret of the browser journeys";
const STAFF = { "Bo Exempel": { name: "Bo Exempel", groups: ["granby-social"] } };

let folder, demo, provider, chromium, bo, astrid, phone, decision, drawing, answer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "kuvert-files-"));
  [decision, drawing, answer] = await Promise.all([
    pdf("beslut.pdf", 90_000),
    pdf("ritning.pdf", 20_000_000),
    pdf("blankett.pdf", 400_000),
  ]);
  const [port, providerPort] = [await freePort(), await freePort()];
  const client = {
    client_id: "kuvert-staff",
    client_secret: SECRET,
    redirect_uris: ["granby", "havnby"].map((town) => `https://${town}.localhost:${port}/login/callback/staff`),
    post_logout_redirect_uris: ["granby", "havnby"].map((town) => `https://${town}.localhost:${port}/staff/logged-out`),
    token_endpoint_auth_method: "client_secret_basic",
  };
  provider = await startProviders({ port: providerPort, makes: { directory: { client, people: STAFF } } });
  const caFile = join(folder, "provider.pem");
  await writeFile(caFile, provider.ca);
  demo = await startDemo([
    "--port", String(port),
    "--staff-issuer", provider.issuer("directory"),
    "--staff-ca", caFile,
    "--staff-secret", SECRET,
  ]);
  chromium = await openChromium();
  [bo, astrid, phone] = [await chromium.person(), await chromium.person(), await chromium.person()];
});

after(async () => {
  await chromium?.close();
  await demo?.stop();
  await provider?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a caseworker signs in through the municipality's OpenID provider", async () => {
  await bo.page.goto(demo.addresses.staff);
  await look(bo.page, "20-staff-start");
  await signInStaff(bo.page, demo, "Bo Exempel");
  await look(bo.page, "21-staff-inbox");
});

test("she writes to a number and an address, with two files, and presses Send once", async () => {
  const { page } = bo;
  await page.getByRole("button", { name: "Skriv nytt meddelande" }).first().click();
  await look(page, "22-staff-compose-empty");
  await page.getByLabel("Personnummer", { exact: false }).fill(ASTRID.number);
  await page.getByLabel("E-postadress").fill(ASTRID.address);
  await page.getByLabel("Ämne").fill("Beslut om ramp");
  await page.getByLabel("Text").fill("Hej!\n\nDu får en ramp vid entrén. Se ritningen.");
  await page.locator("#files").setInputFiles([decision.path, drawing.path]);
  await page.locator("#attached").getByText("ritning.pdf").waitFor();
  await page.locator("#attached").getByText("beslut.pdf").waitFor();
  await page.locator("#band[data-color=success]").waitFor();
  await look(page, "23-staff-compose");
  await page.getByRole("button", { name: "Skicka säkert" }).click();
  await page.waitForURL(/\/staff\/(thread|sent)/);
  await look(page, "24-staff-sent");
});

test("the notice says nothing but that there is a message", async () => {
  const { page } = astrid;
  const link = await noticeLink(page, demo, ASTRID.address);
  const mail = await page.content();
  for (const word of ["ramp", "ritning", "Bostadsanpassning", "Bo Exempel", "9908072391"]) {
    assert.ok(!mail.includes(word), `the notice says "${word}"`);
  }
  await page.goto(link);
  await look(page, "02-invitation");
});

test("she signs in with BankID: the QR changes every second, the phone approves", async () => {
  const { page } = astrid;
  await page.getByRole("button", { name: /BankID på en annan enhet/ }).click();
  const qr = page.locator("[data-kv-qr]");
  await qr.waitFor();
  await look(page, "03-bankid-qr");
  const frames = new Set();
  for (let second = 0; second < 4; second += 1) {
    frames.add(await qr.getAttribute("src"));
    await page.waitForTimeout(1_100);
  }
  assert.ok(frames.size >= 3, `${frames.size} different frames in four seconds`);
  await takeUp(phone.page, demo, await scan(qr), ASTRID.number);
  await approve(phone.page);
  await page.waitForURL(/\/message\//);
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Beslut om ramp");
  await look(page, "06-message");
});

test("both files come down byte for byte", async () => {
  for (const file of [decision, drawing]) {
    const download = astrid.page.waitForEvent("download");
    await astrid.page.getByRole("link", { name: file.name }).click();
    const path = await (await download).path();
    assert.ok((await readFile(path)).equals(file.bytes), `${file.name} came down changed`);
  }
});

test("she answers with a file and gets a receipt", async () => {
  const { page } = astrid;
  await page.getByRole("button", { name: "Svara" }).click();
  await page.getByLabel("Meddelande", { exact: true }).fill("Tack! Här är blanketten.");
  await page.locator("#files").setInputFiles(answer.path);
  await page.locator("#attached").getByText(answer.name).waitFor();
  await look(page, "07-reply");
  await page.getByRole("button", { name: "Skicka", exact: true }).click();
  await page.waitForURL(/\/sent\//);
  await look(page, "07-receipt");
  for (const [path, name] of [["/inbox", "05-inbox"], ["/sent", "08-sent"], ["/drafts", "08-drafts"]]) {
    await page.goto(new URL(path, page.url()).href);
    await look(page, name);
  }
});

test("after logging out nothing can be read, and the second visit needs no link", async () => {
  const { page } = astrid;
  await page.getByRole("button", { name: "Logga ut" }).first().click();
  await page.waitForURL(/logged-out/);
  await look(page, "10-logged-out");
  await page.goBack();
  assert.ok(!(await page.content()).includes("blankett.pdf"), "the back button shows nothing");
  await page.goto(demo.addresses.portal);
  await look(page, "01-start");
  await signInResident(page, phone.page, demo, ASTRID.number);
  await page.waitForURL(/\/inbox/);
  await page.getByText("Beslut om ramp").first().waitFor();
});

test("the caseworker sees the eye, the answer and its file", async () => {
  const { page } = bo;
  await page.goto(demo.addresses.staff);
  await page.getByText("Beslut om ramp").first().click();
  await page.getByText("Öppnat").first().waitFor();
  await page.getByText("Tack! Här är blanketten.").waitFor();
  await look(page, "25-staff-thread");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: answer.name }).click();
  assert.ok((await readFile(await (await download).path())).equals(answer.bytes));
});

test("another person with the link learns only that it is not for them", async () => {
  const ture = await chromium.person();
  await ture.page.goto(await noticeLink(ture.page, demo, ASTRID.address));
  await signInResident(ture.page, phone.page, demo, "18900101-9802");
  await ture.page.waitForURL(/\/checks/);
  await look(ture.page, "04-checks-another-person");
  assert.ok(!(await ture.page.content()).includes("ramp"));
  await ture.context.close();
});

test("without link or code one is asked for it", async () => {
  const signe = await chromium.person();
  await signe.page.goto(new URL("/m/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", demo.addresses.portal).href);
  await signInResident(signe.page, phone.page, demo, "18900102-9819");
  await signe.page.waitForURL(/\/checks/);
  await look(signe.page, "04-checks-not-invited");
  await signe.context.close();
});

test("the day after the last one the old link is a link like any other", async () => {
  const link = await noticeLink(astrid.page, demo, ASTRID.address);
  await daysLater(demo, 31);
  const later = await chromium.person();
  await later.page.goto(link);
  await signInResident(later.page, phone.page, demo, ASTRID.number);
  await later.page.waitForURL(/\/checks/);
  assert.ok(!(await later.page.content()).includes("Beslut om ramp"));
  await later.context.close();
});

test("no page of the portal had a fault in its console", () => {
  const ours = [...bo.faults, ...astrid.faults].filter((fault) => /^https:\/\/(granby|havnby)\./.test(fault));
  assert.deepEqual(ours, []);
});

async function pdf(name, length) {
  const bytes = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(length - 9)]);
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { name, path, bytes };
}
