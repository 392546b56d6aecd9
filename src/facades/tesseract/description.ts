import { about } from "../../config.ts";
import { isFloat } from "../../graph/dtype.ts";
import { sentTypes } from "./dtypes.ts";
import { hasDerivatives, type Port, type Served } from "./request.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * The OpenAPI document of a graph. Its paths are what the SDK takes for endpoints, the last two of its schemas what
 * tesseract-jax reads; `label` is what the graph's document calls itself.
 */
export function description(served: Served, label: string | undefined): Json {
  const { name, inputs, outputs } = served;
  return {
    openapi: "3.1.0",
    info: { title: label ?? name, version: about.version },
    servers: [{ url: `/tesseract/${name}` }],
    paths: {
      "/apply": post("apply", "All outputs.", ref("ApplyInputSchema"), ref("ApplyOutputSchema")),
      "/abstract_eval": post("abstract_eval", "The shapes and dtypes of all outputs.", abstractInputs(inputs)),
      ...(hasDerivatives(served) ? derivativePaths(inputs, outputs) : {}),
      "/health": {
        get: {
          operationId: "health",
          summary: "Whether the graph is served.",
          responses: { 200: answer({ type: "object", properties: { status: { type: "string", enum: ["ok"] } } }) },
        },
      },
    },
    components: {
      schemas: {
        Apply_InputSchema: arrays("Apply_InputSchema", inputs),
        Apply_OutputSchema: arrays("Apply_OutputSchema", outputs),
        ApplyInputSchema: {
          title: "ApplyInputSchema",
          type: "object",
          properties: { inputs: ref("Apply_InputSchema") },
          required: ["inputs"],
          additionalProperties: false,
          ...arraysOf(inputs),
        },
        ApplyOutputSchema: {
          title: "ApplyOutputSchema",
          ...arrays("ApplyOutputSchema", outputs),
          ...arraysOf(outputs),
        },
      },
    },
    "x-supported-output-formats": ["json", "json+base64"],
    "x-supported-gpu-transports": ["none"],
    "x-supported-compressions": ["none"],
  };
}

function derivativePaths(inputs: readonly Port[], outputs: readonly Port[]): Json {
  const [wrt, of] = [paths(inputs), paths(outputs)];
  return {
    "/jacobian": post("jacobian", "Derivatives by output and input.", body({ jac_inputs: wrt, jac_outputs: of })),
    "/jacobian_vector_product": post(
      "jacobian_vector_product",
      "The Jacobian times tangents.",
      body({ jvp_inputs: wrt, jvp_outputs: of, tangent_vector: { type: "object" } }),
    ),
    "/vector_jacobian_product": post(
      "vector_jacobian_product",
      "Cotangents times the Jacobian.",
      body({ vjp_inputs: wrt, vjp_outputs: of, cotangent_vector: { type: "object" } }),
    ),
  };
}

function post(operationId: string, summary: string, schema: Json, result: Json = { type: "object" }): Json {
  return {
    post: {
      operationId,
      summary,
      requestBody: { required: true, content: { "application/json": { schema } } },
      responses: { 200: answer(result), 422: { description: "What is wrong with the body, as a list." } },
    },
  };
}

function answer(schema: Json): Json {
  return { description: "The answer.", content: { "application/json": { schema } } };
}

function body(members: Json): Json {
  const properties = { inputs: ref("Apply_InputSchema"), ...members };
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

/** Names of what can be differentiated. */
function paths(ports: readonly Port[]): Json {
  const names = ports.filter(({ dtype }) => isFloat(dtype)).map(({ name }) => name);
  return { type: "array", items: { type: "string", enum: names }, minItems: 1 };
}

function abstractInputs(inputs: readonly Port[]): Json {
  const properties = Object.fromEntries(inputs.map(({ name }) => [name, {}]));
  const schema = { type: "object", properties, required: inputs.map(({ name }) => name), additionalProperties: false };
  return { type: "object", properties: { inputs: schema }, required: ["inputs"], additionalProperties: false };
}

function arrays(title: string, ports: readonly Port[]): Json {
  return {
    title,
    type: "object",
    properties: Object.fromEntries(ports.map((port) => [port.name, arraySchema(port)])),
    required: ports.map(({ name }) => name),
    additionalProperties: false,
  };
}

/** By `array_flags` tesseract-jax knows what to make an array of. */
function arraySchema({ name, shape, dtype }: Port): Json {
  return {
    title: name,
    description: `${dtype} of shape [${shape}], or with axes before it.`,
    type: "object",
    properties: {
      object_type: { type: "string", const: "array", default: "array" },
      shape: { type: "array", items: { type: "integer", minimum: 0 } },
      dtype: { type: "string", enum: Object.keys(sentTypes), default: dtype },
      data: {
        type: "object",
        properties: { buffer: {}, encoding: { type: "string", enum: ["base64", "json", "raw"] } },
        required: ["buffer", "encoding"],
        additionalProperties: false,
      },
    },
    required: ["shape", "dtype", "data"],
    additionalProperties: false,
    array_flags: isFloat(dtype) ? ["DIFFERENTIABLE"] : [],
  };
}

/** What is differentiable, and the order of the members. */
function arraysOf(ports: readonly Port[]): Json {
  const floats = ports.filter(({ dtype }) => isFloat(dtype));
  return {
    differentiable_arrays: Object.fromEntries(floats.map(({ name, shape, dtype }) => [name, { shape, dtype }])),
    field_order: { "": ports.map(({ name }) => name) },
  };
}

function ref(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}
