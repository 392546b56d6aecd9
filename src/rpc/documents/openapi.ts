import { type ErrorType, errorTypes, errorUrn } from "../../errors.ts";
import { commonErrors, errorsOf } from "./openrpc.ts";
import { type AnyMethod, camelCase, type DocumentInfo, methodSchemas, pascalCase } from "./schema.ts";
import { type JsonSchema, ref } from "./wire.ts";

/**
 * The OpenAPI 3.1 document of both faces, `/rpc` and `/v1`, and of the routes beside them. The same list gives the same
 * document, member for member.
 */
export function openApiDocument(methods: readonly AnyMethod[], info: DocumentInfo): JsonSchema {
  return {
    openapi: "3.1.0",
    info: {
      title: info.title,
      version: info.version,
      description: info.description,
      license: { name: info.license, identifier: info.license },
    },
    servers: [{ url: "/" }],
    tags: [
      { name: "methods", description: "One route per method: the body is `params`, the answer is `result`." },
      { name: "json-rpc", description: "The same methods as JSON-RPC 2.0." },
      { name: "service", description: "Documents, health and metrics." },
    ],
    paths: {
      ...Object.fromEntries(methods.map((method) => [`/v1/${method.name}`, { post: plainOperation(method) }])),
      "/rpc": { post: rpcOperation(methods) },
      ...servicePaths,
    },
    components: { schemas: { ...methodSchemas(methods), ...rpcSchemas(methods), Problem: problemSchema } },
  };
}

function plainOperation(method: AnyMethod): JsonSchema {
  const params = ref(`${pascalCase(method.name)}Params`);
  const result = ref(`${pascalCase(method.name)}Result`);
  const examples = (part: "params" | "result") =>
    Object.fromEntries(method.examples.map((e) => [camelCase(e.name), { summary: e.name, value: e[part] }]));
  return {
    operationId: camelCase(method.name),
    tags: ["methods"],
    summary: method.summary,
    description: method.description,
    requestBody: {
      required: method.params.safeParse({}).error !== undefined,
      content: { "application/json": { schema: params, examples: examples("params") } },
    },
    responses: {
      200: {
        description: "The result.",
        content: { "application/json": { schema: result, examples: examples("result") } },
      },
      ...problemResponses(errorsOf(method, plainErrors)),
    },
  };
}

// A body that is no JSON-RPC request cannot be met where none is expected.
const plainErrors = commonErrors.filter((type) => type !== "invalid_request");

function problemResponses(types: readonly ErrorType[]): JsonSchema {
  const statuses = new Map<number, string[]>([
    [403, ["The request comes from a web page of another origin, or names another host."]],
    [408, ["The body came too slowly."]],
    [415, ["The content type is not textual, or the body is compressed."]],
  ]);
  for (const type of types) {
    const { status, when } = errorTypes[type];
    statuses.set(status, [...(statuses.get(status) ?? []), `\`${type}\`: ${when}`]);
  }
  const content = { "application/problem+json": { schema: ref("Problem") } };
  return Object.fromEntries(
    [...statuses].map(([status, lines]) => [
      status,
      { description: lines.join("\n\n"), ...(status === 503 ? { headers: retryAfter } : {}), content },
    ]),
  );
}

function rpcOperation(methods: readonly AnyMethod[]): JsonSchema {
  const refusal = (description: string) => ({
    description,
    content: { "application/json": { schema: ref("RpcFailure") } },
  });
  return {
    operationId: "rpc",
    tags: ["json-rpc"],
    summary: "Call methods by JSON-RPC 2.0.",
    description:
      "A call, a notification (a call without `id`, never answered) or a batch of them; `params` go by name only. " +
      "The calls of a batch run one after another and are answered in their order.",
    requestBody: {
      required: true,
      content: { "application/json": { schema: ref("RpcBody"), examples: rpcExamples(methods) } },
    },
    responses: {
      200: {
        description: "Every outcome of JSON-RPC, errors too.",
        content: { "application/json": { schema: ref("RpcAnswer") } },
      },
      204: { description: "There is nothing to say: only notifications were sent." },
      400: refusal("The request is not HTTP as it should be."),
      403: refusal("The request comes from a web page of another origin, or names another host."),
      405: refusal("The verb is not POST."),
      408: refusal("The body came too slowly."),
      413: refusal("`limit_exceeded`: the body is too large."),
      415: refusal("The content type is not textual, or the body is compressed."),
      503: { ...refusal("`overloaded`: the service is saturated or draining."), headers: retryAfter },
    },
  };
}

function rpcExamples(methods: readonly AnyMethod[]): JsonSchema {
  return Object.fromEntries(
    methods.flatMap((method) =>
      method.examples.slice(0, 1).map((example) => [
        camelCase(method.name),
        {
          summary: `${method.name}: ${example.name}`,
          value: { jsonrpc: "2.0", id: 1, method: method.name, params: example.params },
        },
      ]),
    ),
  );
}

function rpcSchemas(methods: readonly AnyMethod[]): Record<string, JsonSchema> {
  const perMethod = methods.flatMap((method): [string, JsonSchema][] => {
    const name = pascalCase(method.name);
    const optional = method.params.safeParse({}).success;
    return [
      [`${name}Request`, requestSchema(method.name, ref(`${name}Params`), optional)],
      [`${name}Success`, successSchema(ref(`${name}Result`))],
    ];
  });
  const named = (suffix: string) => methods.map((method) => ref(`${pascalCase(method.name)}${suffix}`));
  return {
    ...Object.fromEntries(perMethod),
    RpcId: {
      description: "A string, a number or null, echoed as it was written; a call without one is a notification.",
      type: ["string", "number", "null"],
    },
    RpcCall: {
      oneOf: named("Request"),
      discriminator: {
        propertyName: "method",
        mapping: Object.fromEntries(methods.map((m) => [m.name, ref(`${pascalCase(m.name)}Request`).$ref])),
      },
    },
    RpcCalls: { type: "array", minItems: 1, items: ref("RpcCall") },
    RpcBody: { oneOf: [ref("RpcCall"), ref("RpcCalls")] },
    RpcFailure: {
      type: "object",
      properties: { jsonrpc: { const: "2.0" }, id: ref("RpcId"), error: ref("RpcError") },
      required: ["jsonrpc", "id", "error"],
    },
    RpcError: {
      type: "object",
      properties: {
        code: { type: "integer", enum: errorCodes },
        message: { type: "string" },
        data: {
          type: "object",
          description: "The error's type, and what a client can act on.",
          properties: { type: { type: "string", enum: errorNames } },
          required: ["type"],
        },
      },
      required: ["code", "message", "data"],
    },
    // Results are open, so that one may fit the schemas of several methods: any of them, not one of them.
    RpcResponse: { anyOf: [...named("Success"), ref("RpcFailure")] },
    RpcResponses: { type: "array", minItems: 1, items: ref("RpcResponse") },
    RpcAnswer: { oneOf: [ref("RpcResponse"), ref("RpcResponses")] },
  };
}

function requestSchema(method: string, params: JsonSchema, optional: boolean): JsonSchema {
  return {
    type: "object",
    properties: { jsonrpc: { const: "2.0" }, id: ref("RpcId"), method: { const: method }, params },
    required: ["jsonrpc", "method", ...(optional ? [] : ["params"])],
    additionalProperties: false,
  };
}

function successSchema(result: JsonSchema): JsonSchema {
  return {
    type: "object",
    properties: { jsonrpc: { const: "2.0" }, id: ref("RpcId"), result },
    required: ["jsonrpc", "id", "result"],
  };
}

const errorNames = Object.keys(errorTypes) as ErrorType[];
const errorCodes = Object.values(errorTypes).map((type) => type.code);

const retryAfter = {
  "Retry-After": { description: "Seconds to wait before trying again.", schema: { type: "integer" } },
};

const problemSchema: JsonSchema = {
  description: "An error, as in RFC 9457.",
  type: "object",
  properties: {
    type: { type: "string", enum: errorNames.map(errorUrn) },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string", description: "`urn:uuid:` and the request's id, to quote when reporting a fault." },
    code: { type: "integer", enum: errorCodes },
    data: {
      type: "object",
      description: "The error's type, and what a client can act on.",
      properties: { type: { type: "string", enum: errorNames } },
      required: ["type"],
    },
  },
  required: ["type", "title", "status", "detail", "instance", "code", "data"],
};

const servicePaths: JsonSchema = {
  "/openapi.json": service("openApiJson", "This document as JSON.", "application/json", { type: "object" }),
  "/openapi.yaml": service("openApiYaml", "This document as YAML.", "application/yaml"),
  "/openrpc.json": service("openRpcJson", "The OpenRPC document.", "application/json", { type: "object" }),
  "/docs": service("docs", "The reference page, rendered from this document.", "text/html"),
  "/livez": service("livez", "Whether the process is alive.", "application/json", statusSchema("ok")),
  "/readyz": service("readyz", "Whether calls are welcome.", "application/json", statusSchema("ok"), {
    503: {
      description: "`overloaded`: the service is saturated or draining.",
      headers: retryAfter,
      content: { "application/problem+json": { schema: ref("Problem") } },
    },
  }),
  "/metrics": service("metrics", "Metrics in Prometheus' text format.", "text/plain"),
};

function service(
  operationId: string,
  summary: string,
  mediaType: string,
  schema: JsonSchema = { type: "string" },
  responses: JsonSchema = {},
): JsonSchema {
  const ok = { description: "The answer.", content: { [mediaType]: { schema } } };
  return { get: { operationId, tags: ["service"], summary, responses: { 200: ok, ...responses } } };
}

function statusSchema(status: string): JsonSchema {
  return { type: "object", properties: { status: { const: status } }, required: ["status"] };
}
