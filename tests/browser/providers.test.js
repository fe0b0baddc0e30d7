// Every make of provider that has a page of its own, in Chromium: choose it, sign in there, arrive where one belongs, and
// leave. The peers are npm's certified provider in the shape of each; BankID, Freja's app and the simulators have their own
// journeys. One world serves all: staff write the letters that residents then come for.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { look, openChromium } from "./chromium.js";
import { freePort, startDemo } from "./demo.js";
import { clientKey, startProviders } from "./provider.js";
import { noticeLink, send, signInAt } from "./steps.js";

const TENANT = "0b6f4e5c-6a52-4b8e-9d43-9e6f4ab1c0de";
const NSIS = "https://data.gov.dk/concept/core/nsis/";
const FREJA = "https://frejaeid.com/oidc/claims/";
const TOWNS = { freja: "lillby", entra: "lillby", adfs: "lillby", idura: "lilleby", signaturgruppen: "lilleby", keycloak: "lilleby" };
/** The way to sign in at a model, where it is called otherwise: each has an address of its own to come back to. */
const METHODS = { idura: "mitid", signaturgruppen: "mitid-pushed" };

const PEOPLE = {
  freja: {
    "Astrid Exempel": {
      name: "Astrid Exempel",
      [`${FREJA}personalIdentityNumber`]: "199908072391",
      [`${FREJA}country`]: "SE",
      [`${FREJA}registrationLevel`]: "PLUS",
      [`${FREJA}loaLevel`]: "LOA3",
    },
  },
  entra: {
    "Bo Exempel": { oid: "4c1b9f0e-7f0a-4c55-8f0d-1de1c38be3a4", tid: TENANT, name: "Bo Exempel", amr: ["pwd", "mfa"], roles: ["Kuvert.Social"] },
    "Mira Provsson": { oid: "4c1b9f0e-7f0a-4c55-8f0d-1de1c38be3a5", tid: TENANT, name: "Mira Provsson", amr: ["pwd", "mfa"] },
  },
  adfs: {
    "Kim Provsson": {
      unique_name: "Kim Provsson",
      group: "lillby-social",
      authmethod: "http://schemas.microsoft.com/claims/multipleauthn",
    },
  },
  keycloak: {
    "Nils Eksempel": { name: "Nils Eksempel", amr: ["mfa"], resource_access: { kuvert: { roles: ["desk"] } } },
  },
  idura: {
    "Asta Eksempel": {
      identityscheme: "dkmitid", authenticationtype: "urn:grn:authn:dk:mitid:substantial",
      name: "Asta Eksempel", cprNumberIdentifier: "6101014000",
    },
    "Asta i firmaet": {
      identityscheme: "dkmitid", authenticationtype: "urn:grn:authn:dk:mitid:business",
      name: "Asta Eksempel", cvrNumberIdentifier: "43950932", employee: "true",
    },
  },
  signaturgruppen: {
    "Freja Eksempel": {
      idp: "mitid", identity_type: "private", loa: `${NSIS}Substantial`, "mitid.uuid": "2a4be0f7-9d5c-4b8e-8f7c-3b1d90e6ab02",
      "mitid.identity_name": "Freja Eksempel", "mitid.has_cpr": "true", "dk.cpr": "6203721235",
    },
    "Freja i firmaet": {
      idp: "mitid_erhverv", identity_type: "professional", loa: `${NSIS}Substantial`,
      "nemlogin.cvr": "43950932", "nemlogin.org_name": "Testfirma", "nemlogin.alias": "Pseudonym",
      "nemlogin.persistent_professional_id": "f3a0b7a8-25ad-4b5d-9c3e-0d1b5a1c2e3f",
    },
  },
};

const letter = (town, number, address, subject) => ({ town, number, address: `${address}@example.test`, subject, text: "Bara för dig." });
const TO_ASTRID = letter("lillby", "19990807-2391", "astrid.providers", "Om hemtjänsten");
const TO_ASTA = letter("lilleby", "610101-4000", "asta.providers", "Om din plads");
const TO_FREJA = letter("lilleby", "620372-1235", "freja.providers", "Om dit pas");

/** Who signs in where, whose mailbox that is, and which letters are then written there. */
const STAFF = [
  { make: "Entra ID", method: "Microsoft", town: "lillby", name: "Bo Exempel", mailbox: "Hemtjänst", letters: [TO_ASTRID] },
  { make: "AD FS", method: "AD FS", town: "lillby", name: "Kim Provsson", mailbox: "Hemtjänst", finds: TO_ASTRID.subject },
  { make: "Keycloak", method: "Keycloak", town: "lilleby", name: "Nils Eksempel", mailbox: "Borgerservice", letters: [TO_ASTA, TO_FREJA] },
];

const RESIDENTS = [
  { make: "Freja by OpenID Connect", method: "Freja", name: "Astrid Exempel", letter: TO_ASTRID, ends: false },
  { make: "MitID through Idura", method: "MitID", name: "Asta Eksempel", letter: TO_ASTA },
  { make: "MitID through Signaturgruppen with pushed requests", method: "MitID (Signaturgruppen)", name: "Freja Eksempel", letter: TO_FREJA },
];

/** Who is somebody, but has no mailbox by this door: what the page says. */
const NOBODIES = [
  { make: "a company's MitID through Signaturgruppen", town: "lilleby", method: "MitID (Signaturgruppen)", name: "Freja i firmaet", said: /noget andet end det, der skal bruges her/ },
  { make: "a company's MitID through Idura", town: "lilleby", method: "MitID", name: "Asta i firmaet", said: /noget andet end det, der skal bruges her/ },
  { make: "Entra ID without a role", town: "lillby", path: "/staff", method: "Microsoft", name: "Mira Provsson", said: /hör inte till någon brevlåda/ },
];

let demo, chromium, providers, port;

const address = (town, path) => `https://${town}.localhost:${port}${path}`;

before(async () => {
  port = await freePort();
  const providerPort = await freePort();
  const keys = Object.fromEntries(Object.keys(PEOPLE).map((model) => [model, clientKey(model)]));
  const make = (model) => {
    const redirect_uris = [address(TOWNS[model], `/login/callback/${METHODS[model] ?? model}`)];
    const post_logout_redirect_uris = ["/logged-out", "/staff/logged-out"].map((path) => address(TOWNS[model], path));
    const client = { client_id: "kuvert", redirect_uris, post_logout_redirect_uris, ...keys[model].registered };
    return { client, people: PEOPLE[model] };
  };
  const makes = Object.fromEntries(Object.keys(PEOPLE).map((model) => [model, make(model)]));
  providers = await startProviders({ port: providerPort, makes });
  const files = Object.fromEntries(Object.entries(keys).map(([model, { pem }]) => [`${model}-client.key`, pem]));
  const template = await readFile(join(import.meta.dirname, "providers.toml"), "utf8");
  const municipalities = template.replace(/@([A-Z]+)@/g, (_, name) => providers.issuer(name.toLowerCase()));
  demo = await startDemo(["--port", String(port)], { municipalities, files: { ...files, "providers.pem": providers.ca } });
  chromium = await openChromium();
});

after(async () => {
  await chromium?.close();
  await demo?.stop();
  await providers?.stop();
});

/** A fresh person's visit; afterwards no page of ours may have had a fault in its console. */
async function visit(journey) {
  const { page, context, faults } = await chromium.person();
  await journey(page);
  assert.deepEqual(faults.filter((fault) => /^https:\/\/lill(e?)by\./.test(fault)), []);
  await context.close();
}

for (const { make, method, town, name, mailbox, letters = [], finds } of STAFF) {
  test(`staff by ${make}: to the mailbox that the directory gives them`, () =>
    visit(async (page) => {
      await page.goto(address(town, "/staff"));
      await look(page, `20-staff-start-${town}`);
      await signInAt(page, method, name);
      await page.waitForURL(/\/staff\/mailbox\//);
      await page.getByRole("heading", { name: mailbox }).first().waitFor();
      await look(page, `21-staff-inbox-${slug(make)}`);
      if (finds) await page.getByText(finds).first().waitFor();
      for (const letter of letters) {
        await page.goto(address(town, "/staff"));
        await send(page, letter);
      }
      await logOut(page, town, "/staff/logged-out");
      await page.goto(address(town, "/staff"));
      await page.getByRole("button", { name: method }).click(); // what was used last says so, too
      await page.getByRole("button", { name, exact: true }).waitFor(); // nobody walks in after her
    }));
}

for (const { make, method, name, letter, ends = true } of RESIDENTS) {
  test(`a resident by ${make}: to the letter`, () =>
    visit(async (page) => {
      await page.goto(await noticeLink(page, demo, letter.address));
      await look(page, `02-invitation-${letter.town}`);
      await onTheWay(page, method, `03-leaving-${slug(make)}`);
      await page.getByRole("button", { name, exact: true }).click();
      await page.waitForURL(/\/message\//);
      assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), letter.subject);
      await page.getByText(letter.text).waitFor();
      await logOut(page, letter.town, "/logged-out", ends);
    }));
}

for (const { make, method, town, path = "/", name, said } of NOBODIES) {
  test(`${make}: nobody is let in, and the page says why`, () =>
    visit(async (page) => {
      await page.goto(address(town, path));
      await signInAt(page, method, name);
      await page.getByText(said).waitFor();
      await look(page, `03-failed-${slug(make)}`);
      await page.locator(`a.ds-button[href="${path}"]`).click();
      await page.getByRole("button", { name: method, exact: true }).waitFor();
    }));
}

/** Logs out: here at once, then at the provider where that `ends` sessions, which leads back. */
async function logOut(page, town, path, ends = true) {
  const elsewhere = `${providers.origin}/**`;
  await page.route(elsewhere, stayHere);
  await page.getByRole("button", { name: /^Log(ga ut| ud)$/ }).first().click();
  if (ends) {
    const onward = page.locator(`a.ds-button[href^="${providers.origin}/"]`);
    await onward.waitFor();
    await look(page, `10-parting-${town}`);
    await page.unroute(elsewhere);
    await onward.click();
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
  }
  await page.waitForURL(address(town, path));
  await look(page, `10-logged-out-${town}`);
}

/** An answer that leaves the browser on the page where it is. */
function stayHere(route) {
  return route.fulfill({ status: 204 });
}

/** Chooses a method and looks at the page that leads to its provider, which otherwise goes on at once. */
async function onTheWay(page, method, name) {
  const elsewhere = `${providers.origin}/**`;
  await page.route(elsewhere, stayHere);
  await page.getByRole("button", { name: method, exact: true }).click();
  const link = page.locator(`a.ds-button[href^="${providers.origin}/"]`);
  await link.waitFor();
  await look(page, name);
  await page.unroute(elsewhere);
  await link.click();
}

function slug(text) {
  return text.toLowerCase().replace(/[^a-z]+/g, "-");
}
