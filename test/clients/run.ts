// Generates, builds and runs the example projects of clients/ against a served instance: `npm run test:clients -- go`. Without
// names, all whose tools this machine has; then those of TypeScript and Python have to be among them.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { Server } from "../../load/server.ts";
import { type Command, recipes } from "./recipes.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const cache = join(root, "node_modules/.cache");
const expected = readFileSync(join(root, "clients/expected.txt"), "utf8");
const required = ["typescript", "python"];

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(recipes, name));
if (unknown) throw new Error(`there is no example in ${unknown}: there are ${Object.keys(recipes).join(", ")}`);
const missing = new Map(
  Object.entries(recipes).flatMap(([name, { tools }]) => {
    const absent = tools.find(([file, ...args]) => spawnSync(file, args, { stdio: "ignore" }).status !== 0);
    return absent ? [[name, absent[0]] as const] : [];
  }),
);
const failures: string[] = [];
const dataDir = mkdtempSync(join(tmpdir(), "cotangent-"));
const server = await Server.service({ LOG_LEVEL: "warn", DATA_DIR: dataDir });
const names = asked.length > 0 ? asked : Object.keys(recipes);
for (const name of names) {
  const tool = missing.get(name);
  if (tool !== undefined) {
    console.error(`not run: the example in ${name}, as ${tool} is missing`);
    if (asked.length > 0 || required.includes(name)) failures.push(name);
    continue;
  }
  const startedAtMs = performance.now();
  const fault = await faultOf(name);
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  console.log(`${fault ? "failed" : "passed"}: the example in ${name}, ${seconds} s`);
  if (fault) {
    console.error(fault);
    failures.push(name);
  }
}
await server.stop();
rmSync(dataDir, { recursive: true });
process.exitCode = failures.length === 0 ? 0 : 1;

/** Builds and runs an example; what went wrong, if anything did. */
async function faultOf(name: string): Promise<string | undefined> {
  const directory = join(cache, "clients", name);
  mkdirSync(directory, { recursive: true });
  cpSync(join(root, "clients", name), directory, { recursive: true });
  const { build, run } = await recipes[name]!.steps({ root, directory, cache });
  for (const command of build) {
    const { status, said } = executed(command, directory);
    if (status !== 0) return `${command.line.join(" ")} failed\n${said}`;
  }
  const { status, printed, said } = executed(run, directory);
  if (status !== 0 || printed !== expected) return `it ends with ${status} and says\n${said}`;
  return undefined;
}

function executed({ line: [file, ...args], env = {} }: Command, cwd: string) {
  const surroundings = { ...process.env, COTANGENT_URL: server.url, ...env };
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, env: surroundings, encoding: "utf8" });
  return { status, printed: stripVTControlCharacters(stdout), said: `${stdout}${stderr}${error ?? ""}` };
}
