import { after, type Eventually } from "../eventually.ts";
import { unifyNaN } from "../graph/ndarray.ts";
import type { Call } from "../rpc/method.ts";
import { type KeptAnswer, TensorLeaf } from "../wire/answer.ts";
import { carryOut, type Made } from "./carry-out.ts";
import type { Context } from "./context.ts";
import { type WarningsMember, warningsMember } from "./doubt/warnings.ts";
import { KeptCalls } from "./kept.ts";
import type { Plan } from "./plan.ts";
import { ask, type Question, type QuestionParams } from "./question.ts";
import { weightedQuestion, weightsOf, withoutWeights } from "./selection.ts";

/**
 * The handler of a method that runs a graph: asks, plans, carries out and composes the answer. What it finds out is kept by
 * graph and settings, so that of further calls only the numbers are looked at.
 */
export function numeric<T extends { readonly [name: string]: unknown }>(
  planOf: (question: Question) => Plan,
  compose: (made: Made) => T,
): (params: QuestionParams, context: Context, call: Call) => Eventually<(T & WarningsMember) | KeptAnswer> {
  const kept = new KeptCalls(compose);
  const answerOf = (made: Made) => ({ ...compose(made), ...warningsMember(made.warnings) });
  /** Weights make a graph of their own, of which the caller is told nothing. */
  const weightedBy = (weights: QuestionParams["weights"], asked: Question) =>
    weights
      ? { question: weightedQuestion(asked, weights), told: (made: Made) => withoutWeights(made, asked.loaded) }
      : { question: asked, told: (made: Made) => made };
  const handle = (params: QuestionParams, context: Context, call: Call) => {
    const known = kept.find(params, context, call);
    const answer = known?.answerAtOnce(params, context, call);
    if (answer) return answer;
    const asked = ask(context, call, params);
    const { question, told } = weightedBy(weightsOf(params), asked);
    const plan = known?.plan ?? planOf(question);
    const made = carryOut(question, plan, { onReady: (ready) => kept.keep(params, asked, question, plan, ready) });
    return after(made, (made) => answerOf(told(made)));
  };
  steadies.set(handle, {
    planOf,
    run(params, context, call) {
      const { question, told } = weightedBy(weightsOf(params), ask(context, call, params, true));
      return after(carryOut(question, planOf(question)), (made) => withOneNaN(answerOf(told(made))));
    },
  });
  return handle;
}

/** An answer in which every NaN is the same one: the sign of one that is computed is up to the compiler of the day. */
function withOneNaN<T>(answer: T): T {
  const pending: unknown[] = [answer];
  while (pending.length > 0) {
    const part = pending.pop();
    if (part instanceof TensorLeaf) unifyNaN(part.array);
    else if (typeof part === "object" && part !== null) pending.push(...Object.values(part));
  }
  return answer;
}

/** A method that runs a graph, for whoever runs it on parts of many points. */
export interface Steady {
  readonly planOf: (question: Question) => Plan;
  /** As the method's handler, but each of at least 8 points gives the same bits whatever points it is run with. */
  readonly run: (
    params: QuestionParams,
    context: Context,
    call: Call,
  ) => Eventually<{ readonly [name: string]: unknown }>;
}

/** How a method's handler is run in parts; undefined where it is not of those that {@link numeric} made. */
export function steadyOf(handle: unknown): Steady | undefined {
  return typeof handle === "function" ? steadies.get(handle) : undefined;
}

const steadies = new WeakMap<object, Steady>();
