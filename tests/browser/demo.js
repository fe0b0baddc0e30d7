// Starts `kuvert-demo`, waits until it says where everything is, and ends it.
// It knows no page; the journeys do.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Runs the demo on a folder of its own. `more.municipalities` are blocks of configuration for municipalities beside the
 * demo's own, `more.files` (name → content) what they name. `addresses` is the JSON line it prints; `log()` is all it
 * wrote since.
 */
export async function startDemo(extra = [], more = {}) {
  const program = process.env.KUVERT_DEMO;
  if (!program) throw new Error("KUVERT_DEMO names the program; `cargo xtask test browser` sets it");
  const folder = await mkdtemp(join(tmpdir(), "kuvert-browser-"));
  const data = join(folder, "data");
  await mkdir(data, { mode: 0o700 });
  for (const [name, content] of Object.entries(more.files ?? {})) await writeFile(join(data, name), content, { mode: 0o600 });
  if (more.municipalities) {
    const file = join(folder, "municipalities.toml");
    await writeFile(file, more.municipalities);
    extra = [...extra, "--municipalities", file];
  }
  const demo = spawn(program, ["--json", "--data", data, ...extra], { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  demo.stderr.on("data", (chunk) => (log += chunk));
  const lines = createInterface({ input: demo.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw new Error(`the demo ended before it was ready:\n${log}`);
  return {
    addresses: JSON.parse(first.value),
    data,
    log: () => log,
    async stop() {
      const ended = demo.exitCode === null ? once(demo, "exit") : null;
      demo.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
