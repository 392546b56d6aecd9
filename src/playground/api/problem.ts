/** What the service, or the way to it, has to say against a call. */
export interface Problem {
  /** The last part of its type, as `invalid_graph`; `unreachable` where no answer came. */
  readonly type: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  /** The node that is meant, by the name that the document has for it. */
  readonly node?: string;
}

/** A problem as an exception. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = "Refused";
    this.problem = problem;
  }
}

/** Reads a problem document, or the error of a JSON-RPC reply; what is neither is a problem too. */
export function problemOf(answer: unknown, status: number): Problem {
  const { type, detail, message, data } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const told = (data ?? {}) as Readonly<Record<string, unknown>>;
  return {
    type: text(told.type) ?? text(type)?.split(":").at(-1) ?? "failed",
    message: text(told.reason) ?? text(detail) ?? text(message) ?? `the service answered with status ${status}`,
    ...(typeof told.line === "number" && { line: told.line }),
    ...(typeof told.column === "number" && { column: told.column }),
    ...(typeof told.node === "string" && { node: told.node }),
  };
}

/** The problem that an exception stands for; undefined for a call that was given up because a newer one replaced it. */
export function problemOfThrown(thrown: unknown): Problem | undefined {
  if (thrown instanceof Refused) return thrown.problem;
  if (thrown instanceof DOMException && thrown.name === "AbortError") return undefined;
  return { type: "unreachable", message: "the service cannot be reached; is it running?" };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
