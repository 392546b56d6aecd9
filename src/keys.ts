import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { digestOf, lineOf, newKey, readKeys } from "./access/key.ts";
import { scopes } from "./rpc/caller.ts";

// Makes keys: `npm run keys -- new --tenant acme --scopes call,jobs`. A key is shown once; its file knows its hash only.

const usage = `usage: npm run keys -- new --tenant NAME [--scopes call,jobs] [--id ID] [--expires 2030-01-31T12:00:00Z]
                          [--limits '{"requestsPerSecond": 100}'] [--file FILE]
       npm run keys -- first --file FILE [--metrics-key FILE]
       npm run keys -- secret --file FILE

new makes a key, shows it once, and adds its hash to FILE (KEYS_FILE where that is set), or shows the line to add where
there is no file. Scopes are ${scopes.join(", ")}; without --scopes the key has call and jobs.

first makes FILE with a key for calls, jobs and administration where there is no such file yet, and a key for the metrics,
which is written as it is to the second file, for whatever reads them.

secret makes FILE with a random password where there is no such file yet, for a database and those who use it.`;

const { values, positionals } = readArguments();
const file = values.file ?? (process.env.KEYS_FILE || undefined);
const command = positionals.join(" ");
if (command === "new" && values.tenant !== undefined) makeNew(values.tenant);
else if (command === "first" && file !== undefined) makeFirst(file);
else if (command === "secret" && file !== undefined) makeSecret(file);
else fail(usage);

function makeNew(tenant: string): void {
  const { limits, expires: expiresAt, scopes = "call,jobs" } = values;
  const { id = `${tenant}-${randomBytes(4).toString("hex")}` } = values;
  const { key, line } = make(() => ({
    id,
    tenant,
    scopes: scopes.split(",").map((scope) => scope.trim()),
    ...(limits === undefined ? {} : { limits: JSON.parse(limits) }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }));
  if (file === undefined) {
    console.log(`${key}\n\nThis is shown once. Add this line to the file that KEYS_FILE names:\n\n${line}`);
    return;
  }
  writing(file, () => addLines(file, line));
  console.log(`${key}\n\nThis is shown once. ${file} has its hash, under the id ${id}.`);
}

function makeFirst(file: string): void {
  if (existsSync(file)) {
    console.log(`${file} has keys already; npm run keys -- new makes more.`);
    return;
  }
  const own = make(() => ({ id: "first", tenant: "first", scopes: ["call", "jobs", "admin"] }));
  const metrics = make(() => ({ id: "metrics", tenant: "metrics", scopes: ["metrics"] }));
  const path = values["metrics-key"];
  // Another user reads it, in a folder that is for the two alone.
  if (path !== undefined) writing(path, () => writeFileSync(path, metrics.key, { mode: 0o644 }));
  writing(file, () => addLines(file, path === undefined ? own.line : `${own.line}\n${metrics.line}`));
  console.log(`The first key, which is shown once: ${own.key}\nSend it as Authorization: Bearer ${own.key}`);
}

function makeSecret(file: string): void {
  if (existsSync(file)) {
    console.log(`${file} is there already.`);
    return;
  }
  // Other users read it, in a folder that is for those alone.
  writing(file, () => writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o644 }));
  console.log(`${file} has a new password.`);
}

/** A new key, and the line of a file that has its hash. */
function make(facts: () => Readonly<Record<string, unknown>>): { readonly key: string; readonly line: string } {
  const key = newKey();
  try {
    return { key, line: lineOf({ ...facts(), sha256: digestOf(key) }) };
  } catch (error) {
    return fail(`no key was made: ${(error as Error).message}\n\n${usage}`);
  }
}

/** Adds lines in one piece, to a file that is then as good as it was. */
function addLines(file: string, lines: string): void {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const start = before === "" || before.endsWith("\n") ? "" : "\n";
  readKeys(before + start + lines);
  appendFileSync(file, `${start}${lines}\n`, { mode: 0o600 });
}

function writing(file: string, write: () => void): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    write();
  } catch (error) {
    fail(`${file}: ${(error as Error).message}`);
  }
}

function readArguments() {
  const text = { type: "string" } as const;
  const options = {
    tenant: text,
    scopes: text,
    id: text,
    expires: text,
    limits: text,
    file: text,
    "metrics-key": text,
  };
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${usage}`);
  }
}

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}
