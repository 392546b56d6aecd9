import { type NdArray, rowMajorData } from "../../../graph/ndarray.ts";
import type { PatternOperand, SeedSets } from "../../../graph/pattern.ts";
import { elementCount, range } from "../../../graph/shape.ts";
import { emptySets, followFunction, sameSets, setsOf, unionOfSets, unknown } from "../pattern.ts";
import type { Loop } from "./loop-types.ts";

/** The sets of a loop's results: step by step, as if unrolled, until nothing changes any more. */
export function followLoop(sets: SeedSets, attrs: Loop, args: readonly PatternOperand[]): NdArray[] {
  const { body, constants, carry, length, reverse, counted } = attrs;
  const given = counted ? args.slice(1) : args;
  const count = counted ? args[0]!.value : undefined;
  const steps = count ? Math.min(length, Math.max(0, rowMajorData(count)[0]!)) : length;
  // Where the count is not known, every step may be the first or the last.
  const isOpen = counted && !count;
  const fixed = given.slice(0, constants);
  const xs = given.slice(constants + carry);
  let carries: readonly PatternOperand[] = given.slice(constants, constants + carry);
  const rowTypes = body.outputs.slice(carry);
  const rows = rowTypes.map(({ shape }) => emptySets(sets, { shape: [length, ...shape], dtype: "float64" }));
  for (let step = 0; step < steps; step++) {
    const at = reverse ? steps - 1 - step : step;
    const results = followFunction(sets, body, [...fixed, ...carries, ...xs.map((x) => rowOf(x, at))]);
    const next = results.slice(0, carry).map((result, i) => (isOpen ? either(sets, carries[i]!, result) : result));
    const found = setsOf(sets, results.slice(carry), rowTypes);
    const isSteady = xs.every((x) => !x.sets && !x.value) && next.every((state, i) => isLike(state, carries[i]!));
    const last = isSteady ? (reverse ? 0 : steps - 1) : at;
    for (const row of range(Math.abs(last - at) + 1).map((k) => (reverse ? at - k : at + k))) {
      found.forEach((set, i) => {
        rows[i]!.data.set(rowMajorData(set), row * elementCount(rowTypes[i]!.shape));
      });
    }
    carries = next;
    if (isSteady) break;
  }
  return [...setsOf(sets, carries, body.outputs), ...rows];
}

/** What is known of something that may be either of two. */
export function either(sets: SeedSets, a: PatternOperand, b: PatternOperand): PatternOperand {
  const isSame = a.value && b.value && sameSets(a.value, b.value);
  return { ...unknown, sets: unionOfSets(sets, a.sets, b.sets), value: isSame ? a.value : undefined };
}

/** Whether as much is known of two operands that have no values. */
export function isLike(a: PatternOperand, b: PatternOperand): boolean {
  return !a.value && !b.value && sameSets(a.sets, b.sets);
}

function rowOf({ sets, value }: PatternOperand, at: number): PatternOperand {
  return { ...unknown, sets: sets && rowView(sets, at), value: value && rowView(value, at) };
}

function rowView(array: NdArray, at: number): NdArray {
  const [, ...shape] = array.shape;
  return {
    ...array,
    shape,
    strides: array.strides.slice(1),
    offset: array.offset + at * array.strides[0]!,
  };
}
