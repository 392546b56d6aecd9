/** What the process ends with; documented in `docs/command-line.md`. */
export const exitCodes = {
  ok: 0,
  /** The service answered an error. */
  refused: 1,
  /** The command line, or a file that it names, cannot be used. */
  usage: 2,
  /** No service answers. */
  unreachable: 3,
  /** A job ended, and not as succeeded. */
  notSucceeded: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** Something that a person can mend, told as it is, without a stack. */
export class Failure extends Error {
  readonly exitCode: number;
  /** For machines. */
  readonly problem: Readonly<Record<string, unknown>> | undefined;

  constructor(exitCode: number, message: string, problem?: Readonly<Record<string, unknown>>) {
    super(message);
    this.exitCode = exitCode;
    this.problem = problem;
  }
}

/** A command line, or a file, that cannot be used. */
export function misused(message: string): Failure {
  return new Failure(exitCodes.usage, message);
}

/** An error that the service answered: its type, words, place and caret, and faults with their paths. */
export function refused(problem: unknown, status: number): Failure {
  const { detail, title, data } = (typeof problem === "object" && problem !== null ? problem : {}) as {
    readonly detail?: string;
    readonly title?: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
  const type = data?.type ?? `status ${status}`;
  const limit = data?.allowed === undefined ? "" : `\n  allowed ${data.allowed}, received ${data.received}`;
  const again =
    typeof data?.retryAfterMs === "number" ? `\n  try again in ${Math.ceil(data.retryAfterMs / 1000)} s` : "";
  const words = indented(detail ?? title ?? "no words");
  const known = typeof problem === "object" && problem !== null ? { problem: problem as Record<string, unknown> } : {};
  return new Failure(exitCodes.refused, `${type}: ${words}${limit}${again}`, known.problem);
}

/** Texts of several lines keep their columns: the caret stands where it should. */
function indented(text: string): string {
  return text.replaceAll("\n", "\n  ");
}
