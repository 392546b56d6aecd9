import type { ErrorType } from "../../errors.ts";
import { errorObject } from "../envelope.ts";
import type { PlainRoute } from "../method.ts";
import { mapValues, toOpenApi } from "./dialect.ts";
import { linkTo } from "./links.ts";
import { commonErrors, errorsOf } from "./openrpc.ts";
import {
  errorDetailsSchema,
  exampleError,
  issueSchema,
  problemExamples,
  problemResponses,
  problemSchema,
  rpcRefusals,
} from "./problems.ts";
import { type AnyMethod, camelCase, type DocumentInfo, methodSchemas, pascalCase } from "./schema.ts";
import { securityOf } from "./security.ts";
import { type JsonSchema, ref } from "./wire.ts";

/**
 * The OpenAPI document of both faces, `/rpc` and `/v1`, and of the routes beside them. It is of version 3.0.3, which
 * every generator of clients understands. The same list gives the same document, member for member.
 */
export function openApiDocument(methods: readonly AnyMethod[], info: DocumentInfo): JsonSchema {
  const schemas = {
    ...methodSchemas(methods),
    ...rpcSchemas(methods),
    Problem: problemSchema,
    ErrorDetails: errorDetailsSchema,
    Issue: issueSchema,
    Health: healthSchema,
  };
  const plain = mapValues(schemas, toOpenApi);
  const { security = {}, isSecurityOptional = false } = info;
  const isOpen = Object.keys(security).length === 0;
  const usedErrors = [...new Set(methods.flatMap((method) => errorsOf(method, plainErrors)))];
  return {
    openapi: "3.0.3",
    info: {
      title: info.title,
      version: info.version,
      description: info.description,
      contact: { name: `The maintainers of ${info.title}` },
      license: { name: info.license, url: `https://spdx.org/licenses/${info.license}.html` },
    },
    servers: [{ url: "/", description: "The service that this document comes from." }],
    security: isOpen ? [] : securityOf(security, isSecurityOptional),
    tags: [
      { name: "methods", description: "One route per method: the body is `params`, the answer is `result`." },
      { name: "json-rpc", description: "The same methods as JSON-RPC 2.0." },
      { name: "service", description: "Documents, health and metrics." },
    ],
    paths: {
      ...Object.fromEntries(methods.map((method) => [`/v1/${method.name}`, { post: plainOperation(method) }])),
      ...Object.fromEntries(methods.flatMap(({ routes = [] }) => routes.map(routeEntry))),
      "/rpc": { post: rpcOperation(methods) },
      ...servicePaths(isOpen),
    },
    components: {
      schemas: { ...plain, ...withGoNames(methods, plain) },
      examples: problemExamples(usedErrors),
      ...(isOpen ? {} : { securitySchemes: security }),
    },
  };
}

/** Parameters of methods that take headers: oapi-codegen and ogen call the headers of an operation as these are called. */
function withGoNames(methods: readonly AnyMethod[], schemas: Readonly<Record<string, JsonSchema>>) {
  const names = methods.filter(({ headers }) => headers).map(({ name }) => pascalCase(name));
  return Object.fromEntries(
    names.map((name) => {
      const named = { "x-go-name": `${name}Body`, "x-ogen-name": `${name}Body` };
      return [`${name}Params`, { ...schemas[`${name}Params`], ...named }];
    }),
  );
}

function plainOperation(method: AnyMethod): JsonSchema {
  const params = ref(`${pascalCase(method.name)}Params`);
  const result = ref(`${pascalCase(method.name)}Result`);
  const examples = (part: "params" | "result") =>
    Object.fromEntries(method.examples.map((e) => [camelCase(e.name), { summary: e.name, value: e[part] }]));
  const content = { "application/json": { schema: result, examples: examples("result") } };
  const links = method.links ? { links: mapValues(method.links, linkTo) } : {};
  return {
    operationId: camelCase(method.name),
    tags: ["methods"],
    summary: method.summary,
    description: method.description + scopeText(method),
    ...(method.headers ? { parameters: method.headers } : {}),
    requestBody: {
      required: method.params.safeParse({}).error !== undefined,
      content: { "application/json": { schema: params, examples: examples("params") } },
    },
    responses: {
      200: { description: "The result.", content, ...links },
      ...mapValues(method.statuses ?? {}, (status) => ({ ...status, content })),
      ...problemResponses(errorsOf(method, plainErrors), [403, 406, 408, 415]),
    },
  };
}

function scopeText({ scopes = ["call"] }: AnyMethod): string {
  if (scopes.includes("call")) return "";
  return ` Where keys are needed, for the scope ${scopes.map((scope) => `\`${scope}\``).join(" or ")}.`;
}

function routeEntry({ path, verb, responses, errors, ...operation }: PlainRoute): [string, JsonSchema] {
  const types = [...plainErrors.filter((type) => type !== "parse_error" && type !== "method_not_found"), ...errors];
  const refused = verb === "get" ? ([403, 405, 406] as const) : ([403, 405, 408, 415, 422] as const);
  const problems = problemResponses([...new Set(types)], refused);
  return [path, { [verb]: { tags: ["methods"], ...operation, responses: { ...responses, ...problems } } }];
}

// A body that is no JSON-RPC request cannot be met where none is expected.
const plainErrors = commonErrors.filter((type) => type !== "invalid_request");

function rpcOperation(methods: readonly AnyMethod[]): JsonSchema {
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
        content: { "application/json": { schema: ref("RpcAnswer"), examples: rpcAnswers(methods) } },
      },
      204: { description: "There is nothing to say: only notifications were sent." },
      ...rpcRefusals(
        ["limit_exceeded", "overloaded", "quota_exceeded", "unauthorized", "forbidden"],
        [400, 403, 405, 406, 408, 415],
      ),
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

/** An answer to the first example, and an error. */
function rpcAnswers(methods: readonly AnyMethod[]): JsonSchema {
  const answered = methods.find(({ examples }) => examples.length > 0)?.examples[0];
  return {
    ...(answered
      ? { success: { summary: "a result", value: { jsonrpc: "2.0", id: 1, result: answered.result } } }
      : {}),
    failure: {
      summary: "an error",
      value: { jsonrpc: "2.0", id: 1, error: errorObject(exampleError("method_not_found")) },
    },
  };
}

function rpcSchemas(methods: readonly AnyMethod[]): Record<string, JsonSchema> {
  const requests = methods.map((method) => [`${pascalCase(method.name)}Request`, requestSchema(method)] as const);
  const version = { type: "string", enum: ["2.0"] };
  return {
    ...Object.fromEntries(requests),
    RpcTextId: { description: "A string, or null.", type: "string", nullable: true },
    RpcNumberId: { description: "A number.", type: "number" },
    RpcId: {
      description: "A string, a number or null, echoed as it was written; a call without one is a notification.",
      oneOf: [ref("RpcTextId"), ref("RpcNumberId")],
    },
    RpcCall: {
      description: "A call of one of the methods.",
      oneOf: requests.map(([name]) => ref(name)),
      discriminator: {
        propertyName: "method",
        mapping: Object.fromEntries(methods.map((m) => [m.name, ref(`${pascalCase(m.name)}Request`).$ref])),
      },
    },
    RpcCalls: { description: "A batch of calls.", type: "array", minItems: 1, items: ref("RpcCall") },
    RpcBody: { description: "A call, or a batch of them.", oneOf: [ref("RpcCall"), ref("RpcCalls")] },
    RpcSuccess: {
      description: "The answer to a call that went well.",
      type: "object",
      properties: {
        jsonrpc: version,
        id: ref("RpcId"),
        result: { description: "What the method answers: of `jacobian`, a `JacobianResult`." },
      },
      required: ["jsonrpc", "id", "result"],
    },
    RpcFailure: {
      description: "The answer to a call that failed.",
      type: "object",
      properties: { jsonrpc: version, id: ref("RpcId"), error: ref("RpcError") },
      required: ["jsonrpc", "id", "error"],
    },
    RpcError: {
      description: "An error in JSON-RPC.",
      type: "object",
      properties: {
        code: { type: "integer", minimum: -32768, maximum: -32000 },
        message: { type: "string" },
        data: ref("ErrorDetails"),
      },
      required: ["code", "message", "data"],
    },
    RpcReply: { description: "The answer to one call.", oneOf: [ref("RpcSuccess"), ref("RpcFailure")] },
    RpcReplies: { description: "The answers to a batch.", type: "array", minItems: 1, items: ref("RpcReply") },
    RpcAnswer: { description: "The answer to a call, or to a batch.", oneOf: [ref("RpcReply"), ref("RpcReplies")] },
  };
}

function requestSchema(method: AnyMethod): JsonSchema {
  const isOptional = method.params.safeParse({}).success;
  return {
    description: `A call of \`${method.name}\`.`,
    type: "object",
    properties: {
      jsonrpc: { type: "string", enum: ["2.0"] },
      id: ref("RpcId"),
      method: { type: "string", enum: [method.name] },
      params: ref(`${pascalCase(method.name)}Params`),
    },
    required: ["jsonrpc", "method", ...(isOptional ? [] : ["params"])],
    additionalProperties: false,
  };
}

/** The routes beside those of calls. Of these, where there are keys, only the metrics need one. */
function servicePaths(isOpen: boolean): JsonSchema {
  const open = mapValues(openPaths, ({ get }) => ({ get: isOpen ? get : { ...get, security: [] } }));
  return { ...open, "/metrics": metricsPath };
}

const openPaths: Readonly<Record<string, { readonly get: JsonSchema }>> = {
  "/openapi.json": service("openApiJson", "This document as JSON.", "application/json", { type: "object" }),
  "/openapi.yaml": service("openApiYaml", "This document as YAML.", "application/yaml"),
  "/openapi.client.yaml": service(
    "openApiClientYaml",
    "This document for generators that know no unions, as YAML.",
    "application/yaml",
  ),
  "/openrpc.json": service("openRpcJson", "The OpenRPC document.", "application/json", { type: "object" }),
  "/docs": service("docs", "The reference page, rendered from this document.", "text/html"),
  "/livez": service("livez", "Whether the process is alive.", "application/json", ref("Health"), { status: "ok" }),
  "/readyz": service("readyz", "Whether calls are welcome.", "application/json", ref("Health"), { status: "ok" }, [
    "overloaded",
  ]),
};

const metricsPath = service(
  "metrics",
  "Metrics in Prometheus' text format, for the scope `metrics`.",
  "text/plain",
  { type: "string" },
  undefined,
  ["quota_exceeded", "unauthorized", "forbidden"],
);

function service(
  operationId: string,
  summary: string,
  mediaType: string,
  schema: JsonSchema = { type: "string" },
  example?: JsonSchema,
  errors: readonly ErrorType[] = [],
): { readonly get: JsonSchema } {
  const content = { [mediaType]: { schema, ...(example ? { example } : {}) } };
  return {
    get: {
      operationId,
      tags: ["service"],
      summary,
      description: summary,
      responses: { 200: { description: "The answer.", content }, ...problemResponses(errors, [403, 405]) },
    },
  };
}

const healthSchema: JsonSchema = {
  description: "That all is well.",
  type: "object",
  properties: { status: { type: "string", enum: ["ok"] } },
  required: ["status"],
};
