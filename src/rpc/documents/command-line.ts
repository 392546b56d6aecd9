import { type AnyMethod, methodSchemas, pascalCase } from "./schema.ts";
import type { JsonSchema } from "./wire.ts";

/**
 * How a parameter is written on a command line: a graph, an id, tensors or seeds by name, one word, one of some words, a
 * number, a flag, words with commas between, or JSON.
 */
export type ParameterKind =
  | "graph"
  | "name"
  | "tensors"
  | "seeds"
  | "text"
  | "choice"
  | "number"
  | "flag"
  | "texts"
  | "json";

/** A parameter of a method as a command line has it. */
export interface CommandParameter {
  readonly kind: ParameterKind;
  readonly description: string;
  readonly choices?: readonly string[];
}

/** A method as a command line has it. */
export interface CommandMethod {
  readonly summary: string;
  readonly params: Readonly<Record<string, CommandParameter>>;
}

/** What a command-line client has to know of each method, by name. */
export function commandMethods(methods: readonly AnyMethod[]): Record<string, CommandMethod> {
  const schemas = methodSchemas(methods);
  return Object.fromEntries(
    methods.map(({ name, summary }) => {
      const { properties = {} } = schemas[`${pascalCase(name)}Params`] as { properties?: Record<string, JsonSchema> };
      const params = Object.entries(properties).map(([param, schema]) => [param, parameterOf(schema)]);
      return [name, { summary, params: Object.fromEntries(params) }];
    }),
  );
}

const kinds: Readonly<Record<string, ParameterKind>> = {
  Graph: "graph",
  GraphName: "name",
  JobId: "name",
  GraphId: "text",
  GraphAlias: "text",
  TensorMap: "tensors",
  Seeds: "seeds",
};

function parameterOf(schema: JsonSchema): CommandParameter {
  const { $ref, type, items, description = "" } = schema as Readonly<Record<string, string>>;
  const words = (schema as { enum?: readonly string[] }).enum;
  if (words) return { kind: "choice", description, choices: words };
  const kind = $ref === undefined ? kindOf(type, items) : kinds[$ref.split("/").at(-1)!];
  return { kind: kind ?? "json", description };
}

function kindOf(type: string | undefined, items: unknown): ParameterKind | undefined {
  if (type === "string") return "text";
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean") return "flag";
  return type === "array" && (items as { type?: unknown }).type === "string" ? "texts" : undefined;
}
