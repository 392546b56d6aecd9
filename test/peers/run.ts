// Runs other projects' own clients against a served instance: UM-Bridge's for Python and C++ with its conformance tests,
// Tesseract's SDK, tesseract-jax, and the examples of docs/peers.md. `npm run test:peers -- -k jax` runs some of the tests.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server } from "../../load/server.ts";
import { buildClient } from "./cpp.ts";
import { makeEnvironment } from "./environment.ts";
import { run } from "./shell.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));
const python = await makeEnvironment(join(here, "requirements.txt"), join(root, "node_modules/.cache"));
const failures: string[] = [];

const pair = { graph: JSON.parse(readFileSync(join(here, "pair.json"), "utf8")), alias: "pair" };
const same = { graph: { inputs: [{ name: "x", shape: [4] }], outputs: ["x"] }, alias: "same" };
const whole = { graph: { inputs: [{ name: "i", shape: [3], dtype: "int32" }], outputs: ["i"] }, alias: "whole" };

/** Runs a suite against an instance of its own, which has some models; its failure is told at the end. */
async function suite(
  name: string,
  models: readonly object[],
  command: readonly string[],
  args: (url: string) => readonly string[],
): Promise<void> {
  console.log(`--- ${name}`);
  const server = await Server.service({ LOG_LEVEL: "warn" });
  try {
    for (const model of models) await server.post("/v1/graph.put", JSON.stringify(model));
    const [file = "", ...rest] = command;
    const code = await run(file, [...rest, ...args(server.url)], { cwd: root, env: { COTANGENT_URL: server.url } });
    if (code !== 0) failures.push(name);
  } finally {
    await server.stop();
  }
}

const pytest = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"];
const conformance = (url: string) => [join(here, "umbridge"), `--model_url=${url}`];
const chosen = process.argv.slice(2);
if (chosen.length === 0) {
  await suite("UM-Bridge's conformance tests", [pair], pytest, conformance);
  await suite("UM-Bridge's conformance tests, of a model without derivatives", [whole], pytest, conformance);
}
await suite("clients for Python, and docs/peers.md", [pair], pytest, () => [join(here, "python"), ...chosen]);
if (chosen.length === 0) {
  const client = await buildClient(join(here, "umbridge"), join(root, "node_modules/.cache"));
  if (client) await suite("UM-Bridge's client for C++", [pair, same], [client], (url) => [url]);
}

for (const name of failures) console.error(`failed: ${name}`);
process.exitCode = failures.length === 0 ? 0 : 1;
