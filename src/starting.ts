import { resolve } from "node:path";
import { type Logger, pino } from "pino";
import { about, type Config, readConfig } from "./config.ts";
import { bufferedLines } from "./http/log.ts";
import type { HostOptions } from "./jobs/host.ts";

/** The settings of this process, which ends where they are bad. */
export function readSettings(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    return giveUp((error as Error).message);
  }
}

/** Ends the process, saying why it cannot start. */
export function giveUp(reason: string): never {
  console.error(`${about.title} cannot start: ${reason}`);
  process.exit(1);
}

/** Why a port cannot be listened on; `setting` is the variable that names it. */
export function cannotListen(
  error: NodeJS.ErrnoException & { readonly port?: number },
  host: string,
  setting: (port: number | undefined) => string,
): string {
  const { port } = error;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} of ${host} is in use; set ${setting(port)} to another`,
    EACCES: `no permission to listen on port ${port}; set ${setting(port)} to another`,
    EADDRNOTAVAIL: `${host} is no address of this machine; set HOST to another`,
    ENOTFOUND: `${host} is no known host; set HOST to another`,
  };
  return reasons[error.code ?? ""] ?? error.message;
}

/** The log of a process, and what hears of its faults and of what becomes of jobs. */
export function startLog({ logLevel }: Config): {
  readonly logger: Logger;
  readonly onFault: HostOptions["onFault"];
  readonly onJob: NonNullable<HostOptions["onChange"]>;
} {
  const logger = pino({ level: logLevel }, bufferedLines());
  return {
    logger,
    onFault: (err, where) => logger.error({ err, ...where }, "fault"),
    onJob: ({ id, tenant, state, isState, isElsewhere }) => {
      // Whoever changed it says so.
      if (isState && !isElsewhere) logger.info({ job: id, tenant, state }, "job");
    },
  };
}

/** Where jobs are kept, for people: no password is shown. */
export function placeOfJobs({ databaseUrl, dataDir }: Config): string {
  if (databaseUrl === undefined) return resolve(dataDir);
  const { host, pathname, searchParams } = new URL(databaseUrl);
  return `the database ${pathname.slice(1)} of ${searchParams.get("host") ?? host}`;
}
