// npm's oidc-provider (certified) in the shape of one of the two brokers for MitID, of Freja, or of a directory.
// Its only own code is the model: which claims go where, and who signs in. The protocol is the library's.

import { generateKeyPairSync } from "node:crypto";

import Provider from "oidc-provider";

import { peer, serve } from "./peer.js";

const FREJA = "https://frejaeid.com/oidc/";

const MODELS = {
  signaturgruppen: {
    prefix: "/op",
    signing: ["ES256"],
    pushed: true,
    extraParams: ["idp_values", "idp_params", "language"],
    claims: {
      openid: ["sub", "idp", "identity_type", "loa"],
      mitid: ["mitid.uuid", "mitid.identity_name", "mitid.has_cpr"],
      ssn: ["dk.cpr"],
      nemlogin: ["nemlogin.cvr", "nemlogin.org_name", "nemlogin.name", "nemlogin.alias", "nemlogin.persistent_professional_id"],
    },
  },
  idura: {
    prefix: "",
    signing: ["RS256"],
    pushed: false,
    extraParams: [],
    claims: {
      openid: ["sub", "identityscheme", "authenticationtype", "name", "cvrNumberIdentifier", "employee", "companySignatory"],
      ssn: ["cprNumberIdentifier"],
    },
  },
  freja: {
    prefix: "/oidc",
    signing: ["ES256"],
    pushed: false,
    extraParams: [],
    claims: {
      openid: ["sub"],
      profile: ["name"],
      [`${FREJA}scopes/personalIdentityNumber`]: [`${FREJA}claims/personalIdentityNumber`, `${FREJA}claims/country`],
      [`${FREJA}scopes/registrationLevel`]: [`${FREJA}claims/registrationLevel`, `${FREJA}claims/loaLevel`],
    },
  },
  entra: {
    prefix: "/0b6f4e5c-6a52-4b8e-9d43-9e6f4ab1c0de/v2.0",
    signing: ["ES256"],
    pushed: false,
    extraParams: [],
    claims: { openid: ["sub", "oid", "tid", "name", "roles", "groups", "amr", "acct", "_claim_names", "_claim_sources"] },
  },
  adfs: {
    prefix: "/adfs",
    signing: ["RS256"],
    pushed: false,
    extraParams: [],
    claims: { openid: ["sub", "unique_name", "upn", "group", "authmethod"] },
  },
  keycloak: {
    prefix: "/realms/granby",
    signing: ["ES256"],
    pushed: false,
    extraParams: [],
    claims: { openid: ["sub", "amr"], profile: ["name", "preferred_username", "resource_access", "realm_access"] },
  },
};

await peer(async ({ cert, key, model, client, people }) => {
  const { prefix, signing, pushed, extraParams, claims } = MODELS[model];
  const kind = signing.includes("RS256") ? ["rsa", { modulusLength: 2048 }] : ["ec", { namedCurve: "P-256" }];
  const { publicKey, privateKey } = generateKeyPairSync(...kind);
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "own", use: "sig" };
  let account;
  let asked = {};
  const port = await serve({ cert, key }, (port) => {
    const provider = new Provider(`https://localhost:${port}${prefix}`, {
      acrValues: ["low", "substantial", "high", "business"].map((level) => `urn:grn:authn:dk:mitid:${level}`),
      clients: [
        {
          client_id: client.id,
          redirect_uris: client.redirects,
          token_endpoint_auth_method: "private_key_jwt",
          jwks: { keys: [jwk] },
          require_auth_time: true,
        },
      ],
      claims: { acr: null, auth_time: null, ...claims },
      // Idura issues what it knows in the id token; Signaturgruppen keeps the person for userinfo.
      conformIdTokenClaims: model !== "idura",
      cookies: { keys: ["only for these tests"] },
      enabledJWA: { clientAuthSigningAlgValues: signing },
      extraParams,
      features: { devInteractions: { enabled: false }, pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: pushed } },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
      interactions: { url: (_, { uid }) => `${prefix}/interaction/${uid}` },
      loadExistingGrant: async (context) => {
        const grant = new provider.Grant({ clientId: client.id, accountId: context.oidc.session.accountId });
        grant.addOIDCScope(context.oidc.params.scope);
        await grant.save();
        return grant;
      },
      pkce: { required: () => true },
      scopes: ["openid", "offline_access", ...Object.keys(claims)],
    });
    const callback = provider.callback();
    return async (request, response) => {
      request.originalUrl = request.url;
      if (!request.url.startsWith(`${prefix}/`)) return response.writeHead(404).end();
      const interaction = request.url.startsWith(`${prefix}/interaction/`);
      request.url = request.url.slice(prefix.length);
      if (!interaction) return callback(request, response);
      const { params, prompt } = await provider.interactionDetails(request, response);
      asked = { ...params, reason: prompt.reasons };
      const refused = { error: "access_denied", error_description: "mitid_user_aborted" };
      const signedIn = { login: { accountId: account, amr: people[account]?.amr } };
      await provider.interactionFinished(request, response, people[account] ? signedIn : refused);
    };
  });
  // A line names who signs in next, or nobody, and learns what the last login asked for.
  const ready = { issuer: `https://localhost:${port}${prefix}`, key: privateKey.export({ type: "pkcs8", format: "pem" }) };
  return { ready, answer: (line) => ((account = line.account ?? account), asked) };
});
