import { z } from "zod";
import { define } from "../calls/context.ts";
import { operators as registry } from "../operators/index.ts";
import { describeOperator } from "../operators/table.ts";
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
  })
  .meta({ id: "Operator", description: "An operator, as it is published." });

let answer: KeptAnswer | undefined;

export const operators = define({
  name: "operators",
  summary: "All operators, with attributes, derivative, kinks and cost.",
  description: "What a graph's nodes may apply.",
  params: z.object({}),
  result: z.object({ operators: z.array(operator).describe("all operators, in the order of their families") }),
  errors: [],
  examples: [
    {
      name: "one of many",
      params: {},
      result: { operators: registry.filter(({ name }) => name === "sqrt").map(describeOperator) },
      isPart: true,
    },
  ],
  handle() {
    answer ??= new KeptAnswer(new PlainAnswer({ operators: registry.map(describeOperator) }));
    return answer;
  },
});
