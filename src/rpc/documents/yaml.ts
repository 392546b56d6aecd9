import type { JsonSchema } from "./wire.ts";

/** A document as YAML, every part written out: the same text whether it is served or committed. */
export async function documentYaml(document: JsonSchema): Promise<string> {
  // Late, since serving calls needs no YAML.
  const { stringify } = await import("yaml");
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 120 });
}
