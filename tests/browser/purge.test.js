// The day after the last one, in the browser: what each side still sees, in a mailbox left undecided and in one of
// minor importance. The staff sign in at the simulator, because npm's provider does not go by the demo's clock.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { look, openChromium } from "./chromium.js";
import { startDemo } from "./demo.js";
import { daysLater, noticeLink, send, signInResident, signInStaff } from "./steps.js";

const ASTRID = { number: "19990807-2391", address: "astrid.purge@example.test" };
const UNDECIDED = { subject: "Om rampen", text: "Kvar hos oss." };
const MINOR = { subject: "Om bygglovet", text: "Borta överallt." };

let demo, chromium;

before(async () => {
  demo = await startDemo(["--port", "0"]);
  chromium = await openChromium();
});

after(async () => {
  await chromium?.close();
  await demo?.stop();
});

test("two clocks: access ends for the resident, the undecided copy stays, the minor one goes", async () => {
  for (const [name, letter] of [["Bo Exempel", UNDECIDED], ["Lo Exempel", MINOR]]) {
    const writer = await chromium.person();
    await signInStaff(writer.page, demo, name);
    await send(writer.page, { ...ASTRID, ...letter });
    await writer.context.close();
  }
  const [astrid, phone] = [await chromium.person(), await chromium.person()];
  const link = await noticeLink(astrid.page, demo, ASTRID.address);
  await astrid.page.goto(link);
  await signInResident(astrid.page, phone.page, demo, ASTRID.number);
  await astrid.page.waitForURL(/\/message\//);

  await daysLater(demo, 31);

  const later = await chromium.person();
  await later.page.goto(link);
  await signInResident(later.page, phone.page, demo, ASTRID.number);
  await later.page.waitForURL(/\/checks/);
  await later.page.goto(new URL("/inbox", demo.addresses.portal).href);
  const inbox = await later.page.getByRole("main").innerText();
  assert.ok(!inbox.includes(UNDECIDED.subject) && !inbox.includes(MINOR.subject), inbox);
  await look(later.page, "05-inbox-empty");

  const [bo, lo] = [await chromium.person(), await chromium.person()];
  await signInStaff(bo.page, demo, "Bo Exempel");
  await bo.page.getByText(UNDECIDED.subject).first().click();
  await bo.page.getByText(UNDECIDED.text).waitFor();
  await look(bo.page, "26-staff-thread-ended");
  await signInStaff(lo.page, demo, "Lo Exempel");
  const mailbox = await lo.page.getByRole("main").innerText();
  assert.ok(!mailbox.includes(MINOR.subject), mailbox);
});
