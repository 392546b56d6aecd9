import { type JsonSchema, refPrefix } from "./wire.ts";

/**
 * A JSON Schema, 2020-12, as OpenAPI 3.0.3 says the same, in the words that generators of clients understand: `enum`
 * for `const`, a `format` for every number, boolean `exclusiveMinimum`, nothing beside `$ref`. Throws on what has no
 * such form.
 */
export function toOpenApi(schema: JsonSchema): JsonSchema {
  if (typeof schema.$ref === "string") return { $ref: schema.$ref };
  const { const: only, contentEncoding, propertyNames, ...rest } = schema;
  if ("anyOf" in rest) throw new Error(`anyOf where oneOf is wanted: ${JSON.stringify(schema)}`);
  if (Array.isArray(rest.type)) throw new Error(`a list of types: ${JSON.stringify(schema)}`);
  const said = only === undefined ? rest : { ...rest, ...oneValue(only) };
  const entries = Object.entries(withFormat(withBounds(said))).flatMap(([key, value]): [string, unknown][] => {
    // An object of any members is a map; openapi-typescript takes one without this as one of no members.
    if (key === "additionalProperties" && isEmpty(value) && isEmpty(said.properties ?? {})) return [[key, true]];
    // Says no more than its absence does, and generators make maps of it.
    if ((key === "additionalProperties" || key === "properties") && isEmpty(value)) return [];
    if (key === "properties") return [[key, mapValues(value as Record<string, JsonSchema>, toOpenApi)]];
    if (key === "oneOf" || key === "allOf") return [[key, (value as readonly JsonSchema[]).map(toOpenApi)]];
    if (key === "items" || (key === "additionalProperties" && typeof value === "object")) {
      return [[key, toOpenApi(value as JsonSchema)]];
    }
    if (key === "type" && value === "null") return [["nullable", true]];
    return [[key, value]];
  });
  return Object.fromEntries(entries);
}

/**
 * Where a document has what generators of clients get wrong and `toOpenApi` cannot put right: a union with a member
 * that has no name, a component that refers to itself, an `enum` of numbers.
 */
export function generatorFaults(document: JsonSchema): string[] {
  const { components } = document as { readonly components: { readonly schemas: Record<string, JsonSchema> } };
  const recursive = Object.keys(components.schemas).filter((name) => reaches(components.schemas, name));
  return [...faultsIn(document, ""), ...recursive.map((name) => `${name} refers to itself`)];
}

/** The components that a value refers to. */
export function references(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$ref" && typeof inner === "string" ? [inner.slice(refPrefix.length)] : references(inner),
  );
}

/** An object with the same keys. */
export function mapValues<A, B>(object: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value)]));
}

function faultsIn(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = `${path}/${key}`;
    // Examples are what callers send, not schemas.
    if (key === "example" || key === "examples") return [];
    if (key === "enum" && Array.isArray(inner) && inner.some((choice) => typeof choice !== "string")) {
      return [`${place} has values that are no strings`];
    }
    const isUnion = (key === "oneOf" || key === "anyOf") && Array.isArray(inner);
    const isNamed = isUnion && inner.every((member) => Object.hasOwn(member, "$ref"));
    return isUnion && !isNamed ? [`${place} has a member without a name`] : faultsIn(inner, place);
  });
}

function reaches(schemas: Readonly<Record<string, JsonSchema>>, name: string): boolean {
  const found = new Set(references(schemas[name]));
  for (const reached of found) for (const next of references(schemas[reached])) found.add(next);
  return found.has(name);
}

function oneValue(value: unknown): JsonSchema {
  return typeof value === "number"
    ? { type: "integer", minimum: value, maximum: value }
    : { type: typeof value, enum: [value] };
}

function withBounds(schema: JsonSchema): JsonSchema {
  const { exclusiveMinimum, exclusiveMaximum, ...rest } = schema;
  return {
    ...rest,
    ...(exclusiveMinimum === undefined ? {} : { minimum: exclusiveMinimum, exclusiveMinimum: true }),
    ...(exclusiveMaximum === undefined ? {} : { maximum: exclusiveMaximum, exclusiveMaximum: true }),
  };
}

function withFormat(schema: JsonSchema): JsonSchema {
  const { type, maximum } = schema;
  if (type === "number") return { ...schema, format: "double" };
  if (type !== "integer") return schema;
  return { ...schema, format: typeof maximum === "number" && maximum < 2 ** 31 ? "int32" : "int64" };
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
