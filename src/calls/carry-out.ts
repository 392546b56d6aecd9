import { admitted } from "../engine/runs/admitted.ts";
import { collectOutputs, result, tee } from "../engine/runs/collect.ts";
import { drive, type Prepared, prepare, strips } from "../engine/runs/execute.ts";
import type { Eventually } from "../eventually.ts";
import type { DecodedTensor } from "../syntax/tensor.ts";
import type { Answer, TensorLeaf } from "../wire/answer.ts";
import { checkAnswer, checkOperations } from "./answer-size.ts";
import { showsDoubt, warnOfDoubts } from "./doubt/doubts.ts";
import { prepareKinks, warnOfKinks } from "./doubt/kinks.ts";
import { settle, showsSingular } from "./doubt/settle.ts";
import { type Warning, Warnings, warnOfUnused } from "./doubt/warnings.ts";
import { checkKept } from "./explaining/kept-too-much.ts";
import { headingsOf } from "./headings.ts";
import { decodeInputs, seedsOf } from "./inputs.ts";
import { stored, tensors } from "./leaves.ts";
import { type Plan, type Range, type Results, tellPlan } from "./plan.ts";
import type { Question } from "./question.ts";
import type { ToldPlan } from "./routes.ts";
import { check, prepareCheck } from "./verify.ts";

/** All that the answer of a numeric method is made of. */
export interface Made {
  readonly graph: string;
  readonly outputs: Record<string, TensorLeaf>;
  /** Empty where the method answers none. */
  readonly gradient: Record<string, TensorLeaf>;
  readonly derivative: Answer;
  readonly plan: ToldPlan;
  /** What the caller should know of the answer. */
  readonly warnings: readonly Warning[];
  readonly ranges: { readonly rowRanges: readonly Range[]; readonly columnRanges: readonly Range[] } | undefined;
}

/** A call that is ready to be run: all is checked, its programs are made, and no memory is taken. */
export interface Ready {
  readonly runs: readonly Prepared[];
  readonly answerBytes: number;
}

/** What whoever has a plan carried out may add. */
export interface CarryOutOptions {
  /** The inputs, where they have been read already. */
  readonly inputs?: readonly DecodedTensor[];
  /** Hears of what will be run before it is. */
  readonly onReady?: (ready: Ready) => void;
}

/** Carries out a plan. */
export function carryOut(question: Question, plan: Plan, options: CarryOutOptions = {}): Eventually<Made> {
  checkOperations(question, plan.operations + (plan.kinks?.derived.operations ?? 0));
  const answerBytes = checkAnswer(question, plan.parts);
  const { points, engine, derivation, budget } = question;
  const { inputs = decodeInputs(question.loaded.graph, question.inputs, points) } = options;
  const runs = plan.sweeps.map(({ derived, seeds }) =>
    prepare(derivation, { derived, inputs, points, seeds: seeds && seedsOf(question, seeds) }),
  );
  const checked = plan.verify && prepareCheck(question, plan.verify.kind, plan.selection, inputs);
  const kinks = plan.kinks && prepareKinks(question, plan.kinks, inputs);
  const others = [...(checked ? [checked.run] : []), ...(kinks ? [kinks] : [])];
  const bytes = Math.max(...[...runs, ...others].map((run) => run.bytes));
  const differentiates = plan.sweeps[0]!.derived.kind.name !== "evaluate";
  options.onReady?.({ runs, answerBytes });

  function* steps(): Generator<void, Made> {
    // Only now is memory taken for the answer.
    const results = resultsOf(question, plan);
    const absorbed = new Set<number>();
    const onAbsorbed = differentiates
      ? (first: number, count: number) => {
          for (let point = first; point < first + count; point++) absorbed.add(point);
        }
      : undefined;
    for (const [i, run] of runs.entries()) yield* strips(run, budget, results.sink(i, run), onAbsorbed);
    const { entries } = results.derivative;
    if (checked && entries) {
      const first = results.outputs.length + results.gradient.length;
      yield* check(checked, entries, plan.verify!.rows, first, budget);
    }
    const warnings = new Warnings();
    warnOfUnused(warnings, question.loading.unused);
    if (differentiates && (absorbed.size > 0 || question.zeros === "ieee" || showsSingular(plan, results))) {
      yield* settle({ question, plan, inputs, results, absorbed, warnings });
    }
    if (showsDoubt(question, results)) yield* warnOfDoubts(question, plan, inputs, warnings);
    if (kinks) yield* warnOfKinks(question, plan.kinks!, kinks, warnings);
    return madeOf(question, plan, results, warnings.list());
  }
  question.phases?.mark("run");
  checkKept(question, plan, bytes + answerBytes);
  return admitted(engine, bytes + answerBytes, () => drive(steps()));
}

/** Makes the empty tensors of an answer. */
export function resultsOf({ loaded, points }: Pick<Question, "loaded" | "points">, plan: Plan): Results {
  const outputs = loaded.graph.outputs.map(({ node }) => result(node.shape, node.dtype, points));
  const gradient = (plan.gradient?.spans.shapes ?? []).map((shape) => result(shape, "float64", points));
  const derivative = plan.collect(points);
  const shared = collectOutputs([...outputs, ...gradient]);
  return {
    outputs: outputs.map(({ array }) => array),
    gradient: gradient.map(({ array }) => array),
    derivative,
    sink(i, { strip }) {
      const own = derivative.sink(i, strip);
      if (i > 0) return own ?? (() => {});
      return own ? tee(shared, own) : shared;
    },
  };
}

/** What an answer is made of, once its tensors are filled. */
export function madeOf(question: Question, plan: Plan, results: Results, warnings: readonly Warning[] = []): Made {
  const { loaded, encoding } = question;
  const { names } = headingsOf(question, plan.selection).outputs;
  const declared = loaded.graph.outputs;
  const outputs = results.outputs.map((array, i) => stored(array, declared[i]!.dtype, declared[i]!.name));
  return {
    graph: loaded.id,
    outputs: tensors(names, outputs, encoding),
    gradient: tensors(plan.gradient?.names ?? [], results.gradient, encoding),
    derivative: results.derivative.answer(encoding),
    warnings,
    // A method that does not tell its plan never asks.
    get plan() {
      return tellPlan(plan);
    },
    ranges: plan.ranges,
  };
}
