import { attributesKey } from "../../../graph/attribute.ts";
import type { Budget } from "../../../graph/budget.ts";
import { type NdArray, ndarray, rowMajorData } from "../../../graph/ndarray.ts";
import type { Absentable, Builder, Node, Own, Passes, TensorType } from "../../../graph/operator.ts";
import { elementCount } from "../../../graph/shape.ts";
import type { None, Op } from "../../kinds.ts";
import { bundleShape, resultNode, resultsOf, unpacked } from "../../results.ts";
import { several } from "../../several.ts";
import { bodyOf, iterationsIn, operationsIn, programOf, runFunction } from "../body.ts";
import { batchLoop } from "./batch-loop.ts";
import { followLoop } from "./follow-loop.ts";
import { hoisted } from "./hoist.ts";
import type { Loop } from "./loop-types.ts";
import { tangentBody } from "./tangent-loop.ts";
import { transposeLoop } from "./transpose-loop.ts";

type LoopNode = Own<Loop, readonly ["...xs"]>;

/**
 * A body for each row of some tensors, from the first to the last or back, that hands its carries on. Operands are the
 * count, where there is one, constants, carries and xs; results are the last carries and the rows that the body gave.
 */
export const loop: Op = several<None, Loop, readonly ["...xs"]>({
  name: "loop",
  operands: ["...xs"],
  summary: "a function for each row of some tensors, that hands its carries on",
  formula: "a loop over the tangents too",
  costText: "the length times that of the function",
  infer: (_, attrs) => {
    const kept = attrs as Loop;
    return { results: typesOf(kept), attrs: kept };
  },
  cost: ({ attrs }) => attrs.length * operationsIn(attrs.body),
  iterations: ({ attrs }) => (attrs as Loop).length * iterationsIn((attrs as Loop).body),
  loop: ({ attrs }) => {
    const { length, reverse, carry } = attrs as Loop;
    return { kind: "scan", bodies: ["body"], steps: length, reverse, rows: carry };
  },
  workBytes: ({ attrs }) => programOf(attrs.body).liveBytes,
  hidesNaN: "all",
  form: {
    kind: "loop",
    rows: ({ body, ...rest }) => ({ ...rest, ...bodyOf(body) }),
  },
  evaluate,
  batch: ({ attrs }, args, batched, size, passes) => batchLoop(attrs, args, batched, size, loopNode, passes),
  pattern: (sets, args, { attrs }) => followLoop(sets, attrs, args),
  jvp: tangents,
  transpose: cotangents,
  extension: ({ attrs }) => attrs.extension,
});

/** A loop in primitives, a bundle. What its body makes of constants alone is made once, before it. */
export function loopNode(attrs: Loop, args: readonly Node[], builder: Builder): Node {
  const made = withoutInvariants(attrs, args, builder);
  return builder.build(loop.operator, made.args, made.attrs);
}

/** A loop, and operands for it, whose body makes nothing of its constants alone. */
export function withoutInvariants(attrs: Loop, args: readonly Node[], builder: Builder) {
  if (attrs.length < 2) return { attrs, args };
  const first = Number(attrs.counted);
  const end = first + attrs.constants;
  const { functions, further } = hoisted([attrs.body], args.slice(first, end), builder);
  return {
    attrs: { ...attrs, body: functions[0]!, constants: attrs.constants + further.length },
    args: args.toSpliced(end, 0, ...further),
  };
}

function typesOf({ body, carry, length }: Loop): TensorType[] {
  return body.outputs.map(({ shape, dtype }, i) => ({ shape: i < carry ? shape : [length, ...shape], dtype }));
}

function evaluate(args: readonly NdArray[], { attrs }: LoopNode, budget: Budget): NdArray {
  const { body, constants, carry, length, reverse, counted } = attrs;
  const given = counted ? args.slice(1) : args;
  const steps = counted ? Math.min(length, Math.max(0, rowMajorData(args[0]!)[0]!)) : length;
  const types = typesOf(attrs);
  const bundle = ndarray("float64", bundleShape(types), new Float64Array(elementCount(bundleShape(types))));
  const parts = unpacked(bundle, types);
  const fixed = given.slice(0, constants);
  const xs = given.slice(constants + carry).map(({ dtype, shape }, i) => {
    const row = shape.slice(1);
    return { dtype, row, size: elementCount(row), data: rowMajorData(given[constants + carry + i]!) };
  });
  let carries = given.slice(constants, constants + carry);
  for (let step = 0; step < steps; step++) {
    const at = reverse ? steps - 1 - step : step;
    const rows = xs.map(({ dtype, row, size, data }) => ndarray(dtype, row, data.subarray(at * size, (at + 1) * size)));
    const results = runFunction(body, [...fixed, ...carries, ...rows], budget);
    carries = results.slice(0, carry);
    for (let i = carry; i < results.length; i++) {
      const elements = rowMajorData(results[i]!);
      parts[i]!.data.set(elements, at * elements.length);
    }
  }
  carries.forEach((value, i) => {
    parts[i]!.data.set(rowMajorData(value));
  });
  return bundle;
}

function tangents(given: Absentable, node: LoopNode, results: readonly Node[], passes: Passes): Absentable {
  const { attrs, args, builder } = node;
  const first = Number(attrs.counted);
  const made = tangentBody(attrs.body, attrs, args.slice(first), given.slice(first), builder, passes);
  if (!made) return results.map(() => undefined);
  const { joint: body, constants, carry, places } = made;
  const extension = { of: attributesKey(attrs), places };
  const operands = [...args.slice(0, first), ...made.operands];
  const joint = loopNode({ ...attrs, body, constants, carry, extension }, operands, builder);
  return made.tangents.map((i) => (i === undefined ? undefined : resultNode(joint, i)));
}

function cotangents(given: Absentable, node: LoopNode, isLinear: readonly boolean[], passes: Passes): Absentable {
  const { attrs, args, builder } = node;
  const { carry, counted } = attrs;
  const first = Number(counted);
  const lead = args.slice(0, first);
  const found = transposeLoop(
    {
      ...attrs,
      args: args.slice(first),
      isLinear: isLinear.slice(first),
      carries: given.slice(0, carry),
      rows: given.slice(carry),
    },
    (forward, isNeeded) => {
      if (!isNeeded) return { kept: [], count: lead[0] };
      const { operands, kept, ...rest } = forward();
      const given = args.slice(first).filter((_, i) => operands[i]);
      const made = loopNode({ ...attrs, ...rest }, [...lead, ...given], builder);
      return { kept: resultsOf(made).slice(-kept), count: lead[0] };
    },
    loopNode,
    builder,
    passes,
  );
  return [...lead.map(() => undefined), ...found];
}
