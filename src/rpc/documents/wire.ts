import { z } from "zod";

/** A JSON Schema, 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a wire check says of a value: nothing when it passes, else what is wrong, and where if not at the top. */
export type WireFault = string | { readonly path: readonly (string | number)[]; readonly message: string } | undefined;

/**
 * A type that is read by hand-written code and not by zod: to zod it is anything present that passes `check`, and in
 * the documents it is the component `id` with the given JSON Schema, which may refer to other wire types by `ref(id)`.
 */
export function wire<Given = unknown, Told = unknown>(
  id: string,
  jsonSchema: JsonSchema,
  check: (value: unknown) => WireFault = () => undefined,
): z.ZodType<Given, Told> {
  if (wires.has(id)) throw new Error(`two wire types called ${id}`);
  wires.set(id, jsonSchema);
  const type = z
    .unknown()
    .superRefine((value, context) => {
      const fault = value === undefined ? "required" : check(value);
      if (fault === undefined) return;
      const { path, message } = typeof fault === "string" ? { path: [], message: fault } : fault;
      context.addIssue({ code: "custom", path: [...path], message });
    })
    .meta({ id, ...jsonSchema }) as unknown as z.ZodType<Given, Told>;
  checks.set(type, check);
  return type;
}

/** The check of a wire type, where a schema is one, made optional or not; what passes it goes through as it is. */
export function wireCheck(schema: z.ZodType): ((value: unknown) => WireFault) | undefined {
  return checks.get(schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema);
}

/** The JSON Schema reference to a named component. */
export function ref(id: string): { readonly $ref: string } {
  return { $ref: `${refPrefix}${id}` };
}

/** The hand-written JSON Schema of a wire type, where there is one of that name. */
export function wireSchema(id: string): JsonSchema | undefined {
  return wires.get(id);
}

/** How references to components start. */
export const refPrefix = "#/components/schemas/";

// Hand-written schemas refer to each other by name, so the documents must find by name what no zod schema leads to.
const wires = new Map<string, JsonSchema>();
const checks = new WeakMap<z.ZodType, (value: unknown) => WireFault>();
