// npm's oidc-provider (certified) in the shape of one of the two brokers for MitID, of Freja, or of a directory.
// Its only own code says who signs in, without a page; what each make is like is in models.js.

import { generateKeyPairSync } from "node:crypto";

import Provider from "oidc-provider";

import { MODELS, answer, configuration } from "./models.js";
import { peer, serve } from "./peer.js";

await peer(async ({ cert, key, model, client, people }) => {
  const { prefix, signing } = MODELS[model];
  const kind = signing.includes("RS256") ? ["rsa", { modulusLength: 2048 }] : ["ec", { namedCurve: "P-256" }];
  const { publicKey, privateKey } = generateKeyPairSync(...kind);
  const registered = {
    client_id: client.id,
    redirect_uris: client.redirects,
    post_logout_redirect_uris: client.logged_out ?? [],
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "own", use: "sig" }] },
  };
  let account;
  let asked = {};
  const port = await serve({ cert, key }, (port) => {
    const provider = new Provider(`https://localhost:${port}${prefix}`, configuration(model, { client: registered, people }));
    return answer(provider, model, async (request, response) => {
      const { params, prompt } = await provider.interactionDetails(request, response);
      asked = { ...params, reason: prompt.reasons };
      const refused = { error: "access_denied", error_description: "mitid_user_aborted" };
      const signedIn = { login: { accountId: account, amr: people[account]?.amr } };
      await provider.interactionFinished(request, response, people[account] ? signedIn : refused);
    });
  });
  // A line names who signs in next, or nobody, and learns what the last login asked for.
  const ready = { issuer: `https://localhost:${port}${prefix}`, key: privateKey.export({ type: "pkcs8", format: "pem" }) };
  return { ready, answer: (line) => ((account = line.account ?? account), asked) };
});
