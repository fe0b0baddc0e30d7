// npm's oauth2-mock-server, made to lie in one way at a time. What it says by itself is honest.
// Claims, headers and answers are forged in the library's own hooks; what no hook reaches is rewritten on its way out.

import { createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";

import { OAuth2Issuer, OAuth2Service } from "oauth2-mock-server";

import { peer, serve } from "./peer.js";

const HOUR = 3600;
const PERSON = { name: "Bo Exempel", groups: ["granby-social"] };
const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const parsed = (token) => token.split(".").slice(0, 2).map((half) => JSON.parse(Buffer.from(half, "base64url")));

/** Signs with a key of the liar's own. */
const forged = (header, payload) => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = createPublicKey(privateKey).export({ format: "jwk" });
  const message = `${part({ ...header, jwk, jku: "https://localhost:1/keys" })}.${part(payload)}`;
  return `${message}.${sign("sha256", Buffer.from(message), privateKey).toString("base64url")}`;
};

// Each lie changes one thing: claims of the id token, its header, the whole token, the token answer, userinfo, the way
// back, or what is published.
const CLAIMS = {
  "another issuer": (claims) => (claims.iss = "https://another.example"),
  "an issuer with a slash": (claims) => (claims.iss += "/"),
  "another audience": (claims) => (claims.aud = "another-client"),
  "an audience too many": (claims) => (claims.aud = [claims.aud, "another-client"]),
  "no audience": (claims) => delete claims.aud,
  "another authorized party": (claims) => (claims.azp = "another-client"),
  "no subject": (claims) => delete claims.sub,
  "an empty subject": (claims) => (claims.sub = ""),
  "no time of issue": (claims) => delete claims.iat,
  "issued tomorrow": (claims) => (claims.iat += 24 * HOUR),
  "issued yesterday": (claims) => (claims.iat -= 24 * HOUR),
  "no end": (claims) => delete claims.exp,
  "over": (claims) => (claims.exp = claims.iat - HOUR),
  "an end that is no number": (claims) => (claims.exp = "tomorrow"),
  "not yet": (claims) => (claims.nbf = claims.iat + HOUR),
  "another nonce": (claims) => (claims.nonce = "of-another-login"),
  "no nonce": (claims) => delete claims.nonce,
  "the hash of another token": (claims) => (claims.at_hash = part("sixteen bytes ..")),
  "no second factor": (claims) => (claims.amr = ["pwd"]),
};

const HEADERS = {
  "no key id, one key": (header) => (header.kid = undefined),
  "no key id, two keys": (header) => (header.kid = undefined),
  "a key id of nobody": (header) => (header.kid = "nobody"),
  "a key id that is no text": (header) => (header.kid = 7),
};

const TOKENS = {
  "a broken signature": (token) => token.replace(/[^.]{8}$/, "AAAAAAAA"),
  "no signature": (token) => {
    const [header, payload] = parsed(token);
    return `${part({ ...header, alg: "none" })}.${part(payload)}.`;
  },
  "signed with the public key as a secret": (token, { keys }) => {
    const [header, payload] = parsed(token);
    const message = `${part({ ...header, alg: "HS256" })}.${part(payload)}`;
    const secret = createPublicKey({ key: keys.toJSON()[0], format: "jwk" }).export({ type: "spki", format: "pem" });
    return `${message}.${createHmac("sha256", secret).update(message).digest("base64url")}`;
  },
  "a key of its own inside": (token) => forged(...parsed(token)),
  "rules that nobody knows": (token) => {
    const [header, payload] = parsed(token);
    return `${part({ ...header, crit: ["exp"] })}.${part(payload)}.AAAA`;
  },
  "a claim that comes twice": (token, { resign }) => resign(token, (text) => text.replace(/^\{/, '{"sub":"somebody-else",')),
  "five parts": (token) => `${token}.AAAA.AAAA`,
};

const ANSWERS = {
  "a refused code": (answer) => Object.assign(answer, { statusCode: 400, body: { error: "invalid_grant" } }),
  "no client": (answer) => Object.assign(answer, { statusCode: 401, body: { error: "invalid_client" } }),
  "a broken token endpoint": (answer) => Object.assign(answer, { statusCode: 500, body: "" }),
  "no bearer": (answer) => (answer.body.token_type = "mac"),
  "no id token": (answer) => delete answer.body.id_token,
  "no access token": (answer) => delete answer.body.access_token,
  "an answer without end": (answer) => (answer.body.padding = "x".repeat(300 * 1024)),
};

const WAYS_BACK = {
  "another state": ({ searchParams }) => searchParams.set("state", "of-another-login"),
  "no state": ({ searchParams }) => searchParams.delete("state"),
  "a second code": ({ searchParams }) => searchParams.append("code", "another"),
  "no code": ({ searchParams }) => searchParams.delete("code"),
  "another provider's name": ({ searchParams }) => searchParams.set("iss", "https://another.example"),
  "an error without a state": ({ searchParams }) => {
    searchParams.delete("state");
    searchParams.set("error", "access_denied");
  },
};

const PUBLISHED = {
  "discovery of another issuer": ["/.well-known/openid-configuration", (text) => text.replace(/"issuer":"[^"]*"/, '"issuer":"https://another.example"')],
  "discovery with a template": ["/.well-known/openid-configuration", (text) => text.replace(/"issuer":"[^"]*"/, '"issuer":"https://localhost/{tenantid}/v2.0"')],
  "keys somewhere else": ["/.well-known/openid-configuration", (text) => text.replace(/"jwks_uri":"[^"]*"/, '"jwks_uri":"https://another.example/keys"')],
  "keys that come twice": ["/jwks", (text) => text.replace(/^\{/, '{"keys":[],')],
};

await peer(async ({ cert, key, lie: first }) => {
  let lie = first;
  const counts = {};
  const issuer = new OAuth2Issuer();
  await issuer.keys.generate("RS256", { kid: "first" });
  if (lie === "no key id, two keys") await issuer.keys.generate("RS256", { kid: "second" });
  const service = new OAuth2Service(issuer);
  service.on("beforeTokenSigning", ({ header, payload }) => {
    if (payload.scope !== undefined) return; // the access token
    Object.assign(payload, PERSON, { auth_time: payload.iat, amr: ["pwd", "mfa"] });
    if (lie === "somebody else's userinfo") delete payload.groups;
    CLAIMS[lie]?.(payload);
    HEADERS[lie]?.(header);
  });
  service.on("beforeResponse", (answer) => {
    const resign = (token, change) => {
      const [header] = parsed(token);
      const text = change(Buffer.from(token.split(".")[1], "base64url").toString());
      const own = issuer.keys.toJSON(true).find(({ kid }) => kid === header.kid);
      const message = `${part(header)}.${part(text)}`;
      return `${message}.${sign("sha256", Buffer.from(message), { key: own, format: "jwk" }).toString("base64url")}`;
    };
    if (TOKENS[lie]) answer.body.id_token = TOKENS[lie](answer.body.id_token, { keys: issuer.keys, resign });
    ANSWERS[lie]?.(answer);
  });
  service.on("beforeUserinfo", (answer) => {
    answer.body = { ...answer.body, ...PERSON };
    if (lie === "somebody else's userinfo") answer.body.sub = "somebody-else";
  });
  service.on("beforeAuthorizeRedirect", ({ url }) => WAYS_BACK[lie]?.(url));
  const port = await serve({ cert, key }, (port) => {
    issuer.url = `https://localhost:${port}`;
    return (request, response) => {
      const { pathname } = new URL(request.url, issuer.url);
      counts[pathname] = (counts[pathname] ?? 0) + 1;
      if (lie === "a redirect at the token endpoint" && pathname === "/token") {
        return response.writeHead(307, { location: `${issuer.url}/elsewhere` }).end();
      }
      const [path, change] = PUBLISHED[lie] ?? [];
      if (path === pathname) {
        const end = response.end.bind(response);
        response.end = (body) => {
          const text = change(String(body));
          response.setHeader("content-length", Buffer.byteLength(text));
          return end(text);
        };
      }
      return service.requestHandler(request, response);
    };
  });
  // A line may change the lie or the keys; the answer says how often each path was asked for.
  const answer = async ({ lie: next, keys }) => {
    lie = next ?? lie;
    if (keys === "new") {
      const store = issuer.keys;
      Object.defineProperty(issuer, "keys", { configurable: true, value: new store.constructor() });
      await issuer.keys.generate("RS256", { kid: "next" });
    }
    return counts;
  };
  return { ready: { issuer: `https://localhost:${port}` }, answer };
});
