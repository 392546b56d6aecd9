import { z } from "zod";
import type { ErrorType } from "../../errors.ts";
import { dtypes } from "../../graph/dtype.ts";
import { ref, wire } from "../../rpc/documents/wire.ts";
import { documentSchemas, sources } from "../../syntax/sources.ts";
import type { Answer, TensorLeaf } from "../../wire/answer.ts";
import { encodings } from "../../wire/json/tensor-value.ts";
import { warningsMember } from "./warnings.ts";

// The types of the wire that hand-written code reads: big ones, which zod would be slow for, and recursive ones. Here is
// their JSON Schema, and a check of the outermost structure only.

wire("Scalar", {
  description: "A number or a boolean; the strings stand for what JSON has no number for.",
  oneOf: [ref("FiniteNumber"), ref("TruthValue"), ref("SpecialNumber")],
});
wire("FiniteNumber", { description: "A number, as JSON writes it.", type: "number" });
wire("TruthValue", { description: "True or false.", type: "boolean" });
wire("SpecialNumber", {
  description: "What JSON has no number for.",
  type: "string",
  enum: ["NaN", "Infinity", "-Infinity"],
});
// Generators of clients choke on schemas that refer to themselves, so the depths are not spelled out.
wire("NestedArray", {
  description: "Arrays of scalars, or of such arrays, and so on: row-major and rectangular.",
  type: "array",
  items: {},
});
wire("Shape", {
  description: "The lengths of the axes; `[]` is a scalar.",
  type: "array",
  items: { type: "integer", minimum: 0 },
  maxItems: 32,
});
wire("DType", { description: "The type of the elements.", type: "string", enum: [...dtypes] });
wire("Base64", {
  description: "Raw little-endian bytes in row-major order, RFC 4648 §4, padded, without white space.",
  type: "string",
  contentEncoding: "base64",
});
wire("FlatData", { description: "The elements in row-major order.", type: "array", items: ref("Scalar") });
wire("ArrayData", { description: "The elements, as bytes or as numbers.", oneOf: [ref("Base64"), ref("FlatData")] });
wire("ArrayObject", {
  description:
    "A tensor with its shape and dtype; bool, int8 and uint8 take 1 byte an element, int16 and float16 2, int32 and float32 4, int64 and float64 8. int64 is exact up to 2^53.",
  type: "object",
  properties: { shape: ref("Shape"), dtype: ref("DType"), data: ref("ArrayData") },
  required: ["shape", "data"],
  additionalProperties: false,
});
const documents = new Map(
  Object.entries(documentSchemas(ref)).map(([component, schema]) => [component, wire(component, schema)]),
);

/** A graph in JSON form, as the service answers it. */
export const graphDocument = documents.get(sources[0].component)!;

/** A graph as the service answers it, in one of the forms that it is sent in. */
const written = { description: "A graph document, or a formula.", oneOf: sources.map((form) => ref(form.component)) };
export const writtenGraph = wire("WrittenGraph", written);

const isObject = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

const graphIdPattern = /^sha256:[0-9a-f]{64}$/;

/** `sha256:` and 64 hexadecimal digits. */
export const graphId = z
  .string()
  .regex(graphIdPattern, "must be sha256: and 64 hexadecimal digits")
  .meta({ id: "GraphId", description: "The id of a graph that the service has seen." });

const graphNamePattern = /^(sha256:[0-9a-f]{64}|[A-Za-z_][A-Za-z0-9_.-]{0,127})$/;
const graphNameFault =
  "must be sha256: and 64 hexadecimal digits, or a name that graph.put gave; a formula is {expression: …}";

/** The id of a graph, or a name that it was given. */
export const graphName = z.string().regex(graphNamePattern, graphNameFault).meta({
  id: "GraphName",
  description: "The id of a graph that the service has seen, or a name that `graph.put` gave to one.",
});

/** A graph document, a formula, or the id or name of a graph seen before. */
export const graph = wire<unknown>(
  "Graph",
  {
    description: "A graph document, a formula, or the id or the name of a graph that the service has seen.",
    oneOf: [...sources.map(({ component }) => ref(component)), ref("GraphName")],
  },
  (value) => {
    if (isObject(value)) return undefined;
    if (typeof value !== "string") return "must be a graph, or the id or the name of one";
    return graphNamePattern.test(value) ? undefined : graphNameFault;
  },
);

/** A name for a graph. */
export const alias = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, "must be a letter or _, then up to 127 letters, digits, _, . or -")
  .meta({ id: "GraphAlias", description: "A name for a graph, which calls may send in place of it." });

/** A tensor in any of its forms. */
export const tensor = wire<unknown, TensorLeaf>("Tensor", {
  description: "A scalar, nested arrays of them, or an array object.",
  oneOf: [ref("Scalar"), ref("NestedArray"), ref("ArrayObject")],
});

/** Tensors by name. */
export const tensorMap = wire<Readonly<Record<string, unknown>>, Readonly<Record<string, TensorLeaf>>>(
  "TensorMap",
  { description: "Tensors by name.", type: "object", additionalProperties: ref("Tensor") },
  (value) => (isObject(value) ? undefined : "must be an object of tensors by name"),
);

/** Several sets of tensors. */
export const tensorMapList = wire("TensorMapList", {
  description: "Several sets of tensors by name.",
  type: "array",
  items: ref("TensorMap"),
});

/** One set of tensors, or several. */
export const seeds = wire<Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[]>(
  "Seeds",
  {
    description: "Tensors by name, absent ones being zero; or a list of such, for as many products in one call.",
    oneOf: [ref("TensorMap"), ref("TensorMapList")],
  },
  (value) => {
    if (isObject(value)) return undefined;
    if (!Array.isArray(value)) return "must be an object of tensors by name, or a list of such objects";
    const odd = value.findIndex((item) => !isObject(item));
    return odd < 0 ? undefined : { path: [odd], message: "must be an object of tensors by name" };
  },
);

/** The answer to a seed or to several. */
export const products = wire<unknown, Answer>("Products", {
  description: "Tensors by name; a list of such where the seeds were a list.",
  oneOf: [ref("TensorMap"), ref("TensorMapList")],
});

/** The member `gradient` of an answer. */
export const gradientMember = tensorMap.describe("the gradient, by input");

/** A number that may be none. */
export const figure = wire<unknown, number>("Figure", {
  description: "A number; the strings stand for what JSON has no number for.",
  oneOf: [ref("FiniteNumber"), ref("SpecialNumber")],
});

// What is empty fits one member of a union only.
wire("NamedTensors", {
  description: "One tensor by name, or more.",
  type: "object",
  additionalProperties: ref("Tensor"),
  minProperties: 1,
});
wire("SeveralTensorMaps", {
  description: "One set of tensors or more.",
  type: "array",
  items: ref("TensorMap"),
  minItems: 1,
});

/** Error estimates, laid out as what they are of. */
export const errorEstimates = wire<unknown, Answer>("ErrorEstimates", {
  description: "An error estimate for each entry, laid out as the derivatives.",
  oneOf: [ref("Blocks"), ref("NamedTensors"), ref("SeveralTensorMaps"), ref("Matrix")],
});

/** Steps of differences. */
export const steps = wire<unknown, TensorLeaf | Readonly<Record<string, TensorLeaf>>>("Steps", {
  description:
    "The steps taken: by input, one for each scalar; of `jvp` one for each seed. The shortest where outputs have steps of their own.",
  oneOf: [ref("TensorMap"), ref("Tensor")],
});

/** What an input or output is. */
export const tensorType = z
  .looseObject({ name: z.string(), shape: z.array(z.int().min(0)), dtype: z.enum(dtypes) })
  .meta({ id: "TensorType", description: "The name, shape and dtype of an input or output." });

// Unless the service has set another, which it holds calls to.
const timeoutMsMax = 300_000;

/** Parameters of every method that takes a graph. */
export const graphParams = {
  graph,
  timeoutMs: z
    .int()
    .min(1)
    .optional()
    .meta({ maximum: timeoutMsMax })
    .describe("milliseconds from receipt until the call is given up; absent, what the service has set"),
};

/** Parameters of every method that runs a graph. */
export const runParams = {
  ...graphParams,
  inputs: tensorMap.optional().describe("all inputs of the graph; may be absent where it has none"),
  batch: z
    .int()
    .min(1)
    .optional()
    .describe("a number of points B: tensors may then have one extra leading axis B, and all answers do"),
  encoding: z.enum(encodings).default("json").describe("how the answer writes tensors"),
};

/** Errors of methods that take a graph. */
export const graphErrors = [
  "invalid_graph",
  "graph_not_found",
  "limit_exceeded",
  "deadline_exceeded",
] as const satisfies readonly ErrorType[];

/** Errors of methods that run a graph. */
export const runErrors = [...graphErrors, "input_mismatch", "overloaded"] as const;

/** Errors of methods that differentiate a graph. */
export const derivativeErrors = [...runErrors, "not_differentiable"] as const;

/** Names that are not repeated; none at all, which clients that are generated send, count as absent. */
const names = z
  .array(z.string())
  .refine((list) => new Set(list).size === list.length, "must not repeat a name")
  .meta({ uniqueItems: true });

/** Parameters of every method that differentiates. */
export const selectionParams = {
  wrt: names.optional().describe("the inputs to differentiate by; default: all float inputs"),
  of: names.optional().describe("the outputs to differentiate; default: all float outputs"),
};

/** Parameters of every method that differentiates and may warn. */
export const doubtParams = {
  zeros: z
    .enum(["absorb", "ieee"])
    .default("absorb")
    .describe(
      "what a factor 0 makes of an infinite or NaN one in a derivative: 0, or NaN as IEEE 754 has it, in both modes and in branches not taken too",
    ),
  diagnose: z
    .boolean()
    .default(false)
    .describe("whether kinks are looked for, which `hessian`, `hvp`, `check`, `compare` and `trace` always do"),
};

/** Weights of outputs, for methods of one scalar output. */
export const weightsParam = {
  weights: tensorMap
    .optional()
    .describe(
      "tensors by output, held fixed: what is differentiated is the sum of the products of weights and elements, so that outputs need be neither one nor scalar; outputs without weights count for nothing",
    ),
};

/** What is told about a graph. */
export const graphDescription = {
  inputs: z.array(tensorType).describe("the inputs, as declared"),
  outputs: z.array(tensorType).describe("the outputs, as declared"),
  nodes: z.int().min(0).describe("operators applied, equal ones once"),
};

/** What every method that takes a graph answers. */
export const graphResult = { graph: graphId.describe("the graph's id") };

/** What every method that runs a graph answers besides. */
export const outputsResult = {
  ...graphResult,
  ...warningsMember,
  outputs: tensorMap.describe("every output of the graph, by name"),
};

export * from "./matrices.ts";
export * from "./warnings.ts";
