// The BankID of npm's `@lucasros98/bankid-mock`, over TLS.
// Settings: `cert` and `key` as PEM, and the library's own `options`. Ready: `{"port": n}`. It asks for no client certificate.

import mock from "@lucasros98/bankid-mock";

import { peer, serve } from "./peer.js";

await peer(async ({ cert, key, options }) => {
  const port = await serve({ cert, key }, () => mock.createMockServer(options).app);
  return { ready: { port } };
});
