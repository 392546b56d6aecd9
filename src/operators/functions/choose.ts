import type { Budget } from "../../graph/budget.ts";
import type { GraphFunction } from "../../graph/function.ts";
import { type NdArray, rowMajorData } from "../../graph/ndarray.ts";
import type { Absentable, Builder, Node, Own, Passes } from "../../graph/operator.ts";
import type { PatternOperand, SeedSets } from "../../graph/pattern.ts";
import { equal, less_equal, where } from "../families/choice.ts";
import type { None, Op } from "../kinds.ts";
import { resultsOf, tupleNode } from "../results.ts";
import { several } from "../several.ts";
import { reshape } from "../views.ts";
import { there } from "./apply.ts";
import { bodyOf, convertedFor, inlined, iterationsIn, operationsIn, programOf, runFunction } from "./body.ts";
import { batchOf, cotangentsOf, type DerivedFunction, placed, tangentsOf } from "./derived.ts";
import { either } from "./loops/follow-loop.ts";
import { followFunction, setsOf } from "./pattern.ts";

type Choice = { readonly branches: readonly GraphFunction[] };

/** One of several functions of the same operands, by a number that comes before these and is clamped: only it is run. */
export const choose: Op = several<None, Choice, readonly ["i", "...xs"]>({
  name: "choose",
  operands: ["i", "...xs"],
  summary: "the results of one of several functions",
  formula: "the tangents of that function",
  costText: "that of the most expensive function",
  infer: (_, attrs) => {
    const kept = attrs as Choice;
    return { results: kept.branches[0]!.outputs, attrs: kept };
  },
  cost: ({ attrs: { branches } }) => Math.max(...branches.map(operationsIn)),
  iterations: ({ attrs }) => Math.max(...(attrs as Choice).branches.map(iterationsIn)),
  workBytes: ({ attrs: { branches } }) => Math.max(...branches.map((branch) => programOf(branch).liveBytes)),
  hidesNaN: "all",
  form: { kind: "choice", branches: ({ branches }) => branches.map(bodyOf) },
  evaluate: ([i, ...args], { attrs: { branches } }, budget: Budget) =>
    runFunction(branches[clamped(i!, branches.length)]!, args, budget),
  batch,
  pattern: follow,
  jvp: ([, ...tangents], { attrs: { branches }, args: [i, ...args], builder }, _, passes) => {
    const given = tangents.map(Boolean);
    return chosenOf(branches, i!, [...args, ...there(tangents)], builder, (branch, wanted) =>
      tangentsOf(branch, given, builder, passes, wanted),
    );
  },
  transpose: (cotangents, { attrs: { branches }, args: [i, ...args], builder }, [, ...isLinear], passes) => {
    const given = cotangents.map(Boolean);
    const fixed = args.filter((_, k) => !isLinear[k]);
    const found = chosenOf(branches, i!, [...fixed, ...there(cotangents)], builder, (branch, wanted) =>
      cotangentsOf(branch, isLinear, given, builder, passes, wanted),
    );
    return [undefined, ...placed(isLinear, found)];
  },
});

/** The results of one of several functions, a bundle; arguments are converted to what they take. */
export function chooseNode(branches: readonly GraphFunction[], i: Node, args: readonly Node[], builder: Builder): Node {
  return builder.build(choose.operator, [i, ...convertedFor(branches[0]!, args)], { branches });
}

/** What a pass makes of each branch, where one of them has it: the others give zeros. */
function chosenOf(
  branches: readonly GraphFunction[],
  i: Node,
  args: readonly Node[],
  builder: Builder,
  derive: (branch: GraphFunction, wanted: readonly boolean[] | undefined) => DerivedFunction,
): Absentable {
  const found = branches.map((branch) => derive(branch, undefined).present);
  const wanted = found[0]!.map((_, k) => found.some((present) => present[k]));
  if (!wanted.includes(true)) return wanted.map(() => undefined);
  const made = branches.map((branch) => derive(branch, wanted).held);
  return placed(wanted, resultsOf(chooseNode(made, i, args, builder)));
}

/** Where all points take the same branch it alone is run, else each point takes from all of them what it chose. */
function batch(
  { attrs: { branches } }: Own<Choice, readonly ["i", "...xs"]>,
  [i, ...args]: readonly Node[],
  [isChosenByPoint, ...batched]: readonly boolean[],
  size: number,
  passes: Passes,
): Node {
  const { builder } = i!;
  const made = branches.map((branch) => batchOf(branch, batched, size, builder, passes).held);
  if (!isChosenByPoint) return chooseNode(made, i!, args, builder);
  const lists = made.map((branch) => inlined(branch, convertedFor(branch, args), builder));
  const last = lists.length - 1;
  return tupleNode(
    lists[0]!.map((_, k) => {
      const values = lists.map((list) => list[k]!);
      return values.reduceRight((others, value, b) =>
        b === last ? value : where(isBranch(i!, b, value), value, others),
      );
    }),
  );
}

/** For which points a branch but the last is chosen, along the first axis of what it gives. */
function isBranch(i: Node, branch: number, { shape }: Node): Node {
  const is = branch === 0 ? less_equal(i, 0) : equal(i, branch);
  return reshape(is, { shape: [...i.shape, ...shape.slice(i.shape.length).map(() => 1)] });
}

function follow(
  sets: SeedSets,
  [i, ...args]: readonly PatternOperand[],
  { attrs: { branches } }: Own<Choice, readonly ["i", "...xs"]>,
): NdArray[] {
  const taken = i!.value ? [branches[clamped(i!.value, branches.length)]!] : branches;
  const lists = taken.map((branch) => followFunction(sets, branch, args));
  const joint = lists.reduce((a, b) => a.map((known, k) => either(sets, known, b[k]!)));
  return setsOf(sets, joint, branches[0]!.outputs);
}

function clamped(i: NdArray, count: number): number {
  return Math.min(count - 1, Math.max(0, rowMajorData(i)[0]!));
}
