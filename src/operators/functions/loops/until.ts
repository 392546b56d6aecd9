import { attributesKey } from "../../../graph/attribute.ts";
import type { Budget } from "../../../graph/budget.ts";
import { notReversible } from "../../../graph/function.ts";
import { type NdArray, ndarray, rowMajorData } from "../../../graph/ndarray.ts";
import type { Absentable, Builder, Node, Own, Passes, TensorType } from "../../../graph/operator.ts";
import type { PatternOperand, SeedSets } from "../../../graph/pattern.ts";
import { elementCount, range, scalarShape } from "../../../graph/shape.ts";
import { castNode } from "../../cast.ts";
import { not_equal, where } from "../../families/choice.ts";
import { max } from "../../families/reductions.ts";
import type { None, Op } from "../../kinds.ts";
import { add } from "../../linear.ts";
import { bundleShape, resultNode, resultsOf, tupleNode, unpacked } from "../../results.ts";
import { several } from "../../several.ts";
import { lift, reshape } from "../../views.ts";
import { bodyOf, functionOf, inlined, iterationsIn, operationsIn, programOf, runFunction } from "../body.ts";
import { batchOf, placed } from "../derived.ts";
import { emptySets, followFunction, setsOf } from "../pattern.ts";
import { batchedBody, pointsFirst } from "./batch-loop.ts";
import { either, isLike } from "./follow-loop.ts";
import { hoisted } from "./hoist.ts";
import { loopNode } from "./loop.ts";
import type { Until } from "./loop-types.ts";
import { tangentBody } from "./tangent-loop.ts";
import { transposeLoop, zeroOf } from "./transpose-loop.ts";

type UntilNode = Own<Until, readonly ["...xs"]>;

const steps: TensorType = { shape: scalarShape, dtype: "int32" };

/**
 * A body that hands its carries on while a condition holds. Operands are constants and carries; results are the number of
 * steps, the last carries, and the rows that the body gave besides, those past the last step being 0.
 */
export const until: Op = several<None, Until, readonly ["...xs"]>({
  name: "until",
  operands: ["...xs"],
  summary: "a function again and again while a condition holds",
  formula: "the same over the tangents too",
  costText: "the limit times that of the functions",
  infer: (_, attrs) => {
    const kept = attrs as Until;
    return { results: typesOf(kept), attrs: kept };
  },
  cost: ({ attrs }) => (attrs.limit ?? 1) * (operationsIn(attrs.body) + operationsIn(attrs.condition)),
  iterations: ({ attrs }) => {
    const { limit = 1, body, condition } = attrs as Until;
    return limit * Math.max(iterationsIn(body), iterationsIn(condition));
  },
  loop: ({ attrs }) => {
    const { limit, carry } = attrs as Until;
    return { kind: "while", bodies: ["body", "condition"], steps: limit, reverse: false, rows: 1 + carry };
  },
  isUnbounded: ({ attrs }) => (attrs as Until).limit === undefined && !(attrs as Until).endsSoon,
  workBytes: ({ attrs }) => Math.max(programOf(attrs.body).liveBytes, programOf(attrs.condition).liveBytes),
  hidesNaN: "all",
  form: {
    kind: "until",
    repetition: ({ condition, body, ...rest }) => ({ ...rest, condition: bodyOf(condition), body: bodyOf(body) }),
  },
  evaluate,
  batch: batchUntil,
  pattern: follow,
  jvp: tangents,
  transpose: cotangents,
  extension: ({ attrs }) => attrs.extension,
});

function typesOf({ body, carry, limit }: Until): TensorType[] {
  const rows = (shape: readonly number[], i: number) => (i < carry ? shape : [limit!, ...shape]);
  return [steps, ...body.outputs.map(({ shape, dtype }, i) => ({ shape: rows(shape, i), dtype }))];
}

/** A loop with a condition in primitives, a bundle. What its functions make of constants alone is made once, before it. */
export function untilNode(attrs: Until, args: readonly Node[], builder: Builder): Node {
  const made = withoutInvariants(attrs, args, builder);
  return builder.build(until.operator, made.args, made.attrs);
}

/** A loop with a condition, and operands for it, whose functions make nothing of its constants alone. */
export function withoutInvariants<T extends Until>(attrs: T, args: readonly Node[], builder: Builder) {
  const { body, condition, constants } = attrs;
  const { functions, further } = hoisted([body, condition], args.slice(0, constants), builder);
  return {
    attrs: { ...attrs, body: functions[0]!, condition: functions[1]!, constants: constants + further.length },
    args: args.toSpliced(constants, 0, ...further),
  };
}

/**
 * A loop of some constants and carries, a bundle of the number of steps and the last carries. `endsSoon` says of one without a
 * limit that its condition ends it after few steps.
 */
export function loopOver(
  functions: Pick<Until, "condition" | "body">,
  constants: readonly Node[],
  carries: readonly Node[],
  limit: number | undefined,
  builder: Builder,
  endsSoon = false,
): Node {
  const attrs = {
    ...functions,
    endsSoon,
    constants: constants.length,
    carry: carries.length,
    limit,
    extension: undefined,
  };
  return untilNode(attrs, [...constants, ...carries], builder);
}

function evaluate(args: readonly NdArray[], { attrs }: UntilNode, budget: Budget): NdArray {
  const { condition, body, constants, carry, limit = Number.POSITIVE_INFINITY } = attrs;
  const types = typesOf(attrs);
  const bundle = ndarray("float64", bundleShape(types), new Float64Array(elementCount(bundleShape(types))));
  const parts = unpacked(bundle, types);
  const fixed = args.slice(0, constants);
  let carries = args.slice(constants);
  let count = 0;
  for (; count < limit; count++) {
    const [isOn] = runFunction(condition, [...fixed, ...carries], budget);
    if (!rowMajorData(isOn!)[0]) break;
    const results = runFunction(body, [...fixed, ...carries], budget);
    carries = results.slice(0, carry);
    for (let i = carry; i < results.length; i++) {
      const elements = rowMajorData(results[i]!);
      parts[1 + i]!.data.set(elements, count * elements.length);
    }
  }
  parts[0]!.data[0] = count;
  carries.forEach((value, i) => {
    parts[1 + i]!.data.set(rowMajorData(value));
  });
  return bundle;
}

function tangents(given: Absentable, node: UntilNode, results: readonly Node[], passes: Passes): Absentable {
  const { attrs, args, builder } = node;
  const made = tangentBody(attrs.body, attrs, args, given, builder, passes);
  if (!made) return results.map(() => undefined);
  const { joint: body, constants, carry, isPrimal } = made;
  const condition = functionOf(attrs.condition.name, body.inputs, builder, (inputs, inner) =>
    inlined(
      attrs.condition,
      inputs.filter((_, k) => isPrimal[k]),
      inner,
    ),
  );
  const extension = { of: attributesKey(attrs), places: [0, ...made.places.map((i) => 1 + i)] };
  const joint = untilNode({ ...attrs, condition, body, constants, carry, extension }, made.operands, builder);
  return [undefined, ...made.tangents.map((i) => (i === undefined ? undefined : resultNode(joint, 1 + i)))];
}

function cotangents(given: Absentable, node: UntilNode, isLinear: readonly boolean[], passes: Passes): Absentable {
  const { attrs, args, builder } = node;
  const { carry, limit } = attrs;
  if (limit === undefined) throw notReversible(attrs.body.name);
  return transposeLoop(
    {
      body: attrs.body,
      constants: attrs.constants,
      carry,
      length: limit,
      reverse: false,
      // The number of steps comes before the results of the body.
      extension: attrs.extension && {
        of: attrs.extension.of,
        places: attrs.extension.places.slice(1).map((i) => i - 1),
      },
      args,
      isLinear,
      carries: given.slice(1, 1 + carry),
      rows: given.slice(1 + carry),
    },
    (forward) => {
      const { operands, kept, extension, ...rest } = forward();
      const condition = functionOf(attrs.condition.name, rest.body.inputs, builder, (inputs, inner) => {
        // It does not read what tangents are given for.
        const given = placed(operands, inputs).map((input, i) => input ?? zeroOf(attrs.condition.inputs[i]!, inner));
        return inlined(attrs.condition, given, inner);
      });
      const moved = extension && { of: extension.of, places: [0, ...extension.places.map((i) => 1 + i)] };
      const made = untilNode(
        { ...attrs, ...rest, condition, extension: moved },
        args.filter((_, i) => operands[i]),
        builder,
      );
      const [count, ...results] = resultsOf(made);
      return { kept: kept === 0 ? [] : results.slice(-kept), count };
    },
    loopNode,
    builder,
    passes,
  );
}

/** Points go on as long as one of them does; those that are done stay as they are. */
function batchUntil(
  { attrs }: UntilNode,
  args: readonly Node[],
  batched: readonly boolean[],
  size: number,
  passes: Passes,
): Node {
  const { builder } = args[0]!;
  const { constants, carry, limit } = attrs;
  const shared = batchedBody(attrs.body, attrs, batched, size, builder, passes);
  const isShared = !batchOf(attrs.condition, shared.inputs, size, builder, passes, []).present[0];
  const inputs = isShared ? shared.inputs : [...batched.slice(0, constants), ...range(carry).map(() => true)];
  const { body, outputs } = isShared ? shared : batchedBody(attrs.body, attrs, inputs, size, builder, passes);
  const lifted = args.map((arg, i) => (inputs[i] && !batched[i] ? lift(arg, size) : arg));
  const condition = batchOf(attrs.condition, inputs, size, builder, passes, []).held;
  if (isShared) {
    const made = untilNode({ ...attrs, condition, body, extension: undefined }, lifted, builder);
    return pointsFirst(made, [false, ...outputs], (i) => i > carry);
  }
  // Beside the carries each point counts its own steps.
  const counts: TensorType = { shape: [size], dtype: "float64" };
  const types = [...body.inputs, counts];
  const anyOn = functionOf(condition.name, types, builder, (given, inner) => {
    const [isOn] = inlined(condition, given.slice(0, -1), inner);
    return [max(castNode(not_equal(isOn!, 0), "float64"), { axis: [0] })];
  });
  const masked = functionOf(body.name, types, builder, (given, inner) => {
    const isOn = not_equal(inlined(condition, given.slice(0, -1), inner)[0]!, 0);
    const values = inlined(body, given.slice(0, -1), inner);
    const kept = (value: Node, old: Node) => where(alongPoints(isOn, value), value, old);
    const count = given.at(-1)!;
    return [
      ...values.slice(0, carry).map((value, i) => kept(value, given[constants + i]!)),
      add(count, castNode(isOn, "float64")),
      ...values.slice(carry),
    ];
  });
  const zero = lift(builder.constant(0), size);
  const made = untilNode(
    { condition: anyOn, body: masked, constants, carry: carry + 1, limit, extension: undefined },
    [...lifted, zero],
    builder,
  );
  const isBatched = [false, ...outputs.slice(0, carry), true, ...outputs.slice(carry)];
  const bundle = pointsFirst(made, isBatched, (i) => i > carry + 1);
  const list = bundle.args;
  return tupleNode([list[1 + carry]!, ...list.slice(1, 1 + carry), ...list.slice(2 + carry)]);
}

/** A vector of points along the first axis of a tensor. */
function alongPoints(x: Node, { shape }: Node): Node {
  return reshape(x, { shape: [...x.shape, ...shape.slice(1).map(() => 1)] });
}

function follow(sets: SeedSets, args: readonly PatternOperand[], { attrs }: UntilNode): NdArray[] {
  const { condition, body, constants, carry, limit = Number.POSITIVE_INFINITY } = attrs;
  const fixed = args.slice(0, constants);
  const rowTypes = body.outputs.slice(carry);
  const rows = rowTypes.map(({ shape }) => emptySets(sets, { shape: [limit, ...shape], dtype: "float64" }));
  let carries: readonly PatternOperand[] = args.slice(constants);
  for (let step = 0; step < limit; step++) {
    const [isOn] = followFunction(sets, condition, [...fixed, ...carries]);
    if (isOn!.value && !rowMajorData(isOn!.value)[0]) break;
    const results = followFunction(sets, body, [...fixed, ...carries]);
    // Where it is not known whether it goes on, it may have ended before.
    const next = results.slice(0, carry).map((result, i) => (isOn!.value ? result : either(sets, carries[i]!, result)));
    setsOf(sets, results.slice(carry), rowTypes).forEach((set, i) => {
      rows[i]!.data.set(rowMajorData(set), step * elementCount(rowTypes[i]!.shape));
    });
    const isSteady = next.every((state, i) => isLike(state, carries[i]!));
    carries = next;
    if (isSteady && rows.length === 0) break;
  }
  return [emptySets(sets, steps), ...setsOf(sets, carries, body.outputs), ...rows];
}
