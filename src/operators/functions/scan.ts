import { type AttributeSpec, optional, required } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import { functionAttribute, type GraphFunction } from "../../graph/function.ts";
import type { Node, TensorType } from "../../graph/operator.ts";
import { showShape } from "../../graph/shape.ts";
import type { Op } from "../kinds.ts";
import { functional } from "../several.ts";
import { convertedFor, expectCarries, iterationsIn } from "./body.ts";
import { expanded } from "./call.ts";
import { segmentedLoop, segmentsOf } from "./loops/segments.ts";

type Scan = {
  readonly function: GraphFunction;
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
  readonly checkpoint: "auto" | "none" | number;
};

export const scan: Op = functional({
  name: "scan",
  operands: ["...xs"],
  summary:
    "a function of constants, carries and one row of each of the other operands, for each row; it gives carries, which it hands on, and rows",
  formula: "a scan over the tangents too",
  costText: "the length times that of the function",
  attributes: {
    function: functionAttribute("the function"),
    constants: optional("natural", "how many operands are the same in every step; they come first", 0),
    carry: required("natural", "how many operands are what the first step is handed"),
    length: optional("natural", "the number of steps; needed where no operand has rows"),
    reverse: optional("boolean", "whether it begins at the last row", false),
    checkpoint: checkpoints(),
  },
  infer: (args, attrs): { results: readonly TensorType[]; attrs: Scan } => {
    const { constants, carry, reverse, checkpoint } = attrs;
    const first = constants + carry;
    if (args.length < first) {
      throw new OperandFault(`takes ${constants} constants and ${carry} carries, received ${args.length} operands`);
    }
    const length = lengthOf(args, first, attrs.length);
    const types = args.map((arg, i) => (i < first ? arg : { shape: arg.shape.slice(1), dtype: arg.dtype }));
    const held = attrs.function.instantiate(types);
    expectCarries(held, carry, constants);
    const results = held.outputs.map(({ shape, dtype }, i) => ({
      shape: i < carry ? shape : [length, ...shape],
      dtype,
    }));
    return { results, attrs: { function: held, constants, carry, length, reverse, checkpoint } };
  },
  iterations: ({ attrs }) => (attrs as Scan).length * iterationsIn((attrs as Scan).function),
  compose: (args, { attrs }, builder, passes) => {
    const { function: held, constants, carry, length, reverse, checkpoint } = attrs;
    const body = expanded(held, builder, passes);
    const loop = { body, constants, carry, length, reverse, counted: false, extension: undefined };
    return segmentedLoop(loop, segmentsOf(body, length, checkpoint), convertedFor(held, args), builder);
  },
});

/** The rows that all operands from `first` on have. */
export function lengthOf(args: readonly Node[], first: number, given: number | undefined): number {
  let length = given;
  args.slice(first).forEach(({ shape }, i) => {
    if (shape.length === 0) throw new OperandFault("has no axis of rows: it is a scalar", first + i);
    if (length !== undefined && shape[0] !== length) {
      throw new OperandFault(`has ${shape[0]} rows in shape ${showShape(shape)}, and ${length} are needed`, first + i);
    }
    length = shape[0]!;
  });
  if (length === undefined) throw new OperandFault('attribute "length" is required where no operand has rows');
  return length;
}

/** How a loop that is differentiated in reverse comes by what its steps made. */
function checkpoints(): AttributeSpec<"auto" | "none" | number> {
  return {
    doc: "how reverse mode comes by what the steps made: all of it kept (none), or computed again in so many segments; auto decides",
    required: false,
    fallback: "auto",
    schema: { anyOf: [{ enum: ["auto", "none"] }, { type: "integer", minimum: 1 }] },
    parse: (value) => {
      if (value === "auto" || value === "none") return value;
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
      throw new OperandFault('must be "auto", "none" or a number of segments');
    },
  };
}
