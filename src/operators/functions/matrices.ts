import type { GraphFunction } from "../../graph/function.ts";
import type { Builder, Node, Passes } from "../../graph/operator.ts";
import { elementCount, range, type Shape } from "../../graph/shape.ts";
import { identity } from "../families/creation.ts";
import { broadcastNode, permute_dims, reshape } from "../views.ts";
import { functionOf, inlined } from "./body.ts";
import { batchOf, cotangentsOf, type Derivative, placed, tangentsOf } from "./derived.ts";

/** The blocks of a function's Jacobian, row by row, in the mode that takes fewer sweeps. */
export function jacobianBlocks(
  held: GraphFunction,
  selection: Pick<Derivative, "wrt" | "of">,
  inputs: readonly Node[],
  passes: Passes,
  mode?: "forward" | "reverse",
): Node[] {
  const { wrt, of } = selection;
  const count = (positions: readonly number[], types: GraphFunction["inputs"]) =>
    positions.reduce((sum, i) => sum + elementCount(types[i]!.shape), 0);
  const isForward = mode ? mode === "forward" : count(wrt, held.inputs) <= count(of, held.outputs);
  if (isForward) {
    const columns = wrt.map((i) => columnBlocks(held, i, inputs, passes));
    return of.flatMap((k) => columns.map((blocks) => blocks[k]!));
  }
  return of.flatMap((k) => rowBlocks(held, k, wrt, inputs, passes));
}

/** The blocks of second derivatives: forward over reverse. */
export function hessianBlocks(
  held: GraphFunction,
  { wrt, of }: Pick<Derivative, "wrt" | "of">,
  inputs: readonly Node[],
  passes: Passes,
): Node[] {
  const first = functionOf(held.name, held.inputs, inputs[0]!.builder, (given) =>
    passes.settle(jacobianBlocks(held, { wrt, of }, given, passes, "reverse")),
  );
  return jacobianBlocks(first, { wrt, of: range(first.outputs.length) }, inputs, passes, "forward");
}

/** By output the block of its derivative by input `i`: the tangents of all unit vectors at once. */
function columnBlocks(held: GraphFunction, i: number, inputs: readonly Node[], passes: Passes): Node[] {
  const { builder } = inputs[0]!;
  const { shape } = held.inputs[i]!;
  const size = elementCount(shape);
  const { held: tangents, present } = tangentsOf(
    held,
    inputs.map((_, k) => k === i),
    builder,
    passes,
  );
  const found = placed(present, manyOf(tangents, size, [...inputs, units(shape, builder)], passes));
  return held.outputs.map((output, k) => {
    const whole = [...output.shape, ...shape];
    const columns = found[k];
    if (!columns) return zeros(whole, builder);
    const axes = [...range(output.shape.length).map((axis) => axis + 1), 0];
    return reshape(permute_dims(columns, { axes }), { shape: whole });
  });
}

/** The blocks of output `k` by each of `wrt`: the cotangents for all unit vectors at once. */
function rowBlocks(
  held: GraphFunction,
  k: number,
  wrt: readonly number[],
  inputs: readonly Node[],
  passes: Passes,
): Node[] {
  const { builder } = inputs[0]!;
  const { shape } = held.outputs[k]!;
  const moving = inputs.map((_, i) => wrt.includes(i));
  const { held: tangents, present } = tangentsOf(held, moving, builder, passes);
  const whole = (i: number) => [...shape, ...held.inputs[i]!.shape];
  if (!present[k]) return wrt.map((i) => zeros(whole(i), builder));
  const at = present.slice(0, k).filter(Boolean).length;
  const linear = [...inputs.map(() => false), ...wrt.map(() => true)];
  const back = cotangentsOf(
    tangents,
    linear,
    tangents.outputs.map((_, i) => i === at),
    builder,
    passes,
  );
  const rows = placed(back.present, manyOf(back.held, elementCount(shape), [...inputs, units(shape, builder)], passes));
  // Tangents are those of the inputs in their order, which need not be that of `wrt`.
  const order = [...wrt].sort((a, b) => a - b);
  return wrt.map((i) => {
    const block = rows[order.indexOf(i)];
    return block ? reshape(block, { shape: whole(i) }) : zeros(whole(i), builder);
  });
}

/** A function for many of its last argument, put in place: every output with the new axis in front. */
function manyOf(held: GraphFunction, size: number, args: readonly Node[], passes: Passes): Node[] {
  if (held.outputs.length === 0) return [];
  const { builder } = args[0]!;
  const isMany = args.map((_, i) => i === args.length - 1);
  return inlined(batchOf(held, isMany, size, builder, passes).held, args, builder);
}

/** All unit tensors of a shape, one after the other. */
function units(shape: Shape, builder: Builder): Node {
  const size = elementCount(shape);
  return reshape(builder.build(identity.operator, [], { n: size }), { shape: [size, ...shape] });
}

function zeros(shape: Shape, builder: Builder): Node {
  return broadcastNode(builder.constant(0), shape);
}
