import { z } from "zod";
import type { Method } from "../method.ts";
import { references } from "./dialect.ts";
import { type JsonSchema, ref, refPrefix, wireSchema } from "./wire.ts";

/** A method, whatever its context: the documents never call it. */
// biome-ignore lint/suspicious/noExplicitAny: documents never touch the context, so any context will do.
export type AnyMethod = Method<any>;

/** What a document says about the service as a whole. */
export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  /** OpenAPI's security schemes by name, any one of which is enough; absent or empty, anybody may call. */
  readonly security?: Readonly<Record<string, JsonSchema>>;
  /** Whether anybody may call all the same, for a document of more than one service. */
  readonly isSecurityOptional?: boolean;
}

/**
 * The named JSON Schemas of a list of methods: `<Method>Params` and `<Method>Result` of each, every schema with an id
 * in them, and every wire type that these refer to; sorted by name. Params are as sent, closed; results are open.
 * Throws on two schemas of one name, on a reference to nothing, and on a recursive schema without an id.
 */
export function methodSchemas(methods: readonly AnyMethod[]): Record<string, JsonSchema> {
  const found = new Map<string, JsonSchema>();
  for (const method of methods) addSchema(found, `${pascalCase(method.name)}Params`, method.params, "input");
  // Second, so that what is both sent and answered keeps its closed form.
  for (const method of methods) addSchema(found, `${pascalCase(method.name)}Result`, method.result, "output");
  // The map grows while it is walked: a wire type may refer to further ones.
  for (const schema of found.values()) for (const id of references(schema)) addWire(found, id);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `graph.put` → `GraphPut`. */
export function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

/** `graph.put` → `graphPut`. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.slice(0, 1).toLowerCase() + pascal.slice(1);
}

type Direction = "input" | "output";

function addSchema(found: Map<string, JsonSchema>, name: string, schema: z.ZodType, io: Direction): void {
  const { $schema, $defs, ...root } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => tidy(jsonSchema as Record<string, unknown>, io),
  });
  const entries = { [name]: root, ...$defs };
  for (const [id, entry] of Object.entries(entries)) {
    if (id.startsWith("__")) throw new Error(`${name}: a recursive schema needs an id`);
    // A wire type is the same wherever it stands, sent or answered.
    const renamed = wireSchema(id) ?? (renameReferences(entry, name) as JsonSchema);
    const known = found.get(id);
    if (known === undefined) found.set(id, renamed);
    else if (io === "input" && JSON.stringify(known) !== JSON.stringify(renamed)) {
      throw new Error(`${name}: two schemas called ${id}`);
    }
  }
}

function tidy(schema: Record<string, unknown>, io: Direction): void {
  // Results may gain members in time.
  if (io === "output" && schema.additionalProperties === false) delete schema.additionalProperties;
  // Bounds that every integer has say nothing about one that is answered; of one that is sent they are checked.
  if (io === "output" && schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (io === "output" && schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  const names = schema.propertyNames as JsonSchema | undefined;
  if (names && Object.keys(names).length === 1 && names.type === "string") delete schema.propertyNames;
}

function renameReferences(value: unknown, root: string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameReferences(item, root));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key !== "$ref" || typeof inner !== "string") return [key, renameReferences(inner, root)];
      return [key, inner === "#" ? ref(root).$ref : inner.replace("#/$defs/", refPrefix)];
    }),
  );
}

function addWire(found: Map<string, JsonSchema>, id: string): void {
  if (found.has(id)) return;
  const schema = wireSchema(id);
  if (schema === undefined) throw new Error(`a schema refers to ${id}, which is not declared`);
  found.set(id, schema);
}
