// What people do in more than one journey, page by page.
// A step waits for the page it leads to and asserts nothing else.

import { scan } from "./chromium.js";

/** A caseworker signs in through the provider, by the name on its button. */
export async function signInStaff(page, demo, name) {
  await page.goto(demo.addresses.staff);
  await signInAt(page, /konto/, name);
  await page.waitForURL(/\/staff\/mailbox\//);
}

/** Chooses a method whose provider has a page of its own, and presses the button of this person there. */
export async function signInAt(page, method, name) {
  await page.getByRole("button", { name: method, exact: true }).click();
  await page.getByRole("button", { name }).click();
}

/** Writes to a number and an address from the mailbox that is open, and sends; in whatever language the page has. */
export async function send(page, { number, address, subject, text }) {
  await page.locator("form[action='/staff/compose'] button:visible").first().click();
  for (const [name, value] of Object.entries({ number, address, subject, text })) {
    await page.locator(`[name=${name}]`).fill(value);
  }
  await page.locator("[data-kv-send]").click(); // waits until it can be pressed
  await page.waitForURL(/\/staff\/thread/);
}

/** Waits for the mail to an address, opens it and gives the link in it. */
export async function noticeLink(page, demo, address) {
  await page.goto(`${demo.addresses.mail}?to=${address}`);
  await page.getByRole("link", { name: address }).first().click();
  return page.locator("a[href*='/m/']").first().getAttribute("href");
}

/** Signs in from a page with the methods: reads the QR on the screen, approves on the phone. */
export async function signInResident(page, phone, demo, number) {
  await page.getByRole("button", { name: /BankID på en annan enhet/ }).click();
  const qr = page.locator("[data-kv-qr]");
  await qr.waitFor();
  await takeUp(phone, demo, await scan(qr), number);
  await approve(phone);
}

/** Opens what the camera read on the phone of this number. */
export async function takeUp(phone, demo, code, number) {
  await phone.goto(`${demo.addresses.phone}?scan=${encodeURIComponent(code)}`);
  await phone.getByRole("button", { name: number }).click();
}

/** Says yes on the phone. */
export async function approve(phone) {
  await phone.getByRole("button", { name: "Identify with BankID" }).click();
  await phone.getByText("You have identified yourself.").waitFor();
}

/** Moves the clock that everybody in the demo goes by, and lets the appliance do what is due. */
export async function daysLater(demo, days) {
  const moved = await fetch(`${demo.addresses.clock}?days=${days}`, { method: "POST" });
  if (!moved.ok) throw new Error(await moved.text());
}
