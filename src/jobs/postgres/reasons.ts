/** Why the database could not do something; undefined for errors that are not of its state. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") return connectionFaults.test(error.message) ? said(error.message) : undefined;
  const isOfState = unusable.test(code) || unreachable.has(code) || isPassing(error);
  return isOfState ? said(error.message || code) : undefined;
}

/** Whether the same can be tried again at once: two got into each other's way. */
export function isPassing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === serializationFailure || code === deadlockDetected;
}

function said(message: string): string {
  return `the database says ${message}`;
}

const serializationFailure = "40001";
const deadlockDetected = "40P01";

// By SQLSTATE: connection, authorization, resources (full disks), an operator's doing (restarts, time-outs), system errors; a
// database that is read only or missing, a lock that is not to be had.
const unusable = /^(08...|28...|53...|57...|58...|25006|25P0[234]|3D000|55P03)$/;

const unreachable: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EACCES",
]);

// What the client says of a connection without a code.
const connectionFaults =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client was closed|The server does not support SSL)/i;
