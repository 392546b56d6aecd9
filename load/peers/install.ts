import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Contestant, Peer } from "./peer.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const home = here("../.peers/");

/** The Python that has the peers, once they are installed. */
export const pythonOfPeers = `${home}python/bin/python`;

/** Installs the peers that are missing, in the versions that are pinned beside this file, and starts them. */
export function startPeers(): { peers: Contestant[]; absent: string[] } {
  const peers: Contestant[] = [];
  const absent: string[] = [];
  const start = (names: readonly string[], install: () => readonly Peer[]) => {
    try {
      peers.push(...install());
    } catch (error) {
      absent.push(`${names.join(", ")}: ${(error as Error).message}`);
    }
  };
  start(["JAX", "CasADi"], () => {
    const python = pythonOfPeers;
    once("python", "requirements.txt", () => {
      execute("python3", ["-m", "venv", "--clear", `${home}python`]);
      execute(python, [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        here("requirements.txt"),
      ]);
    });
    return [new Peer("JAX", python, [here("jax_peer.py")]), new Peer("CasADi", python, [here("casadi_peer.py")])];
  });
  start(["jax-js"], () => {
    once("npm", "package-lock.json", () => {
      for (const file of ["package.json", "package-lock.json"]) copyFileSync(here(file), `${home}npm/${file}`);
      execute("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], `${home}npm`);
    });
    const module = `${home}npm/node_modules/@jax-js/jax/dist/index.js`;
    return [new Peer("jax-js", process.execPath, [here("jaxjs.ts"), module])];
  });
  return { peers, absent };
}

/** Runs an installation unless it was done with the same list of versions. */
function once(folder: string, list: string, install: () => void): void {
  const mark = `${home}${folder}.installed`;
  const wanted = readFileSync(here(list), "utf8");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  mkdirSync(`${home}${folder}`, { recursive: true });
  install();
  writeFileSync(mark, wanted);
}

function execute(command: string, args: readonly string[], cwd = home): void {
  console.error(`${command} ${args.join(" ")}`);
  const { status, error } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
  if (error || status !== 0) throw new Error(`${command} ${args[0]} ${args[1]} failed`);
}
