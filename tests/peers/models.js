// npm's oidc-provider in the shape of the providers that Kuvert knows: both brokers for MitID, Freja, and the makes of
// directory. Only the model: which claims go where, how a client proves itself. The protocol is the library's.
// It imports nothing, so that the peers of the Rust tests and those of the browser share it.

const FREJA = "https://frejaeid.com/oidc/";

export const MODELS = {
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
  directory: {
    prefix: "/directory",
    signing: ["ES256"],
    pushed: false,
    extraParams: [],
    claims: { openid: ["sub", "amr"], profile: ["name", "groups"] },
  },
};

/** The configuration of a provider of this make for one client and these people. */
export function configuration(model, { client, people, signing = MODELS[model].signing }) {
  const { prefix, pushed, extraParams, claims } = MODELS[model];
  return {
    acrValues: ["low", "substantial", "high", "business"].map((level) => `urn:grn:authn:dk:mitid:${level}`),
    clients: [{ require_auth_time: true, ...client }],
    claims: { acr: null, auth_time: null, ...claims },
    // Idura issues what it knows in the id token; Signaturgruppen keeps the person for userinfo.
    conformIdTokenClaims: model !== "idura",
    cookies: { keys: ["only for these tests"] },
    enabledJWA: { clientAuthSigningAlgValues: signing },
    extraParams,
    features: {
      devInteractions: { enabled: false },
      // Freja ends no session: each login is one of its own.
      rpInitiatedLogout: { enabled: model !== "freja" },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: pushed },
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    interactions: { url: (_, { uid }) => `${prefix}/interaction/${uid}` },
    loadExistingGrant: grantEverything,
    pkce: { required: () => true },
    scopes: ["openid", "offline_access", ...Object.keys(claims)],
  };
}

/** Whom the municipality or the broker vouches for is not asked what may be told. */
async function grantEverything({ oidc }) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope(oidc.params.scope);
  await grant.save();
  return grant;
}

/**
 * Answers for a provider that lives under its model's prefix: the library is asked below it, and `interact` where
 * somebody signs in.
 */
export function answer(provider, model, interact) {
  const { prefix } = MODELS[model];
  const callback = provider.callback();
  return (request, response) => {
    request.originalUrl = request.url;
    if (!request.url.startsWith(`${prefix}/`)) return response.writeHead(404).end();
    const interaction = request.url.startsWith(`${prefix}/interaction/`);
    request.url = request.url.slice(prefix.length);
    return interaction ? interact(request, response) : callback(request, response);
  };
}
