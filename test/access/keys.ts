import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { digestOf, newKey } from "../../src/access/key.ts";

/** A folder that is there until the test is over. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "cotangent-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A new key and the line of a file that has it. */
export function makeKey(facts: Readonly<Record<string, unknown>> = {}): {
  readonly key: string;
  readonly line: string;
} {
  const key = newKey();
  const entry = {
    id: `id-${digestOf(key).slice(0, 8)}`,
    tenant: "acme",
    sha256: digestOf(key),
    scopes: ["call"],
    ...facts,
  };
  return { key, line: JSON.stringify(entry) };
}

/** A file of keys, and the keys in it by name. */
export function keysFile<K extends string>(
  wanted: Readonly<Record<K, Readonly<Record<string, unknown>>>>,
): { readonly file: string; readonly keys: Readonly<Record<K, string>> } {
  const file = join(folder(), "keys.jsonl");
  const made = (Object.keys(wanted) as K[]).map((name) => [name, makeKey({ id: name, ...wanted[name] })] as const);
  writeFileSync(file, made.map(([, { line }]) => `${line}\n`).join(""));
  return { file, keys: Object.fromEntries(made.map(([name, { key }]) => [name, key])) as Record<K, string> };
}

/** The header that shows a key. */
export function bearer(key: string): { readonly authorization: string } {
  return { authorization: `Bearer ${key}` };
}
