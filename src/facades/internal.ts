import { z } from "zod";
import { type Context, define } from "../calls/context.ts";
import { admitted } from "../engine/runs/admitted.ts";
import { after, type Eventually } from "../eventually.ts";
import type { Dispatcher, Outcome } from "../rpc/dispatch.ts";
import { outcomeName } from "../rpc/dispatch.ts";
import type { Face, Reply, ReplyHead } from "../rpc/faces.ts";
import type { Call, Method } from "../rpc/method.ts";
import type { Answer } from "../wire/answer.ts";
import { listedElementBytes, typedElements, withLists } from "../wire/cbor/lists.ts";

/** Answers one kind of request of a facade: what was asked for besides the body, and the body as it was sent. */
export type Handle = (asked: Asked, context: Context, call: Call) => Eventually<Answer>;

/** A request of a facade, as it goes to the thread that answers it. */
export interface Asked {
  readonly body?: unknown;
  /** What the path names. */
  readonly name?: string | undefined;
  /** The form that the answer is to have. */
  readonly form?: string | undefined;
}

/** Declares a method that only a facade calls: so its calls are counted, admitted and moved to other threads as all are. */
export function internalMethod(name: string, summary: string, handle: Handle): Method<Context> {
  return define({
    name,
    summary,
    description: summary,
    params: z.object({
      body: z.unknown().describe("the body"),
      name: z.string().optional().describe("what the path names"),
      form: z.string().optional().describe("the form of the answer"),
    }),
    result: z.unknown(),
    errors: [],
    examples: [],
    isInternal: true,
    handle: (asked, context, call) => handled(handle, asked, context, call) as Eventually<never>,
  });
}

/** Hands a body on with lists in place of typed arrays, which no protocol of these has; their memory is admitted. */
function handled(handle: Handle, asked: Asked, context: Context, call: Call): Eventually<Answer> {
  const count = typedElements(asked.body);
  if (count === 0) return handle(asked, context, call);
  return admitted(context.engine, count * listedElementBytes, () =>
    handle({ ...asked, body: withLists(asked.body) }, context, call),
  );
}

/** What a face of an internal method is made of. */
export interface InternalFace {
  readonly path: string;
  readonly method: string;
  readonly asked?: Omit<Asked, "body">;
  readonly head?: ReplyHead;
  /** What is taken for no body; absent, there has to be one. */
  readonly empty?: unknown;
}

/** A face that hands bodies to an internal method, and leaves it to its host to tell failures. */
export function internalFace(dispatcher: Dispatcher, { path, method, asked, head, empty }: InternalFace): Face {
  const replyOf = (outcome: Outcome): Reply => ({
    text: outcome.ok ? outcome.text : undefined,
    failure: outcome.ok ? undefined : outcome,
    head: outcome.ok ? head : undefined,
    method,
    calls: undefined,
    outcome: outcomeName(outcome),
  });
  return {
    path,
    method,
    empty,
    run: (body, exchange) => after(dispatcher.run(method, { ...asked, body }, exchange), replyOf),
    glance: () => ({ method, isBatch: false, ids: [], params: [{}] }),
    refuse: replyOf,
  };
}
