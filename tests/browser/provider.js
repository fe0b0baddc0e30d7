// Real OpenID providers of every make: npm's oidc-provider behind node's own TLS, all of them on one port.
// Own code here is only the page where one picks who one is; what each make is like is in tests/peers/models.js.

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";

import Provider from "oidc-provider";
import { generate } from "selfsigned";

import { MODELS, answer, configuration } from "../peers/models.js";

/** The id under which a provider knows a client's key. */
export const KEY_ID = "own";

/** A key for a client, as this make takes it: what the provider is told, and what the client keeps. */
export function clientKey(model) {
  const kind = MODELS[model].signing.includes("RS256") ? ["rsa", { modulusLength: 2048 }] : ["ec", { namedCurve: "P-256" }];
  const { publicKey, privateKey } = generateKeyPairSync(...kind);
  return {
    registered: {
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid: KEY_ID, use: "sig" }] },
    },
    pem: privateKey.export({ type: "pkcs8", format: "pem" }),
  };
}

/** Starts one provider for each of `makes` (`{ model: { client, people } }`); people are called what their button says. */
export async function startProviders({ port, makes }) {
  const certificate = await selfSigned();
  const issuer = (model) => `https://localhost:${port}${MODELS[model].prefix}`;
  const sites = Object.entries(makes).map(([model, { client, people }]) => {
    const provider = new Provider(issuer(model), configuration(model, { client, people }));
    const { prefix } = MODELS[model];
    return { prefix, answer: answer(provider, model, (...exchange) => interact(provider, Object.keys(people), ...exchange)) };
  });
  sites.sort((one, other) => other.prefix.length - one.prefix.length);
  const server = createServer({ cert: certificate.cert, key: certificate.private }, (request, response) => {
    const site = sites.find(({ prefix }) => request.url.startsWith(`${prefix}/`));
    return site ? site.answer(request, response) : response.writeHead(404).end();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    issuer,
    ca: certificate.cert,
    origin: `https://localhost:${port}`,
    stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
  };
}

function selfSigned() {
  return generate([{ name: "commonName", value: "localhost" }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
}

/** The page with one button for each person, and what happens when one is pressed. */
async function interact(provider, people, request, response) {
  if (request.method === "GET") {
    const buttons = people.map((name) => `<button name="person" value="${name}">${name}</button>`);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="sv"><title>Katalog</title><form method="post">${buttons.join("")}</form>`);
    return;
  }
  let body = "";
  for await (const chunk of request) body += chunk;
  const accountId = new URLSearchParams(body).get("person");
  await provider.interactionFinished(request, response, { login: { accountId, amr: ["pwd", "mfa"] } });
}
