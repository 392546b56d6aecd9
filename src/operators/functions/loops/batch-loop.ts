import type { GraphFunction } from "../../../graph/function.ts";
import { ndarray } from "../../../graph/ndarray.ts";
import type { Builder, Node, Passes, TensorType } from "../../../graph/operator.ts";
import { range } from "../../../graph/shape.ts";
import { castNode } from "../../cast.ts";
import { less, where } from "../../families/choice.ts";
import { max } from "../../families/reductions.ts";
import { resultNode, resultTypes, tupleNode } from "../../results.ts";
import { lift, permute_dims, zeroLike } from "../../views.ts";
import { functionOf, inlined } from "../body.ts";
import { batchOf } from "../derived.ts";
import type { Loop, MakeLoop } from "./loop-types.ts";

/** A loop for many points at once, as a bundle of results that all have the axis of points in front. */
export function batchLoop(
  attrs: Loop,
  args: readonly Node[],
  batched: readonly boolean[],
  size: number,
  make: MakeLoop,
  passes: Passes,
): Node {
  if (attrs.counted && batched[0]) return batchCounted(attrs, args, batched, size, make, passes);
  const { builder } = args[0]!;
  const { constants, carry } = attrs;
  const first = Number(attrs.counted);
  const which = batched.slice(first);
  const { body, inputs, outputs } = batchedBody(attrs.body, attrs, which, size, builder, passes);
  const operands = args.slice(first).map((arg, i) => {
    if (!inputs[i]) return arg;
    const lifted = which[i] ? arg : lift(arg, size);
    return i < constants + carry ? lifted : swapped(lifted);
  });
  const made = make({ ...attrs, body, extension: undefined }, [...args.slice(0, first), ...operands], builder);
  return pointsFirst(made, outputs, (i) => i >= carry);
}

/** The body for many points at once: a carry is of many points where it begins so or comes to be, by a fixed point. */
export function batchedBody(
  body: GraphFunction,
  { constants, carry }: { readonly constants: number; readonly carry: number },
  batched: readonly boolean[],
  size: number,
  builder: Builder,
  passes: Passes,
) {
  const inputs = [...batched];
  for (;;) {
    const lifted = body.outputs.map((_, i) => i < carry && inputs[constants + i]!);
    const { held, present: outputs } = batchOf(body, inputs, size, builder, passes, lifted);
    const more = range(carry).filter((i) => outputs[i] && !inputs[constants + i]);
    if (more.length === 0) return { body: held, inputs, outputs };
    for (const i of more) inputs[constants + i] = true;
  }
}

/** Results of a loop of many points, with the axis of points in front of those that have it. */
export function pointsFirst(made: Node, isBatched: readonly boolean[], isRow: (i: number) => boolean): Node {
  return tupleNode(
    resultTypes(made)!.map((_, i) => {
      const value = resultNode(made, i);
      return isBatched[i] && isRow(i) ? swapped(value) : value;
    }),
  );
}

/** The axis of points and the axis of rows exchanged. */
function swapped(x: Node): Node {
  return permute_dims(x, { axes: [1, 0, ...range(x.shape.length).slice(2)] });
}

/** A loop in which points take different numbers of steps: as many as the longest, and those past its own leave a point as it is. */
function batchCounted(
  { body, constants, carry, ...rest }: Loop,
  args: readonly Node[],
  batched: readonly boolean[],
  size: number,
  make: MakeLoop,
  passes: Passes,
): Node {
  const { builder } = args[0]!;
  const scalar: TensorType = { shape: [], dtype: "float64" };
  const [fixed, rows] = [body.inputs.slice(0, constants + carry), body.inputs.slice(constants + carry)];
  const masked = functionOf(body.name, [scalar, ...fixed, scalar, ...rows], builder, (inputs) => {
    const [count, index] = [inputs[0]!, inputs[1 + fixed.length]!];
    const given = [...inputs.slice(1, 1 + fixed.length), ...inputs.slice(2 + fixed.length)];
    return inlined(body, given, count.builder).map((value, i) =>
      where(less(index, count), value, i < carry ? given[constants + i]! : zeroLike(value)),
    );
  });
  const [count, ...operands] = args as [Node, ...Node[]];
  const counts = castNode(count, "float64");
  const longest = max(counts, { axis: [0] });
  const indices = builder.constant(ndarray("float64", [rest.length], Float64Array.from(range(rest.length))));
  const at = constants + carry;
  return batchLoop(
    { ...rest, body: masked, constants: constants + 1, carry, extension: undefined },
    [longest, counts, ...operands.slice(0, at), indices, ...operands.slice(at)],
    [false, true, ...batched.slice(1, 1 + at), false, ...batched.slice(1 + at)],
    size,
    make,
    passes,
  );
}
