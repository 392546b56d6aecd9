import type { Problem } from "../api/problem.ts";

/** Where a problem is in a source: from its column to the end of the word there; undefined where it names no place. */
export function rangeOfProblem(
  text: string,
  { line, column, node }: Problem,
  form: "formula" | "json",
): { readonly from: number; readonly to: number } | undefined {
  if (form === "json" && line === undefined) {
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

/** What is wrong with a text as JSON, and where; undefined where nothing is. */
export function jsonFault(text: string): Problem | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    // Browsers tell the place in words of their own, or do not; at the end it is what is missing.
    const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
    if (line !== undefined) return { type: "parse_error", message, line: Number(line), column: Number(column) };
    const lines = text.split(/\r\n|\r|\n/);
    const isAtEnd = /end of/i.test(message);
    return {
      type: "parse_error",
      message,
      ...(isAtEnd && { line: lines.length, column: lines.at(-1)!.length + 1 }),
    };
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
