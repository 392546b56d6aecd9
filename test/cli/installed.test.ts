import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { folderOfFile } from "../support/folders.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const dir = folderOfFile();
const { PATH } = process.env;

test("in a clone npm runs it, by the Node that npm brought, and asks no registry for it", async () => {
  const env = {
    PATH,
    HOME: dir,
    npm_config_cache: join(dir, "cache"),
    npm_config_offline: "true",
    npm_config_registry: "http://127.0.0.1:9",
  };
  const words = ["exec", "cotangent", "--", "evaluate", "x^2", "x=3", "--json"];
  const { stdout } = await promisify(execFile)("npm", words, {
    cwd: root,
    env: { ...env, DATA_DIR: join(dir, "none") },
  });
  expect(JSON.parse(stdout).outputs).toEqual({ y: 9 });
});

test("as a package it runs too, where Node strips no types, and so do its threads", async () => {
  const installed = join(dir, "node_modules/cotangent");
  mkdirSync(installed, { recursive: true });
  for (const part of ["bin", "src", "package.json"]) {
    cpSync(join(root, part), join(installed, part), {
      recursive: true,
      filter: (path) => !path.includes("src/playground"),
    });
  }
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (!name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(dir, "node_modules", name));
  }
  const env = { PATH, HOME: dir, DATA_DIR: join(dir, "data"), DISK_FREE_BYTES: "0" };
  const words = ["job", "submit", "gradient", "x^2", "x=[1,2,3]", "--batch", "3"];
  const child = spawn(process.execPath, [join(installed, "bin/cotangent.js"), ...words], { cwd: dir, env });
  const [out, told, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect({ code, told }).toMatchObject({ code: 0 });
  expect(out).toMatch(/^state +succeeded$/m);
});

test("an older Node hands over to the one that npm brought", async () => {
  // As an older Node would see it: what it is, is all that the file looks at.
  const older = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.1.0"})`;
  const bin = join(root, "bin/cotangent.js");
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", older, bin, "--version"], {
    env: { PATH },
  });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
