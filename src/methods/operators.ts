import { z } from "zod";
import { define } from "../calls/context.ts";
import type { Operator } from "../graph/operator.ts";
import { familyOf, operators as registry } from "../operators/index.ts";
import { describeOperator } from "../operators/table.ts";
import { exampleOf, namesElsewhere } from "../syntax/operator-examples.ts";
import { KeptAnswer, PlainAnswer } from "../wire/answer.ts";

const attribute = z
  .looseObject({
    name: z.string(),
    required: z.boolean(),
    default: z.unknown().optional(),
    description: z.string(),
    schema: z.looseObject({}).describe("JSON Schema of the value"),
  })
  .meta({ id: "OperatorAttribute", description: "An attribute of an operator." });

const operator = z
  .looseObject({
    name: z.string(),
    aliases: z.array(z.string()),
    family: z.string(),
    summary: z.string(),
    signature: z.string(),
    attributes: z.array(attribute),
    derivative: z.string().describe("the derivative as a formula, dx being the tangent of x"),
    kinks: z.string().optional().describe("the derivative given where none exists"),
    domain: z.string().optional().describe("where the operator is defined, when that is not everywhere"),
    cost: z.string().describe("operations counted"),
    example: z.string().optional().describe("a formula that has it"),
    elsewhere: z
      .array(z.string())
      .optional()
      .describe("what other libraries and languages call it, or what is made of it"),
  })
  .meta({ id: "Operator", description: "An operator, as it is published." });

let whole: KeptAnswer | undefined;

/** What is published of an operator: its record's, and how formulas here and elsewhere have it. */
function published(op: Operator) {
  const others = namesElsewhere(op.name);
  return {
    ...describeOperator(op),
    example: exampleOf(op),
    ...(others.length > 0 && { elsewhere: others }),
  };
}

export const operators = define({
  name: "operators",
  summary: "All operators, or those of a name or family, with attributes, derivative, kinks and cost.",
  description: "What a graph's nodes may apply. An operator of just the name comes first.",
  params: z.object({
    name: z
      .string()
      .max(128)
      .optional()
      .describe("part of a name here or elsewhere, an alias or a summary; absent: any"),
    family: z.string().max(128).optional().describe("a family; absent: all"),
  }),
  result: z.object({
    operators: z.array(operator).describe("the operators asked for, in the order of their families"),
  }),
  errors: [],
  examples: [
    {
      name: "one of many",
      params: {},
      result: { operators: registry.filter(({ name }) => name === "sqrt").map(published) },
      isPart: true,
    },
    {
      name: "by name",
      params: { name: "cholesky" },
      result: { operators: registry.filter(({ name }) => name === "cholesky").map(published) },
      isPart: true,
    },
  ],
  handle({ name, family }) {
    if (name === undefined && family === undefined) {
      whole ??= new KeptAnswer(new PlainAnswer({ operators: registry.map(published) }));
      return whole;
    }
    const wanted = name?.toLowerCase() ?? "";
    const found = registry
      .filter((op) => family === undefined || familyOf(op) === family)
      .filter(({ name: own, aliases, summary }) =>
        [own, ...aliases, ...namesElsewhere(own), summary].some((text) => text.toLowerCase().includes(wanted)),
      );
    const isNamed = (op: Operator) => [op.name, ...op.aliases, ...namesElsewhere(op.name)].includes(wanted);
    const ordered = [...found.filter(isNamed), ...found.filter((op) => !isNamed(op))];
    return new KeptAnswer(new PlainAnswer({ operators: ordered.map(published) }));
  },
});
