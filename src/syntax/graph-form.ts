import { type JsonSchema, type Members, namePattern, nameSchema, type Source, sharedProperties } from "./source.ts";

/** The form that all others are read in: inputs, constants, nodes in any order, and outputs, each by its name. */
export const graphForm: Source = {
  key: "nodes",
  component: "GraphDocument",
  size: ({ nodes, functions }) => ({
    nodes: [{ nodes }, ...bodiesOf(functions)].reduce((count, body) => count + lengthOf(body.nodes), 0),
    characters: 0,
  }),
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
    FunctionInput: {
      ...inputSchema(ref),
      description: "An input of a function; a shape or dtype that it does not say is that of the argument.",
    },
    GraphFunction: {
      description:
        "A function that nodes use by its name. It sees its inputs only. `jvp` or `vjp` names the function that is its derivative: of the inputs and a tangent of each the tangents of the outputs, or of the inputs and a cotangent of each output the cotangents of the inputs.",
      type: "object",
      properties: {
        inputs: { type: "array", items: ref("FunctionInput") },
        constants: { type: "array", items: ref("GraphConstant") },
        nodes: { type: "array", items: ref("GraphNode") },
        outputs: { type: "array", items: ref("GraphOutput"), minItems: 1 },
        jvp: nameSchema,
        vjp: nameSchema,
        name: { type: "string" },
        description: { type: "string" },
      },
      required: ["outputs"],
      additionalProperties: false,
    },
    GraphOutput: { description: "What a graph gives.", oneOf: [ref("Reference"), ref("NamedOutput")] },
    GraphDocument: {
      description: "A computation graph: nodes in any order.",
      type: "object",
      properties: {
        functions: {
          description: "Functions by name.",
          type: "object",
          additionalProperties: ref("GraphFunction"),
        },
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

function bodiesOf(functions: unknown): Members[] {
  const isObject = typeof functions === "object" && functions !== null;
  return isObject ? Object.values(functions).filter((body) => typeof body === "object" && body !== null) : [];
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function inputSchema(ref: (component: string) => JsonSchema): JsonSchema {
  return {
    description: "An input: float64 and a scalar unless it says otherwise.",
    type: "object",
    properties: { name: nameSchema, shape: ref("Shape"), dtype: ref("DType") },
    required: ["name"],
    additionalProperties: false,
  };
}
