import { functionsOf } from "../../graph/function.ts";
import { nodesOf } from "../../graph/graph.ts";
import type { DecodedTensor } from "../../syntax/tensor.ts";
import type { Plan, Results } from "../plan.ts";
import type { Question } from "../question.ts";
import { prepareKinks, warnOfUnseen, warnWhere } from "./kinks.ts";
import { allFinite } from "./settle.ts";
import type { Warnings } from "./warnings.ts";

/** Whether an answer that was filled holds what is not finite and its graph an operator that may be why. */
export function showsDoubt({ loaded }: Question, results: Results): boolean {
  const { order } = loaded.canonical;
  const held = functionsOf(order).map(({ graph }) => nodesOf(graph));
  if (![order, ...held].some((nodes) => nodes.some(({ op }) => op.doubt))) return false;
  return ![results.outputs, results.gradient, ...results.derivative.arrays()].every((list) => list.every(allFinite));
}

/** Warns of operators whose values or derivatives mean nothing at the inputs. Takes memory of its own. */
export function* warnOfDoubts(
  question: Question,
  { selection }: Plan,
  inputs: readonly DecodedTensor[],
  warnings: Warnings,
): Generator<void, void> {
  const probing = question.derivation.probing("doubts", selection);
  if (!probing) return;
  warnOfUnseen(question, probing.unseen, "reasons for numbers that are not finite", warnings);
  const prepared = prepareKinks(question, probing, inputs);
  const release = question.engine.admit(prepared.bytes);
  try {
    yield* warnWhere(question, probing.places, prepared, warnings, ({ name, doubt }) => ({
      type: doubt!.type,
      message: `${name}: ${doubt!.told}`,
    }));
  } finally {
    release();
  }
}
