import { after, type Eventually } from "../eventually.ts";
import type { Call } from "../rpc/method.ts";
import type { KeptAnswer } from "../wire/answer.ts";
import { carryOut, type Made } from "./carry-out.ts";
import type { Context } from "./context.ts";
import { type WarningsMember, warningsMember } from "./doubt/warnings.ts";
import { KeptCalls } from "./kept.ts";
import type { Plan } from "./plan.ts";
import { ask, type Question, type QuestionParams } from "./question.ts";
import { weightedQuestion, withoutWeights } from "./selection.ts";

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
  return (params, context, call) => {
    // Weights make a graph of their own.
    const known = params.weights ? undefined : kept.find(params, context, call);
    const answer = known?.answerAtOnce(params, context, call);
    if (answer) return answer;
    const question = ask(context, call, params);
    if (params.weights) {
      const weighted = weightedQuestion(question, params.weights);
      return after(carryOut(weighted, planOf(weighted)), (made) => answerOf(withoutWeights(made, question)));
    }
    const plan = known?.plan ?? planOf(question);
    const made = carryOut(question, plan, { onReady: (ready) => kept.keep(params, question, plan, ready) });
    return after(made, answerOf);
  };
}
