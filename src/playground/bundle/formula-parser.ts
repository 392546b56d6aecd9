import { buildParserFile } from "@lezer/generator";
import type { Plugin } from "vite";
import { formulaGrammar } from "./grammar.ts";

/** The parser of formulas for the editor, as the module `virtual:formula-parser`. */
export function formulaParser(): Plugin {
  const [name, id] = ["virtual:formula-parser", "\0formula-parser.js"];
  return {
    name: "formula-parser",
    resolveId: (source) => (source === name ? id : undefined),
    load: (loaded) => (loaded === id ? buildParserFile(formulaGrammar()).parser : undefined),
  };
}
