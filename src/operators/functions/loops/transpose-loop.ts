import { copyNode } from "../../../graph/copy.ts";
import type { GraphFunction } from "../../../graph/function.ts";
import { nodesOf, reachable, rebuild } from "../../../graph/graph.ts";
import type { Absentable, Builder, Extension, Node, Passes, TensorType } from "../../../graph/operator.ts";
import { range } from "../../../graph/shape.ts";
import { add } from "../../linear.ts";
import { resultsOf } from "../../results.ts";
import { broadcastNode, zeroLike } from "../../views.ts";
import { functionOf, inlined } from "../body.ts";
import { movingType } from "../derived.ts";
import { cutOff, dependentOn } from "./cut.ts";
import type { Loop, MakeLoop } from "./loop-types.ts";
import { dividedSums, summedProducts } from "./sums.ts";

/** A loop that is linear in some of its operands, and cotangents of its results. Operands are without the count. */
export interface LinearLoop extends Pick<Loop, "body" | "constants" | "carry" | "length" | "reverse" | "extension"> {
  readonly args: readonly Node[];
  readonly isLinear: readonly boolean[];
  readonly carries: Absentable;
  readonly rows: Absentable;
}

/** The loop of what does not depend on linear operands, which keeps what the transposed loop reads. */
export interface ForwardLoop {
  readonly body: GraphFunction;
  readonly constants: number;
  readonly carry: number;
  readonly extension: Extension | undefined;
  /** Which of the loop's operands it has. */
  readonly operands: readonly boolean[];
  /** How many rows it keeps, after its other results. */
  readonly kept: number;
}

/** Makes a forward loop: what it keeps, and how many rows that is where it is counted. */
export type Forward = (
  forward: () => ForwardLoop,
  isNeeded: boolean,
) => {
  readonly kept: readonly Node[];
  readonly count: Node | undefined;
};

/**
 * The cotangents of a loop's operands: a loop in the other direction over what another one, of all that does not depend on
 * linear operands, kept for it. Kept is what its body reads and cannot have otherwise: not constants, rows of operands or
 * views.
 */
export function transposeLoop(
  linear: LinearLoop,
  forward: Forward,
  makeLoop: MakeLoop,
  builder: Builder,
  passes: Passes,
): Absentable {
  const { body, constants, carry, args } = linear;
  const depends = linearInputs(linear);
  const inner = builder.another();
  const inputs = body.inputs.map(({ shape, dtype }, i) => inner.input(`i${i}`, shape, dtype));
  const outputs = inlined(body, inputs, inner);
  const sweep = transposedBody(linear, depends, inputs, outputs, inner, passes);
  const { carries, list } = sweep;
  const of = (from: number, to: number) =>
    range(to - from)
      .map((i) => from + i)
      .filter((i) => depends[i] && list[i]);
  const sums = of(0, constants);
  const moved = range(carry).filter((i) => carries[i]);
  const rowsOut = of(constants + carry, inputs.length);
  if (sums.length + moved.length + rowsOut.length === 0) return args.map(() => undefined);
  const movedOn = moved.map((i) => list[constants + i] ?? zeroLike(inputs[constants + i]!));
  const givenOut = rowsOut.map((i) => list[i]!);
  const targets = [...movedOn, ...sums.map((i) => list[i]!), ...givenOut];
  const rowsIn = sweep.rows.flatMap((ct, j) => (ct ? [j] : []));
  const seeds = [...moved.map((i) => sweep.seeds[i]!), ...rowsIn.map((j) => sweep.rows[j]!)];
  const cut = cutOff(targets, seeds, inputs, constants, carry);
  for (const i of [...cut.constants, ...cut.rows]) {
    if (depends[i]) throw new Error(`${body.name}: a loop is not linear in what it was taken to be`);
  }

  const fixed = (i: number) => !depends[i];
  const kept = cut.kept;
  const primalRows = body.outputs.flatMap((_, j) => (j >= carry && !sweep.dependent[j] ? [j] : []));
  const primalCarries = range(carry).filter((i) => fixed(constants + i));
  const forwardLoop = (): ForwardLoop => {
    const primal = range(inputs.length).filter(fixed);
    const results = [...primalCarries, ...primalRows];
    const held = functionOf(
      body.name,
      primal.map((i) => body.inputs[i]!),
      builder,
      (given, into) => {
        const known = new Map(primal.map((i, k) => [inputs[i]!, given[k]!]));
        const sources = [...results.map((i) => outputs[i]!), ...kept];
        return rebuild(sources, known, (node, operands) => copyNode(node, operands, into));
      },
    );
    const { extension } = linear;
    const isSame = extension && `${extension.places}` === `${results}`;
    return {
      body: held,
      constants: range(constants).filter(fixed).length,
      carry: primalCarries.length,
      extension: isSame ? { of: extension.of, places: range(results.length) } : undefined,
      operands: inputs.map((_, i) => fixed(i)),
      kept: kept.length,
    };
  };
  const { kept: stacks, count } = forward(forwardLoop, kept.length > 0);

  // What has rows outside of the loop, by what it is in the body.
  const stacked = new Map([
    ...cut.rows.map((i) => [inputs[i]!, args[i]!] as const),
    ...kept.map((node, k) => [node, stacks[k]!] as const),
    ...rowsIn.map((j) => [sweep.rows[j]!, linear.rows[j]!] as const),
  ]);
  const divided = dividedSums(
    sums.map((i) => list[i]!),
    dependentOn(reachable(targets), seeds),
    new Set(stacked.keys()),
    // Products of all steps at once would be of the rows that a counted loop does not go through, too.
    count === undefined ? linear.length : 0,
  );
  const added = sums.filter((_, k) => divided.sums[k]!.added);
  const addedIn = divided.sums.flatMap((sum) => sum.added ?? []);
  const made = [...movedOn, ...addedIn, ...givenOut, ...divided.given];
  const read = cutOff(made, seeds, inputs, constants, carry);
  const rows = [...read.rows.map((i) => inputs[i]!), ...read.kept];

  const types: TensorType[] = [
    ...read.constants.map((i) => body.inputs[i]!),
    ...moved.map((i) => movingType(body.inputs[constants + i]!)),
    ...added.map((i) => movingType(body.inputs[i]!)),
    ...rows,
    ...rowsIn.map((j) => movingType(body.outputs[carry + j]!)),
  ];
  const back = functionOf(body.name, types, builder, (given, into) => {
    const at = [...read.constants.map((i) => inputs[i]!), ...moved.map((i) => sweep.seeds[i]!)];
    const accumulators = given.slice(at.length, at.length + added.length);
    const rest = [...rows, ...rowsIn.map((j) => sweep.rows[j]!)];
    const known = new Map([
      ...at.map((node, k) => [node, given[k]!] as const),
      ...rest.map((node, k) => [node, given[at.length + added.length + k]!] as const),
    ]);
    const copies = rebuild(made, known, (node, operands) => copyNode(node, operands, into));
    const summed = copies.slice(moved.length, moved.length + added.length);
    return [
      ...copies.slice(0, moved.length),
      ...summed.map((part, k) => add(accumulators[k]!, part)),
      ...copies.slice(moved.length + added.length),
    ];
  });
  const operands = [
    ...read.constants.map((i) => args[i]!),
    ...moved.map((i) => linear.carries[i] ?? zeroOf(body.inputs[constants + i]!, builder)),
    ...added.map((i) => zeroOf(body.inputs[i]!, builder)),
    ...rows.map((row) => stacked.get(row)!),
    ...rowsIn.map((j) => linear.rows[j]!),
  ];
  const loop = makeLoop(
    {
      body: back,
      constants: read.constants.length,
      carry: moved.length + added.length,
      length: linear.length,
      reverse: !linear.reverse,
      counted: count !== undefined,
      extension: undefined,
    },
    count ? [count, ...operands] : operands,
    builder,
  );
  const results = resultsOf(loop);
  const found: (Node | undefined)[] = args.map(() => undefined);
  const direct = [...moved.map((i) => constants + i), ...added, ...rowsOut];
  direct.forEach((i, k) => {
    if (linear.isLinear[i]) found[i] = results[k]!;
  });
  divided.given.forEach((node, k) => {
    stacked.set(node, results[direct.length + k]!);
  });
  sums.forEach((i, k) => {
    const products = summedProducts(divided.sums[k]!, stacked, builder, linear.length, passes);
    for (const product of products) found[i] = found[i] ? add(found[i], product) : product;
  });
  return found;
}

/** Which inputs of the body depend on linear operands: these, and the carries that come to, by a fixed point. */
function linearInputs({ body, constants, carry, isLinear }: LinearLoop): boolean[] {
  const depends = [...isLinear];
  for (;;) {
    const dependent = dependentOn(
      nodesOf(body.graph),
      body.graph.inputs.flatMap(({ node }, i) => (depends[i] ? [node] : [])),
    );
    const more = range(carry).filter((i) => !depends[constants + i] && dependent.has(body.graph.outputs[i]!.node));
    if (more.length === 0) return depends;
    for (const i of more) depends[constants + i] = true;
  }
}

/** Cotangents of the body's inputs, for those of the carries that have any: given ones, and by a fixed point more. */
function transposedBody(
  { constants, carry, carries, rows }: LinearLoop,
  depends: readonly boolean[],
  inputs: readonly Node[],
  outputs: readonly Node[],
  builder: Builder,
  passes: Passes,
) {
  const moving = inputs.filter((_, i) => depends[i]);
  const reached = dependentOn(reachable(outputs), moving);
  const dependent = outputs.map((output) => reached.has(output));
  const seeds = outputs.map((output, i) => builder.input(`ct${i}`, output.shape, "float64"));
  const rowSeeds = rows.map((ct, j) => (ct && dependent[carry + j] ? seeds[carry + j] : undefined));
  const isSeeded = carries.map((ct, i) => ct !== undefined && depends[constants + i]!);
  for (;;) {
    const which = outputs.flatMap((_, i) => ((i < carry ? isSeeded[i] : rowSeeds[i - carry]) ? [i] : []));
    const found = passes.transpose(
      which.map((i) => outputs[i]!),
      which.map((i) => seeds[i]!),
      moving,
    );
    let next = 0;
    const list = inputs.map((_, i) => (depends[i] ? found[next++] : undefined));
    const more = range(carry).filter((i) => list[constants + i] && !isSeeded[i]);
    if (more.length === 0) return { list, carries: isSeeded, seeds, rows: rowSeeds, dependent };
    for (const i of more) isSeeded[i] = true;
  }
}

/** Zeros of a type. */
export function zeroOf({ shape }: TensorType, builder: Builder): Node {
  return broadcastNode(builder.constant(0), shape);
}
