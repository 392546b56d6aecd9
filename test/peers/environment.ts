import { hash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./shell.ts";

/**
 * The Python of a virtual environment that has what a file of requirements asks for, made once for each such file. Throws
 * where this machine has no Python.
 */
export async function makeEnvironment(requirements: string, cache: string): Promise<string> {
  const digest = hash("sha256", readFileSync(requirements)).slice(0, 12);
  const directory = join(cache, `python-${digest}`);
  const python = join(directory, "bin/python");
  if (existsSync(join(directory, "made"))) return python;
  const base = process.env.PYTHON ?? "python3";
  if ((await run(base, ["-c", "import venv, ensurepip"], { isSilent: true })) !== 0) {
    throw new Error(`${base} with the modules venv and ensurepip is missing: the peers' clients did not run`);
  }
  const startedAtMs = performance.now();
  console.log("--- making a virtual environment for Python");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  await must(base, ["-m", "venv", directory]);
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
  await must(python, install);
  writeFileSync(join(directory, "made"), "");
  console.log(`    made in ${Math.round((performance.now() - startedAtMs) / 1000)} s`);
  return python;
}

async function must(file: string, args: readonly string[]): Promise<void> {
  if ((await run(file, args)) !== 0) throw new Error(`${file} ${args.join(" ")} failed`);
}
