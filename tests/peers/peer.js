// The part that all peers in node share: lines of JSON in, lines of JSON out, and an end with standard input.

import { createServer } from "node:https";
import { once } from "node:events";
import { createInterface } from "node:readline";

// What a library prints must not be taken for an answer.
console.log = console.info = console.error;

/** Runs a peer: `start(settings)` gives what is said when it is ready, and what answers each further line. */
export async function peer(start) {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
  const { ready, answer } = await start(JSON.parse((await lines.next()).value));
  say(ready);
  for await (const line of lines) say((await answer?.(JSON.parse(line))) ?? {});
  process.exit(0);
}

/** An HTTPS server on any free port of this machine; `handler` is made once the port is known. */
export async function serve({ cert, key }, makeHandler) {
  let handler;
  const server = createServer({ cert, key }, (request, response) => handler(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  handler = await makeHandler(port);
  return port;
}
