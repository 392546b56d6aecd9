import { type JsonSchema, namePattern, nameSchema, type Source, sharedProperties } from "./source.ts";

/** The form that all others are read in: inputs, constants, nodes in any order, and outputs, each by its name. */
export const graphForm: Source = {
  key: "nodes",
  component: "GraphDocument",
  size: ({ nodes }) => ({ nodes: Array.isArray(nodes) ? nodes.length : 0, characters: 0 }),
  translate: (document) => ({ document, isMadeUp: () => false, unused: [] }),
  schemas: (ref) => ({
    GraphInput: inputSchema(ref),
    GraphConstant: {
      description: "A tensor with a name.",
      type: "object",
      properties: { name: nameSchema, value: ref("Tensor") },
      required: ["name", "value"],
      additionalProperties: false,
    },
    GraphNode: {
      description: "An operator applied to operands; the method `operators` lists what there is.",
      type: "object",
      properties: {
        id: nameSchema,
        op: { type: "string" },
        args: { type: "array", items: ref("GraphArgument") },
        attrs: { type: "object" },
      },
      required: ["id", "op"],
      additionalProperties: false,
    },
    Reference: {
      description: "The name of an input, constant or node.",
      type: "string",
      pattern: namePattern.replace("$", "(:[0-9]+)?$"),
    },
    TextArgument: {
      description: "The name of an input, constant or node; or `NaN`, `Infinity` or `-Infinity`, which are numbers.",
      type: "string",
    },
    GraphArgument: {
      description: "A reference or an inline tensor.",
      oneOf: ["TextArgument", "FiniteNumber", "TruthValue", "NestedArray", "ArrayObject"].map(ref),
    },
    NamedOutput: {
      description: "An output with a name of its own, and perhaps a dtype.",
      type: "object",
      properties: { name: nameSchema, node: ref("Reference"), dtype: ref("DType") },
      required: ["name", "node"],
      additionalProperties: false,
    },
    GraphOutput: { description: "What a graph gives.", oneOf: [ref("Reference"), ref("NamedOutput")] },
    GraphDocument: {
      description: "A computation graph: nodes in any order.",
      type: "object",
      properties: {
        inputs: { type: "array", items: ref("GraphInput") },
        constants: { type: "array", items: ref("GraphConstant") },
        nodes: { type: "array", items: ref("GraphNode") },
        outputs: { type: "array", items: ref("GraphOutput"), minItems: 1 },
        ...sharedProperties(ref),
      },
      required: ["outputs"],
      additionalProperties: false,
    },
  }),
};

function inputSchema(ref: (component: string) => JsonSchema): JsonSchema {
  return {
    description: "An input: float64 and a scalar unless it says otherwise.",
    type: "object",
    properties: { name: nameSchema, shape: ref("Shape"), dtype: ref("DType") },
    required: ["name"],
    additionalProperties: false,
  };
}
