// A real OpenID provider for the staff: npm's oidc-provider behind node's own TLS.
// Its only own code is the page where one picks who one is; the protocol is the library's.

import { createServer } from "node:https";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";

import Provider from "oidc-provider";
import { generate } from "selfsigned";

const SECRET = "staff secret of the browser journeys";
const STAFF = {
  bo: { name: "Bo Exempel", groups: ["granby-social"] },
  nils: { name: "Nils Eksempel", groups: ["havnby-borger"] },
};

/** Starts it for a client that returns to one of `redirects`; writes its certificate to `caFile`. */
export async function startProvider({ port, caFile, redirects }) {
  const names = [{ type: 2, value: "localhost" }];
  const pems = await generate([{ name: "commonName", value: "localhost" }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: names }],
  });
  await writeFile(caFile, pems.cert);
  const issuer = `https://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "kuvert-staff",
        client_secret: SECRET,
        redirect_uris: redirects,
        token_endpoint_auth_method: "client_secret_basic",
      },
    ],
    claims: { openid: ["sub", "amr"], profile: ["name", "groups"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["only for these tests"] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...STAFF[id] }) }),
    loadExistingGrant: grantEverything,
  });
  const server = createServer({ cert: pems.cert, key: pems.private }, (request, response) =>
    request.url.startsWith("/interaction/") ? interact(provider, request, response) : provider.callback()(request, response),
  );
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return { issuer, secret: SECRET, stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))) };
}

/** The municipality has consented for its staff. */
async function grantEverything(context) {
  const { Grant } = context.oidc.provider;
  const grant = new Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
  grant.addOIDCScope(context.oidc.params.scope);
  await grant.save();
  return grant;
}

/** The page with one button for each person, and what happens when one is pressed. */
async function interact(provider, request, response) {
  if (request.method === "GET") {
    const buttons = Object.entries(STAFF).map(([id, { name }]) => `<button name="person" value="${id}">${name}</button>`);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="sv"><title>Katalog</title><form method="post">${buttons.join("")}</form>`);
    return;
  }
  let body = "";
  for await (const chunk of request) body += chunk;
  const accountId = new URLSearchParams(body).get("person");
  await provider.interactionFinished(request, response, { login: { accountId, amr: ["pwd", "mfa"] } });
}
