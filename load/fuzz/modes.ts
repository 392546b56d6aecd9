import { followPaths } from "../../src/engine/programs/paths.ts";
import { sumOfPaths } from "../../src/graph/paths.ts";
import { interpret } from "../../src/graph/running/interpret.ts";
import { expand } from "../../src/transforms/expand.ts";
import { finished, forwardJacobian, newBuilder, type Runs, reverseJacobian } from "../../test/support/graphs.ts";
import { outputsOf } from "../../test/support/programs.ts";
import type { Sample } from "../../test/support/samples.ts";

/** Of the largest entry: sums in another order, and rules that are other formulas of one derivative. */
const tolerance = 1e-9;

/**
 * Where the modes differ; compiled, their programs have been compared already. A zero that is a sum which cancels is no
 * factor 0 of a path, and there the sweeps may differ: then what the paths meet decides, as it does in an answer.
 */
export function faultOfModes({
  surface,
  primal,
  inputs,
}: Pick<Sample, "surface" | "primal" | "inputs">): string | undefined {
  const forward = forwardJacobian(primal, inputs, interpreted).flat();
  const reverse = reverseJacobian(primal, inputs, interpreted).flat();
  if (forward.length !== reverse.length) return `modes: ${forward.length} entries and ${reverse.length}`;
  if (firstDifference(forward, reverse) < 0) return undefined;
  const whole = expand(surface, newBuilder());
  const following: Runs = (graph, given) => {
    const seeded = { firstSeed: whole.inputs.length, firstSeeded: whole.outputs.length };
    return outputsOf(followPaths(graph, seeded), given);
  };
  const settledForward = settled(forward, forwardJacobian(whole, inputs, following).flat());
  const settledReverse = settled(reverse, reverseJacobian(whole, inputs, following).flat());
  const at = firstDifference(settledForward, settledReverse);
  return at < 0 ? undefined : `modes: entry ${at} is ${settledForward[at]} forward, ${settledReverse[at]} in reverse`;
}

/** The place of the first of two lists' numbers that differ by more than rounding; -1 where none do. */
export function firstDifference(values: readonly number[], others: readonly number[]): number {
  const size = others.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1);
  return values.findIndex(
    (x, i) => !(Object.is(x + 0, others[i]! + 0) || Math.abs(x - others[i]!) <= tolerance * size),
  );
}

const interpreted: Runs = (graph, inputs) => outputsOf(interpret(finished(graph)), inputs);

function settled(entries: readonly number[], sets: readonly number[]): number[] {
  return entries.map((x, i) => sumOfPaths(sets[i]!, false) ?? x);
}
