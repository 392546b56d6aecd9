import { hash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./shell.ts";

const packages = ["libcpp-httplib-dev", "libcpp-httplib0.11", "nlohmann-json3-dev"];
const options = ["OPENSSL", "BROTLI", "ZLIB"].map((name) => `-DCPPHTTPLIB_${name}_SUPPORT`);

/**
 * Compiles the client for C++ with the libraries of Debian that it needs: those installed, or else its packages unpacked
 * into the cache. Undefined, having said why, where this machine has no compiler or cannot get them. Throws where it does
 * not compile.
 */
export async function buildClient(sources: string, cache: string): Promise<string | undefined> {
  const text = ["client.cpp", "umbridge.h"].map((name) => readFileSync(join(sources, name), "utf8")).join("");
  const client = join(cache, `umbridge-client-${hash("sha256", text).slice(0, 12)}`);
  if (existsSync(client)) return client;
  if ((await run("g++", ["--version"], { isSilent: true })) !== 0) return skip("g++ is missing");
  mkdirSync(cache, { recursive: true });
  const prefix = existsSync("/usr/include/httplib.h") ? "" : await unpacked(join(cache, "debian"));
  if (prefix === undefined) return skip(`Debian's packages ${packages.join(", ")} cannot be had`);
  const include = ["", "/nlohmann"].map((folder) => `-I${prefix}/usr/include${folder}`);
  const libraries = prefix === "" ? [] : libraryFolders(prefix).flatMap((at) => [`-L${at}`, `-Wl,-rpath,${at}`]);
  const args = ["-std=c++17", ...options, ...include, `-I${sources}`, join(sources, "client.cpp")];
  const linked = [...libraries, "-lcpp-httplib", "-pthread", "-lssl", "-lcrypto"];
  if ((await run("g++", [...args, ...linked, "-o", client])) !== 0)
    throw new Error("the client for C++ does not compile");
  return client;
}

function skip(reason: string): undefined {
  console.error(`not run: UM-Bridge's client for C++, as ${reason}`);
}

/** Where packages of Debian are unpacked. */
async function unpacked(directory: string): Promise<string | undefined> {
  const quiet = { cwd: directory, isSilent: true };
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  if ((await run("apt-get", ["download", ...packages], quiet)) !== 0) return undefined;
  for (const file of readdirSync(directory)) {
    if ((await run("dpkg", ["-x", file, "."], quiet)) !== 0) return undefined;
  }
  return directory;
}

function libraryFolders(prefix: string): string[] {
  const lib = join(prefix, "usr/lib");
  return readdirSync(lib).map((name) => join(lib, name));
}
