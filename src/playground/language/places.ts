import type { Problem } from "../api/problem.ts";

/** Where a problem is in a source: from its column to the end of the word there; undefined where it names no place. */
export function rangeOfProblem(
  text: string,
  { line, column, node }: Problem,
  form: "formula" | "json",
): { readonly from: number; readonly to: number } | undefined {
  if (form === "json") {
    const at =
      node === undefined ? -1 : text.search(new RegExp(`"(?:id|name)"\\s*:\\s*${escaped(JSON.stringify(node))}`));
    if (at < 0) return undefined;
    const from = text.indexOf(JSON.stringify(node), at);
    return { from, to: from + JSON.stringify(node).length };
  }
  if (line === undefined || column === undefined) return undefined;
  let start = 0;
  for (let passed = 1; passed < line; passed++) {
    const end = text.slice(start).search(/\r\n|\r|\n/);
    if (end < 0) break;
    start += end + (text.startsWith("\r\n", start + end) ? 2 : 1);
  }
  const from = Math.min(start + column - 1, text.length);
  const word = /^(?:[A-Za-z0-9_.]+|[^\s])/.exec(text.slice(from))?.[0] ?? "";
  // What is missing at the end has nothing to underline but what is before it.
  return word === "" ? { from: Math.max(0, from - 1), to: from } : { from, to: from + word.length };
}

/** The line and column, from 1, of a fault that `JSON.parse` tells of; undefined where it does not say. */
export function jsonFault(text: string): Problem | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return { type: "parse_error", message: (error as Error).message };
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
