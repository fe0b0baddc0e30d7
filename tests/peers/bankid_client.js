// A relying party of BankID by npm's `bankid`, told one step at a time.
// Settings: `url` of the API with a slash at its end, and `ca`, `cert`, `key` as PEM. A step is `{"do": name, "with": arguments}`;
// its answer is what the library made of BankID's answer, or `{"error": code}`.

import { Agent } from "node:https";

import bankid from "bankid";

import { peer } from "./peer.js";

await peer(({ url, ca, cert, key }) => {
  const client = new bankid.BankIdClientV6({ production: false });
  // The library knows BankID's own two addresses and a PKCS#12 file only; the rest of it is left as it is.
  client.axios.defaults.baseURL = url;
  client.axios.defaults.httpsAgent = new Agent({ ca, cert, key });
  const codes = new Map();
  const answer = async ({ do: step, with: given }) => {
    try {
      if (step === "qr") {
        const frame = await codes.get(given.orderRef).nextQr(given.orderRef).next();
        return { qr: frame.value };
      }
      const { qr, ...said } = await client[step](given);
      if (qr) codes.set(said.orderRef, qr);
      return said;
    } catch (error) {
      if (error instanceof bankid.BankIdError) return { error: error.code };
      throw error;
    }
  };
  return { ready: {}, answer };
});
