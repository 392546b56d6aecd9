import { Ajv, type ValidateFunction } from "ajv";

/** Validators of the components of an OpenAPI 3.0 document, by name. */
export function validators(document: Readonly<Record<string, unknown>>): (component: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ ...(asJsonSchema(document) as object), $id: "openapi:" });
  return (component) => ajv.getSchema(`openapi:#/components/schemas/${component}`)!;
}

/** The same with the numbers that JSON Schema has where OpenAPI 3.0 has `exclusiveMinimum: true`. */
function asJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (typeof value !== "object" || value === null) return value;
  const { exclusiveMinimum, minimum, ...rest } = value as Record<string, unknown>;
  const bound = exclusiveMinimum === true ? { exclusiveMinimum: minimum } : minimum === undefined ? {} : { minimum };
  return Object.fromEntries(Object.entries({ ...rest, ...bound }).map(([key, inner]) => [key, asJsonSchema(inner)]));
}
