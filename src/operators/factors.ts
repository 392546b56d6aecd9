import { isView } from "../graph/form.ts";
import { type NdArray, ndarray, rowMajorData } from "../graph/ndarray.ts";
import type { Node } from "../graph/operator.ts";
import type { PatternOperand, SeedSets } from "../graph/pattern.ts";
import { everyElement, holdsZero, none } from "./patterns.ts";

// How elementwise products, quotients, signs and choices pass sets on: what is followed may depend on their factors.

/** Products in which zero absorbs: an element with a factor that is known to be 0 depends on nothing. */
export function scaledElement(sets: SeedSets, args: readonly PatternOperand[], node: Node): NdArray {
  const at = args.findIndex(({ value }) => value);
  const result = everyElement(sets, args, node);
  const factor = args[at]?.value;
  if (!factor || !(sets.followsFactors || holdsZero(factor))) return result;
  const isShare = sharesOut(node.args[at]!);
  return mapped(sets, result, factor, (set, x) => (isShare && x === 0 ? sets.untaken(set) : sets.times(set, x)), node);
}

/** Quotients in which zero absorbs, by a divisor that may be known. */
export function dividedElement(sets: SeedSets, args: readonly PatternOperand[], node: Node): NdArray {
  const [t, y] = args as [PatternOperand, PatternOperand];
  const result = everyElement(sets, [t], node);
  if (!y.value || !sets.followsFactors) return result;
  // Of 1/y the sign and whether it is 0 or infinite matter; that of a small y may overflow though t/y does not.
  const inverse = (x: number) => (x === 0 || Math.abs(x) === Number.POSITIVE_INFINITY ? 1 / x : x);
  return mapped(sets, result, y.value, (set, x) => sets.times(set, inverse(x)), node);
}

/** Linear operators that turn the sign. */
export function negatedElement(sets: SeedSets, [x]: readonly PatternOperand[], node: Node): NdArray {
  if (!sets.followsFactors) return x!.sets!;
  return mapped(sets, x!.sets!, none(), (set) => sets.times(set, -1), node);
}

/** Differences: as {@link everyElement}, but that the sign of the second operand is turned. */
export function subtractedElement(sets: SeedSets, args: readonly PatternOperand[], node: Node): NdArray {
  const [x, y] = args as [PatternOperand, PatternOperand];
  if (!sets.followsFactors || !y.sets) return everyElement(sets, args, node);
  return everyElement(sets, [x, { ...y, sets: negatedElement(sets, [y], node) }], node);
}

/** What a maximum passes of a tangent t to its operand x, beside the operand y. */
export function passedElement(sets: SeedSets, args: readonly PatternOperand[], node: Node): NdArray {
  const [t, x, y] = args as [PatternOperand, PatternOperand, PatternOperand];
  if (!x.value || !y.value || !sets.followsFactors) return everyElement(sets, [t], node);
  const data = rowMajorData(y.value);
  const passed = (set: number, a: number, b: number) =>
    a > b ? set : a < b ? sets.untaken(set) : sets.times(set, a === b ? 0.5 : Number.NaN);
  return mapped(sets, t.sets!, x.value, (set, a, i) => passed(set, a, data[i]!), node);
}

/** A choice: by the branch that is always taken, where there is one. */
export function chosenElement(sets: SeedSets, args: readonly PatternOperand[], node: Node): NdArray {
  const [condition, x, y] = args;
  if (!condition!.value) return everyElement(sets, args, node);
  const chosen = (branch: NdArray | undefined, test: (c: number) => boolean) => ({
    sets: branch && mapped(sets, branch, condition!.value!, (set, c) => (test(c) ? set : sets.untaken(set)), node),
    value: undefined,
    isOwned: false,
  });
  return everyElement(sets, [chosen(x!.sets, (c) => c !== 0), chosen(y!.sets, (c) => c === 0)], node);
}

/** Each set as a function of it, of the element of `by` beside it and of its place; the empty one stays. */
function mapped(
  sets: SeedSets,
  x: NdArray,
  by: NdArray,
  f: (set: number, by: number, i: number) => number,
  { shape }: Pick<Node, "shape">,
): NdArray {
  const [data, given] = [rowMajorData(x), rowMajorData(by)];
  const step = given.length === data.length ? 1 : 0;
  sets.budget.spend(data.length);
  const out = new Float64Array(data.length);
  for (let i = 0; i < out.length; i++) if (data[i] !== 0) out[i] = f(data[i]!, given[i * step]!, i);
  return ndarray("float64", shape, out);
}

/** Whether a node, seen through views, tells which elements are chosen: a factor 0 is then a branch not taken. */
function sharesOut(node: Node): boolean {
  let x = node;
  while (isView(x.op)) x = x.args[0]!;
  return x.op.rules.isShare;
}
