import { optional } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import { functionAttribute, type GraphFunction } from "../../graph/function.ts";
import type { TensorType } from "../../graph/operator.ts";
import { scalarShape } from "../../graph/shape.ts";
import type { Op } from "../kinds.ts";
import { resultsOf } from "../results.ts";
import { functional } from "../several.ts";
import { convertedFor, expectCarries, iterationsIn, showType } from "./body.ts";
import { expanded } from "./call.ts";
import { keptBytesOfLimitMax } from "./loops/kept-bytes.ts";
import { segmentsOf } from "./loops/segments.ts";
import { untilNode } from "./loops/until.ts";
import { segmentedUntil } from "./loops/until-segments.ts";

type While = {
  readonly condition: GraphFunction;
  readonly body: GraphFunction;
  readonly constants: number;
  readonly limit?: number | undefined;
};

export const whileLoop: Op = functional({
  name: "while",
  operands: ["...xs"],
  summary:
    "a body of constants and carries, again and again while a condition of them holds: the last carries, and the number of steps",
  formula: "a loop over the tangents too",
  costText: "the limit times that of body and condition",
  attributes: {
    condition: functionAttribute("a function of constants and carries: whether there is another step"),
    body: functionAttribute("a function of constants and carries that gives the next carries"),
    constants: optional("natural", "how many operands are the same in every step; they come first", 0),
    limit: optional("natural", "the most steps; needed to differentiate in reverse"),
  },
  infer: (args, attrs): { results: readonly TensorType[]; attrs: While } => {
    const { constants, limit } = attrs;
    const carry = args.length - constants;
    if (carry < 1) throw new OperandFault(`takes ${constants} constants and carries, received ${args.length} operands`);
    const body = attrs.body.instantiate(args);
    const condition = attrs.condition.instantiate(args);
    expectCarries(body, carry, constants);
    if (body.outputs.length > carry) {
      throw new OperandFault(
        `function "${body.name}" has ${body.outputs.length} outputs, and there are ${carry} carries`,
      );
    }
    const [isOn, ...more] = condition.outputs;
    if (isOn!.shape.length > 0 || more.length > 0) {
      const shown = condition.outputs.map(showType).join(", ");
      throw new OperandFault(`the condition "${condition.name}" must give one scalar, and gives ${shown}`);
    }
    const results = [...body.outputs, { shape: scalarShape, dtype: "int32" as const }];
    const kept = { condition, body, constants };
    return { results, attrs: limit === undefined ? kept : { ...kept, limit } };
  },
  iterations: ({ attrs }) => {
    const { limit = 1, body, condition } = attrs as While;
    return limit * Math.max(iterationsIn(body), iterationsIn(condition));
  },
  compose: (args, { attrs }, builder, passes) => {
    const { constants, limit } = attrs;
    const given = convertedFor(attrs.body, args);
    const body = expanded(attrs.body, builder, passes);
    const condition = expanded(attrs.condition, builder, passes, body.inputs);
    const loop = { condition, body, constants, carry: args.length - constants, extension: undefined };
    const segments = limit === undefined ? 1 : segmentsOf(body, limit, "auto", keptBytesOfLimitMax);
    const [steps, ...carries] =
      limit === undefined || segments === 1
        ? resultsOf(untilNode({ ...loop, limit }, given, builder))
        : segmentedUntil({ ...loop, limit }, segments, given, builder);
    return [...carries, steps!];
  },
});
