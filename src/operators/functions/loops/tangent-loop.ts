import type { GraphFunction } from "../../../graph/function.ts";
import type { Absentable, Builder, Node, Passes, TensorType } from "../../../graph/operator.ts";
import { range } from "../../../graph/shape.ts";
import { zeroLike } from "../../views.ts";
import { functionOf, inlined } from "../body.ts";
import { tangentsOf } from "../derived.ts";

/** A loop's body over its inputs and the tangents of some, and what that makes of operands and results. */
export interface TangentBody {
  readonly joint: GraphFunction;
  /** Operands for the joint body: constants, carries and rows, each group followed by its tangents. */
  readonly operands: readonly Node[];
  /** Which of these are the loop's own. */
  readonly isPrimal: readonly boolean[];
  readonly constants: number;
  readonly carry: number;
  /** For each result of the loop, which one of the joint loop's it is. */
  readonly places: readonly number[];
  /** For each result of the loop, which one of the joint loop's is its tangent. */
  readonly tangents: readonly (number | undefined)[];
}

/** An input of a joint body: one of the body's, or its tangent. */
interface Place {
  readonly input: number;
  readonly isTangent: boolean;
}

/**
 * Forward mode through a loop: of its carries only those have tangents that depend on a tangent, by a fixed point.
 * Undefined where no result has one. `args` and `given` are the operands without a count, and their tangents.
 */
export function tangentBody(
  body: GraphFunction,
  { constants, carry }: { readonly constants: number; readonly carry: number },
  args: readonly Node[],
  given: Absentable,
  builder: Builder,
  passes: Passes,
): TangentBody | undefined {
  const moving = movingInputs(body, constants, carry, given.map(Boolean), builder, passes);
  const wanted = tangentsOf(body, moving, builder, passes).present.map(
    (is, i) => is || (i < carry && moving[constants + i]!),
  );
  if (!wanted.includes(true)) return undefined;
  const { held } = tangentsOf(body, moving, builder, passes, wanted);
  const movingCarry = wanted.slice(0, carry).filter(Boolean).length;
  const places = jointPlaces(body.inputs.length, constants, carry, moving);
  const joint = functionOf(body.name, jointTypes(body, places), builder, (inputs, inner) => {
    const primal = inputs.filter((_, k) => !places[k]!.isTangent);
    const seeds = inputs.filter((_, k) => places[k]!.isTangent);
    const values = inlined(body, primal, inner);
    const slopes = inlined(held, [...primal, ...seeds], inner);
    return [
      ...values.slice(0, carry),
      ...slopes.slice(0, movingCarry),
      ...values.slice(carry),
      ...slopes.slice(movingCarry),
    ];
  });
  const rows = body.outputs.length - carry;
  let nextCarry = carry;
  let nextRow = carry + movingCarry + rows;
  return {
    joint,
    operands: places.map(({ input, isTangent }) =>
      isTangent ? (given[input] ?? zeroLike(args[input]!)) : args[input]!,
    ),
    isPrimal: places.map(({ isTangent }) => !isTangent),
    constants: constants + moving.slice(0, constants).filter(Boolean).length,
    carry: carry + movingCarry,
    places: [...range(carry), ...range(rows).map((i) => carry + movingCarry + i)],
    tangents: wanted.map((is, i) => (is ? (i < carry ? nextCarry++ : nextRow++) : undefined)),
  };
}

/** Which inputs of a body have tangents: those given, and the carries that come to have one. */
function movingInputs(
  body: GraphFunction,
  constants: number,
  carry: number,
  given: readonly boolean[],
  builder: Builder,
  passes: Passes,
): readonly boolean[] {
  const moving = [...given];
  for (;;) {
    const { present } = tangentsOf(body, moving, builder, passes);
    const more = range(carry).filter((i) => present[i] && !moving[constants + i]);
    if (more.length === 0) return moving;
    for (const i of more) moving[constants + i] = true;
  }
}

/** The inputs of a joint body: each group followed by the tangents of its own. */
function jointPlaces(count: number, constants: number, carry: number, moving: readonly boolean[]): Place[] {
  const groups = [
    [0, constants],
    [constants, constants + carry],
    [constants + carry, count],
  ] as const;
  return groups.flatMap(([from, to]) => {
    const inputs = range(to - from).map((i) => from + i);
    return [
      ...inputs.map((input) => ({ input, isTangent: false })),
      ...inputs.filter((input) => moving[input]).map((input) => ({ input, isTangent: true })),
    ];
  });
}

function jointTypes(body: GraphFunction, places: readonly Place[]): TensorType[] {
  return places.map(({ input, isTangent }) => {
    const { shape, dtype } = body.inputs[input]!;
    return { shape, dtype: isTangent ? "float64" : dtype };
  });
}
