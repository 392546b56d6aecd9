import type { Json } from "./json.ts";
import type { SnippetCall } from "./snippet-call.ts";

/** A script for Python 3 with requests and numpy. */
export function python({ origin, method, body, member }: SnippetCall): string {
  const { inputs, ...others } = body;
  const arrays = Object.entries((inputs ?? {}) as Readonly<Record<string, Json>>).map(
    ([name, value]) => `    ${literal(name)}: np.array(${literal(value)}),`,
  );
  return `import json

import numpy as np
import requests

inputs = {
${arrays.join("\n")}
}
body = {
${Object.entries(others)
  .map(([name, value]) => `    ${literal(name)}: ${literal(value, "    ")},\n`)
  .join("")}    "inputs": {name: array.tolist() for name, array in inputs.items()},
}
response = requests.post("${origin}/v1/${method}", json=body, timeout=30)
answer = response.json()
if not response.ok:
    raise SystemExit(answer["detail"])
print(json.dumps(answer["${member}"]))
`;
}

/** A value as Python writes it; what is long is broken at its members. */
function literal(value: Json, indent = ""): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}    `;
  const isList = Array.isArray(value);
  const items = (at: string) =>
    isList
      ? (value as readonly Json[]).map((item) => literal(item, at))
      : Object.entries(value as { readonly [name: string]: Json }).map(
          ([name, item]) => `${literal(name)}: ${literal(item, at)}`,
        );
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  const flat = `${open}${items(indent).join(", ")}${close}`;
  if (flat.length + indent.length <= 88 && !flat.includes("\n")) return flat;
  return `${open}\n${items(inner)
    .map((item) => `${inner}${item},\n`)
    .join("")}${indent}${close}`;
}
