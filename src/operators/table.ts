import type { AttributeSpec } from "../graph/attribute.ts";
import type { Operator } from "../graph/operator.ts";
import { familyOf } from "./index.ts";

/** What the service publishes of an operator. */
export function describeOperator(operator: Operator) {
  const { name, aliases, summary, formula, kink, domain, costText, attributes } = operator;
  return {
    name,
    aliases,
    family: familyOf(operator),
    summary,
    signature: signatureOf(operator),
    attributes: Object.entries(attributes).map(([key, spec]) => describeAttribute(key, spec)),
    derivative: formula,
    ...(kink === undefined ? {} : { kinks: kink.told }),
    ...(domain === undefined ? {} : { domain }),
    cost: costText,
  };
}

function signatureOf({ name, operands, attributes }: Operator): string {
  const keys = Object.entries(attributes).map(([key, { required, fallback }]) =>
    required ? key : fallback === undefined ? `${key}?` : `${key}=${JSON.stringify(fallback)}`,
  );
  return `${name}(${operands.join(", ")}${keys.length > 0 ? `; ${keys.join(", ")}` : ""})`;
}

function describeAttribute(name: string, { doc, required, fallback, schema }: AttributeSpec) {
  return { name, required, ...(fallback === undefined ? {} : { default: fallback }), description: doc, schema };
}
