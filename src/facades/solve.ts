import type { Context } from "../calls/context.ts";
import { numeric } from "../calls/numeric.ts";
import type { Plan } from "../calls/plan.ts";
import type { Given, Question, QuestionParams } from "../calls/question.ts";
import { after, type Eventually } from "../eventually.ts";
import { bytesOfElements, type DType, type TypedArray } from "../graph/dtype.ts";
import type { Shape } from "../graph/shape.ts";
import type { Call } from "../rpc/method.ts";
import { withSettings } from "../rpc/params.ts";
import { type Answer, KeptAnswer, type TensorLeaf } from "../wire/answer.ts";

/** What a facade makes its own answer of. */
export interface Solved {
  readonly outputs: { readonly [name: string]: TensorLeaf };
  readonly derivative: Answer;
}

/**
 * Asks and carries out a question, as the methods do; `use` makes the answer, whose arrays the next call may fill anew
 * once it is written.
 */
export type Solve = <T>(
  params: QuestionParams,
  context: Context,
  call: Call,
  use: (solved: Solved) => T,
) => Eventually<T>;

/** Asks questions of one kind for a facade; what they find out is kept, as by the methods. */
export function solver(planOf: (question: Question) => Plan): Solve {
  const handle = numeric(planOf, ({ outputs, derivative }) => ({ outputs, derivative }));
  const known = new Map<string, object>();

  /** One object for all questions that differ in their graph and numbers only. */
  function settingsOf(params: QuestionParams): object | undefined {
    const { wrt, of, batch, inputs = {}, seeds = {}, weights = {} } = params;
    const key = JSON.stringify([wrt, of, batch, ...[inputs, seeds, weights].map((given) => Object.keys(given))]);
    if (key.length > keyLengthMax) return undefined;
    const settings = known.get(key) ?? {};
    if (known.size >= settingsMax) known.clear();
    known.set(key, settings);
    return settings;
  }

  return (params, context, call, use) => {
    const settings = settingsOf(params);
    const marked = settings ? withSettings({ ...params }, settings) : params;
    return after(handle(marked, context, call), (answer) => {
      return use(answer instanceof KeptAnswer ? (answer.tree as Answer & Solved) : answer);
    });
  };
}

const keyLengthMax = 1000;
const settingsMax = 200;

/** Elements as our methods take them: a number, or their bytes with shape and dtype. */
export function tensorOf(shape: Shape, dtype: DType, data: TypedArray): number | Given {
  const [first = Number.NaN] = data;
  if (shape.length === 0 && dtype === "float64" && Number.isFinite(first)) return first;
  return { shape, dtype, data: bytesOfElements(dtype, data) };
}
