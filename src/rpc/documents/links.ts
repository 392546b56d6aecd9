import type { Link } from "../method.ts";
import { camelCase } from "./schema.ts";
import type { JsonSchema } from "./wire.ts";

/** A call of another method with what the result holds: one member as a parameter. */
export function linkTo({ method, member, parameter }: Link): JsonSchema {
  return {
    operationId: camelCase(method),
    description: `Its \`${member}\` is what \`${method}\` takes as \`${parameter}\`.`,
    requestBody: { [parameter]: `$response.body#/${member}` },
  };
}
