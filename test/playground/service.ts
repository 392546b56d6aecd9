import { bundle } from "../../src/bundle.ts";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import { alone } from "../support/alone.ts";

/** Bundles the page as it is now and serves it beside the methods; answers where. Closed by `close`. */
export async function servePage(
  env: Readonly<Record<string, string>> = {},
): Promise<{ origin: string; close(): Promise<unknown> }> {
  const config = readConfig(env);
  const page = await bundle();
  if (page === undefined) throw new Error("there is no bundler");
  const app = buildApp({ config, methods, dispatch: alone(config).dispatch, page });
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  return { origin, close: () => app.close() };
}
