import type { z } from "zod";
import type { ErrorType } from "../errors.ts";
import type { Eventually } from "../eventually.ts";
import type { Answer, Answered } from "../wire/answer.ts";
import type { Caller, Scope } from "./caller.ts";
import type { Phases } from "./phases.ts";

/** What a handler may know of the call that it serves, besides its parameters. */
export interface Call extends Caller {
  /** Aborts when the client goes away or the server gives up; the reason is the error to answer with. */
  readonly signal: AbortSignal;
  /** The state of the signal, for who looks at it now and then: a signal itself costs more than many a call. */
  readonly stop: Pick<AbortSignal, "aborted" | "reason">;
  /** When the request had arrived, on the clock of `performance.now()`, in milliseconds. */
  readonly receivedAtMs: number;
  /** What the call is paid from; absent where it costs nothing. */
  readonly account?: Account | undefined;
  /** What HTTP's `Idempotency-Key` says, where the call came with it. */
  readonly idempotencyKey?: string | undefined;
  /** Says how HTTP answers a call of its own beside the result; of a batch nobody hears it. */
  respond?(head: Head): void;
  /** Hears what is done for the call, where it is traced. */
  readonly phases?: Phases | undefined;
  /** Adds fields to the request's log line, for example `{ graph, cached }`. Never tensors. */
  note(fields: Readonly<Record<string, string | number | boolean>>): void;
}

/** What HTTP says beside a result. */
export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Pays for what the calls of a request are going to do. */
export interface Account {
  /** Says that what follows is another call. */
  begin(): void;
  /** Pays for so many counted operations before they are done. Throws `quota_exceeded`. */
  charge(operations: number): void;
}

/** A runnable example: documentation and test at once. `result` is compared whole unless the test says otherwise. */
export interface Example {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly result: unknown;
  /** Whether it takes up where the example before it ended, and ids and times are others each time. */
  readonly isStory?: boolean;
  /** Whether `result` is a part of the answer only. */
  readonly isPart?: boolean;
  /** What has to be called before. */
  readonly after?: { readonly method: string; readonly params: Readonly<Record<string, unknown>> };
}

/** What to do with a result: a call of another method, with one of its members as a parameter. */
export interface Link {
  readonly method: string;
  readonly member: string;
  readonly parameter: string;
}

/** A plain route beside a method's own, in OpenAPI's words. */
export interface PlainRoute {
  readonly path: string;
  readonly verb: "get" | "put";
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: Readonly<Record<string, unknown>>;
  /** The answers that are no problems, by status. */
  readonly responses: Readonly<Record<number, unknown>>;
  readonly errors: readonly ErrorType[];
}

/** A method's one declaration: from it come the dispatcher, both HTTP faces, the documents, the tables and the tests. */
export interface Method<Context> {
  /** The JSON-RPC name, for example `graph.put`. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** What the call takes, by name; closed, so that an unknown parameter is an error. */
  readonly params: z.ZodObject;
  readonly result: z.ZodType;
  /** The errors that are this method's own; those that any call can meet go without saying. */
  readonly errors: readonly ErrorType[];
  readonly examples: readonly Example[];
  /** Calls that a result leads to, by a name for each. */
  readonly links?: Readonly<Record<string, Link>>;
  /** Further statuses of the plain face that come with the result, in OpenAPI's words. */
  readonly statuses?: Readonly<Record<number, { readonly description: string; readonly headers: object }>>;
  /** Headers that the plain face takes, in OpenAPI's words. */
  readonly headers?: readonly Readonly<Record<string, unknown>>[];
  /** Plain routes beside its own. */
  readonly routes?: readonly PlainRoute[];
  /** What its callers have to be allowed, any one of them; absent, `call`. */
  readonly scopes?: readonly Scope[];
  /** Whether its calls are never small, so that none runs on the thread that serves where there is another. */
  readonly isHeavy?: boolean;
  /** Whether the method exists on this server; absent means always. */
  readonly enabled?: (context: Context) => boolean;
  /** Whether it is for facades only: no client calls it by its name, and no document has it. */
  readonly isInternal?: boolean;
  /** What other systems call it, each with what to add to a call of this one, if anything; told to who calls it so. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** Answers a call. A ServiceError that it throws is the caller's, any other error our fault. */
  readonly handle: (params: never, context: Context, call: Call) => Eventually<Answer>;
}

/** Declares a method; what its handler takes and gives follows from the schemas. */
export function defineMethod<Context>() {
  return <P extends z.ZodObject, R extends z.ZodType>(
    method: Omit<Method<Context>, "params" | "result" | "handle"> & {
      readonly params: P;
      readonly result: R;
      readonly handle: (params: z.output<P>, context: Context, call: Call) => Eventually<Answered<z.input<R>>>;
    },
  ): Method<Context> => ({ ...method, params: method.params.strict() }) as Method<Context>;
}
