import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../src/bundle.ts";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import { alone } from "../support/alone.ts";

/** Bundles the page as it is now and serves it beside the methods; answers where. Closed by `close`. */
export async function servePage(
  env: Readonly<Record<string, string>> = {},
): Promise<{ origin: string; close(): Promise<unknown> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "playground-"));
  const config = readConfig({ DATA_DIR: dataDir, DISK_FREE_BYTES: "0", DRAIN_MS: "0", ...env });
  const page = await bundle();
  if (page === undefined) throw new Error("there is no bundler");
  const service = alone(config);
  const app = buildApp({ config, methods, page, ...service });
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  await service.jobs.begin();
  return {
    origin,
    async close() {
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
