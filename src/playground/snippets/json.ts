/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** JSON for people: what fits a line is on one, the rest is broken at its members. */
export function prettyJson(value: Json, width = 88, indent = ""): string {
  const flat = JSON.stringify(value, undefined, 0).replaceAll(
    /("(?:[^"\\]|\\.)*")|([,:])/g,
    (_, text, mark) => text ?? `${mark} `,
  );
  if (flat.length + indent.length <= width || typeof value !== "object" || value === null) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => inner + prettyJson(item, width, inner));
    return `[\n${items.join(",\n")}\n${indent}]`;
  }
  const members = Object.entries(value as { readonly [name: string]: Json }).map(
    ([name, item]) => `${inner}${JSON.stringify(name)}: ${prettyJson(item, width, inner)}`,
  );
  return `{\n${members.join(",\n")}\n${indent}}`;
}
