import { extname } from "node:path";
import { readJson, readText } from "./given.ts";

const alias = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;
const id = /^sha256:[0-9a-f]{64}$/;

/**
 * A graph as a request has it: the document of `@file.json`, the formula of any other `@file`, an id, a name that a graph was
 * given, or a formula. A word that is also one of the inputs is a formula.
 */
export function readGraph(word: string, inputs: ReadonlySet<string>): unknown {
  if (word.startsWith("@")) {
    const path = word.slice(1);
    const text = readText(path);
    return extname(path) === ".json" ? readJson(text, path) : { expression: text };
  }
  if (id.test(word) || (alias.test(word) && !inputs.has(word))) return word;
  return { expression: word };
}
