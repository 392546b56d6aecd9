import type { Logger } from "pino";

/** Writes one line of the audit: what happened, and facts that hold no secret. */
export type Audit = (what: string, facts: Readonly<Record<string, string | number | undefined>>) => void;

/** The audit of a service: lines of its log, whatever its level but `silent`. */
export function createAudit(logger: Logger | undefined): Audit {
  if (!logger || logger.level === "silent") return () => undefined;
  const lines = logger.child({}, { level: "info" });
  return (audit, facts) => lines.info({ audit, ...facts }, "audit");
}
