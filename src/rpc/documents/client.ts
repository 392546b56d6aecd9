import { mapValues, references } from "./dialect.ts";
import { type JsonSchema, ref } from "./wire.ts";

type Operations = Readonly<Record<string, JsonSchema>>;

interface Bodied {
  readonly content?: JsonSchema;
}

interface Document {
  readonly info: JsonSchema;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, JsonSchema>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly examples: Readonly<Record<string, JsonSchema>>;
  };
}

/**
 * The same document for generators that know no unions: without `/rpc`, and without what has bodies of several media types; a
 * union of objects is one object with the members of all, one of objects and a string is that object or the string, and any
 * other is any JSON.
 */
export function openApiClientDocument(document: JsonSchema): JsonSchema {
  const { tags, paths, components, ...rest } = document as JsonSchema & Document;
  const { "/rpc": _, ...others } = paths;
  const plain = Object.fromEntries(
    Object.entries(others).flatMap(([path, route]) => {
      const kept = Object.entries(route as Operations).filter(([, operation]) => !hasSeveralBodies(operation));
      return kept.length > 0 ? [[path, mapValues(Object.fromEntries(kept), withFewExtras)]] : [];
    }),
  );
  const schemas = mapValues(withoutUnions(components.schemas), withoutTimePatterns) as Record<string, JsonSchema>;
  const used = reachable(plain, schemas);
  const shown = new Set(references(plain).map((name) => name.slice(name.lastIndexOf("/") + 1)));
  return {
    ...rest,
    tags: tags.filter(({ name }) => name !== "json-rpc"),
    paths: plain,
    components: {
      ...components,
      schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name))),
      examples: Object.fromEntries(Object.entries(components.examples).filter(([name]) => shown.has(name))),
    },
  };
}

/** Progenitor knows one media type of a request, and one of all answers that succeed. */
function hasSeveralBodies({ requestBody, responses }: JsonSchema): boolean {
  const successes = Object.entries(responses as Readonly<Record<string, Bodied>>).filter(([status]) => status < "300");
  const asked = typesOf((requestBody ?? {}) as Bodied);
  const answered = successes.map(([, response]) => typesOf(response));
  return [asked, ...answered].some(({ length }) => length > 1) || new Set(answered.map(String)).size > 1;
}

function typesOf({ content = {} }: Bodied): string[] {
  return Object.keys(content);
}

/**
 * An operation of whose problems only 503 names a header, as ogen has one name for all problems with headers; and without
 * links, whose bodies openapi-generator takes for texts alone.
 */
function withFewExtras({ responses, ...operation }: JsonSchema): JsonSchema {
  const all = Object.entries(responses as Readonly<Record<string, JsonSchema>>);
  const plain = all.map(([status, response]) => {
    const { headers: _, ...rest } = response;
    const { links: _links, ...unlinked } = status === "200" || status === "503" ? response : rest;
    return [status, unlinked] as const;
  });
  return { ...operation, responses: Object.fromEntries(plain) };
}

/** A schema whose times have no pattern besides their format: openapi-generator's Python matches them once they are times. */
function withoutTimePatterns(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutTimePatterns);
  if (typeof schema !== "object" || schema === null) return schema;
  const { pattern: _, ...unmatched } = schema as JsonSchema;
  return mapValues(unmatched.format === "date-time" ? unmatched : (schema as JsonSchema), withoutTimePatterns);
}

function withoutUnions(schemas: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  const merged: Record<string, JsonSchema> = {};
  const simple = Object.entries(schemas).map(([name, schema]): [string, JsonSchema] => {
    const members = references(schema.oneOf ?? []).map((member) => [member, schemas[member]!] as const);
    if (members.length === 0) return [name, schema];
    const objects = members.filter(([, member]) => member.properties !== undefined);
    const strings = members.filter(([, member]) => member.type === "string");
    const description = typeof schema.description === "string" ? { description: schema.description } : {};
    if (objects.length === 0 || objects.length + strings.length < members.length || strings.length > 1) {
      return [name, description];
    }
    const object = { ...description, ...allMembers(objects.map(([, member]) => member)) };
    if (strings.length === 0) return [name, object];
    if (objects.length === 1) return [name, schema];
    merged[`${name}Object`] = object;
    return [name, { ...description, oneOf: [ref(`${name}Object`), ref(strings[0]![0])] }];
  });
  return Object.fromEntries([...simple, ...Object.entries(merged)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function allMembers(objects: readonly JsonSchema[]): JsonSchema {
  const required = objects.map(({ required = [] }) => required as readonly string[]);
  const always = required[0]!.filter((name) => required.every((names) => names.includes(name)));
  return {
    type: "object",
    properties: mergedProperties(objects.map(({ properties }) => properties as Readonly<Record<string, JsonSchema>>)),
    ...(always.length > 0 ? { required: always } : {}),
    ...(objects.every(({ additionalProperties }) => additionalProperties === false)
      ? { additionalProperties: false }
      : {}),
  };
}

/** The members of all; of one that is not everywhere the same, what is: a list of anything, or any JSON. */
function mergedProperties(all: readonly Readonly<Record<string, JsonSchema>>[]): Record<string, JsonSchema> {
  const merged: Record<string, JsonSchema> = {};
  for (const properties of all) {
    for (const [name, schema] of Object.entries(properties)) {
      const other = merged[name] ?? schema;
      const isSame = JSON.stringify(other) === JSON.stringify(schema);
      const isList = other.type === "array" && schema.type === "array";
      merged[name] = isSame ? schema : isList ? { type: "array", items: {} } : {};
    }
  }
  return merged;
}

function reachable(paths: JsonSchema, schemas: Readonly<Record<string, JsonSchema>>): ReadonlySet<string> {
  const found = new Set(references(paths));
  for (const name of found) for (const next of references(schemas[name])) found.add(next);
  return found;
}
