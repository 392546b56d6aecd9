import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

// Bundles the playground into dist/playground/, which the service serves; `npm ci` runs it. It does nothing where the
// sources are those of the last time, or where the bundler is absent, as it is in an installation for production.

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = join(root, "dist/playground");
const key = keyOf(globSync(["src/**/*.{ts,tsx,css,html,svg}", "package-lock.json", "openapi.d.ts"], { cwd: root }));

if (isMain()) await bundle();

/** Bundles the page unless that was done already; answers the folder that it is in, undefined without a bundler. */
export async function bundle(): Promise<string | undefined> {
  if (existsSync(join(folder, "key")) && readFileSync(join(folder, "key"), "utf8") === key) return folder;
  const bundler = await loadBundler();
  if (!bundler) {
    console.log("the playground is left out, as its bundler is not installed: npm ci without --omit=dev brings it");
    return undefined;
  }
  const startedMs = performance.now();
  // In a folder of its own until it is whole: a service may be serving the last one, and two may bundle at once.
  const fresh = `${folder}-${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  await bundler(join(root, "src/playground"), fresh);
  await compressAll(join(fresh, "assets"));
  await compressAll(fresh);
  writeFileSync(join(fresh, "key"), key);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  console.log(`bundled the playground in ${Math.round(performance.now() - startedMs)} ms`);
  return folder;
}

function isMain(): boolean {
  return process.argv[1] === fileURLToPath(import.meta.url);
}

function keyOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of [...paths].sort()) hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  return hash.digest("hex");
}

async function loadBundler() {
  try {
    return (await import("./playground/bundle/vite.ts")).bundlePage;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Puts a .br and a .gz beside each text of a folder: compressing well takes long, and is done once. */
async function compressAll(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const texts = readdirSync(folder).filter((name) => /\.(js|css|html|svg)$/.test(name));
  await Promise.all(
    texts.map(async (name) => {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      const [br, gz] = await Promise.all([promisify(brotliCompress)(bytes), promisify(gzip)(bytes, { level: 9 })]);
      writeFileSync(`${path}.br`, br);
      writeFileSync(`${path}.gz`, gz);
    }),
  );
}
