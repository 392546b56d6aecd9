import type { JsonSchema } from "./wire.ts";

/** OpenAPI's security schemes of a service that asks for keys, by name. */
export const keySchemes: Readonly<Record<string, JsonSchema>> = {
  key: {
    type: "http",
    scheme: "bearer",
    description:
      "A key (`ctg_…`) or, where the service knows an issuer, a JWT of that. What it allows is its scopes: `call` for methods, `jobs`, `admin` and `metrics`.",
  },
  basic: { type: "http", scheme: "basic", description: "A key as user name or as password." },
};

/** What a document says that is of any service: whether it asks for keys is its operator's to say. */
export const anyService = { security: keySchemes, isSecurityOptional: true } as const;

/** What OpenAPI says of routes that any of some schemes opens; `isOptional` where none need be used. */
export function securityOf(schemes: Readonly<Record<string, JsonSchema>>, isOptional: boolean): readonly JsonSchema[] {
  return [...(isOptional ? [{}] : []), ...Object.keys(schemes).map((name) => ({ [name]: [] }))];
}
