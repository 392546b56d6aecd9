import { optional } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import { functionAttribute, type GraphFunction } from "../../graph/function.ts";
import type { TensorType } from "../../graph/operator.ts";
import type { Op } from "../kinds.ts";
import { functional } from "../several.ts";
import { convertedFor, inlined, iterationsIn } from "./body.ts";
import { expanded } from "./call.ts";
import { batchOf } from "./derived.ts";
import { lengthOf } from "./scan.ts";

type Mapped = { readonly function: GraphFunction; readonly constants: number };

export const map: Op = functional({
  name: "map",
  operands: ["...xs"],
  summary: "a function of constants and one row of each of the other operands, for all rows at once",
  formula: "the tangents of the function's outputs, for all rows",
  costText: "the rows times that of the function",
  attributes: {
    function: functionAttribute("the function"),
    constants: optional("natural", "how many operands are the same for all rows; they come first", 0),
  },
  infer: (args, { function: callable, constants }): { results: readonly TensorType[]; attrs: Mapped } => {
    if (args.length <= constants) {
      throw new OperandFault(`takes ${constants} constants and operands with rows, received ${args.length}`);
    }
    const length = lengthOf(args, constants, undefined);
    const types = args.map((arg, i) => (i < constants ? arg : { shape: arg.shape.slice(1), dtype: arg.dtype }));
    const held = callable.instantiate(types);
    const results = held.outputs.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype }));
    return { results, attrs: { function: held, constants } };
  },
  iterations: ({ attrs }) => iterationsIn((attrs as Mapped).function),
  compose: (args, { attrs }, builder, passes) => {
    const { function: held, constants } = attrs;
    const given = convertedFor(held, args);
    const isRow = given.map((_, i) => i >= constants);
    const rows = batchOf(expanded(held, builder, passes), isRow, given.at(-1)!.shape[0]!, builder, passes);
    return inlined(rows.held, given, builder);
  },
});
