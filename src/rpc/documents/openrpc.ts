import { type ErrorType, errorTypes } from "../../errors.ts";
import { type AnyMethod, type DocumentInfo, methodSchemas, pascalCase } from "./schema.ts";
import { type JsonSchema, ref } from "./wire.ts";

/** The version of OpenRPC that the document is in. */
export const openRpcVersion = "1.3.2";

/** The OpenRPC document of a list of methods. The same list gives the same document, member for member. */
export function openRpcDocument(methods: readonly AnyMethod[], info: DocumentInfo): JsonSchema {
  const schemas = methodSchemas(methods);
  return {
    openrpc: openRpcVersion,
    info: {
      title: info.title,
      version: info.version,
      description: info.description,
      license: { name: info.license },
    },
    methods: methods.map((method) => methodObject(method, schemas[`${pascalCase(method.name)}Params`] ?? {})),
    components: { schemas },
  };
}

/** The errors that every call can meet, whatever its method. */
export const commonErrors: readonly ErrorType[] = [
  "parse_error",
  "invalid_request",
  "invalid_params",
  "internal_error",
  "response_too_large",
  "limit_exceeded",
  "overloaded",
  "quota_exceeded",
  "unauthorized",
  "forbidden",
];

/** A method's own errors and the common ones, in the order of the error table. */
export function errorsOf(method: AnyMethod, common: readonly ErrorType[] = commonErrors): readonly ErrorType[] {
  // Where a method is not enabled, it does not exist.
  const all = [...common, ...method.errors, ...(method.enabled ? ["method_not_found"] : [])];
  return (Object.keys(errorTypes) as ErrorType[]).filter((type) => all.includes(type));
}

function methodObject(method: AnyMethod, params: JsonSchema): JsonSchema {
  const properties = Object.entries((params.properties ?? {}) as Record<string, JsonSchema>);
  const required = (params.required ?? []) as readonly string[];
  return {
    name: method.name,
    summary: method.summary,
    description: method.description,
    paramStructure: "by-name",
    params: properties.map(([name, schema]) => ({
      name,
      ...(typeof schema.description === "string" ? { description: schema.description } : {}),
      required: required.includes(name),
      schema,
    })),
    result: { name: "result", schema: ref(`${pascalCase(method.name)}Result`) },
    errors: errorsOf(method).map((type) => ({
      code: errorTypes[type].code,
      message: errorTypes[type].title,
      data: { type, when: errorTypes[type].when },
    })),
    examples: method.examples.map((example) => ({
      name: example.name,
      params: Object.entries(example.params).map(([name, value]) => ({ name, value })),
      result: { name: "result", value: example.result },
    })),
  };
}
