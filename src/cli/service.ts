import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { clientOf, type Service, unreachable } from "./client.ts";
import { exitCodes, Failure } from "./failure.ts";

const usualUrl = "http://127.0.0.1:3000";
const lookMs = 2000;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The service of `COTANGENT_URL`; else the one at the usual address of this machine; else one that is started in this process,
 * for as long as the command takes. Throws a {@link Failure} where the one that is named does not answer.
 */
export async function findService(env: Env, hasJobs: boolean): Promise<Service> {
  const { COTANGENT_URL: named = "", COTANGENT_KEY: key = "" } = env;
  if (named !== "" && !URL.canParse(named)) {
    throw new Failure(exitCodes.usage, `COTANGENT_URL is ${JSON.stringify(named)}, which is no address`);
  }
  const url = (named || usualUrl).replace(/\/+$/, "");
  const fault = await absence(url);
  if (fault === undefined) {
    return { url, api: clientOf(url, key || undefined), ownDir: undefined, close: async () => undefined };
  }
  if (named !== "") throw unreachable(url, fault);
  return startOwn(env, hasJobs);
}

/** Where a service of this machine keeps jobs. */
export function dataDirOf({ DATA_DIR }: Env): string {
  return resolve(DATA_DIR || "cotangent-data");
}

/** Whether there is a folder of jobs. */
export function hasDataDir(env: Env): boolean {
  return existsSync(dataDirOf(env));
}

/** Why no such service is at an address; undefined where one is. */
async function absence(url: string): Promise<Error | undefined> {
  try {
    const answer = await fetch(`${url}/livez`, { signal: AbortSignal.timeout(lookMs) });
    const told: unknown = await answer.json().catch(() => undefined);
    const isOurs = (told as { status?: unknown } | undefined)?.status === "ok";
    return isOurs ? undefined : new Error("what answers there is another service");
  } catch (fault) {
    return fault as Error;
  }
}

/** A service in this process, on a free port of this machine, without keys. Calls run on its thread, jobs on others. */
async function startOwn(env: Env, hasJobs: boolean): Promise<Service> {
  const [{ readConfig }, { buildApp }, { methods }, { assemble }] = await Promise.all([
    import("../config.ts"),
    import("../http/app.ts"),
    import("../methods/index.ts"),
    import("../service.ts"),
  ]);
  const own = { HOST: "127.0.0.1", PORT: "0", AUTH: "", KEYS_FILE: "", JWT_ISSUER: "", JWT_AUDIENCE: "" };
  const bare = { TLS_CERT: "", TLS_KEY: "", METRICS_PORT: "", DRAIN_MS: "500" };
  let config: ReturnType<typeof readConfig>;
  try {
    config = readConfig({ ...env, ...own, ...bare, ...(hasJobs ? {} : { WORKERS: "0" }) });
  } catch (error) {
    throw new Failure(exitCodes.usage, (error as Error).message);
  }
  const service = assemble(config, (fault) => console.error(fault));
  const app = buildApp({ config, methods, ...service });
  const url = await app.listen({ host: config.host, port: config.port });
  service.pool?.start();
  if (hasJobs) await service.jobs.begin();
  return { url, api: clientOf(url, undefined), ownDir: dataDirOf(env), close: () => app.close() };
}
