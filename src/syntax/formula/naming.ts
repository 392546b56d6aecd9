import { invalidGraph, quote } from "../../errors.ts";
import type { Position } from "../../text/place.ts";
import type { Labels } from "../document.ts";
import { isReserved } from "./grammar.ts";
import { faultAt, type Token } from "./lexer.ts";

/** Makes a name of a word and a position. */
export type FreshName = (word: string, position: Position) => string;

/** Whether a name is made of a word and a position. */
export function isMadeUp(name: string): boolean {
  return madeUp.test(name);
}

/** Names made of a word and a position; two positions never give the same name, so only foreign names are looked at. */
export function namesBeside(others: readonly string[]): FreshName {
  const taken = new Set(others.filter((name) => name.includes("_at_")));
  const wordLengthMax = 80; // leaves room for position and suffix within the 128 characters of a name
  return (word, { line, column }) => {
    const name = `${word.slice(0, wordLengthMax)}_at_${line}_${column}`;
    let unique = name;
    for (let suffix = 2; taken.has(unique); suffix += 1) unique = `${name}_${suffix}`;
    return unique;
  };
}

/** The names of declared inputs. One that formulas reserve has to be in backticks wherever it is meant, and so has it to be. */
export function inputNames(inputs: readonly unknown[], tokens: readonly Token[]): string[] {
  const names: string[] = [];
  for (const input of inputs) {
    if (typeof input !== "object" || input === null || !("name" in input) || typeof input.name !== "string") continue;
    const { name } = input;
    if (isReserved(name)) {
      const uses = tokens.filter(({ kind, text }) => text === name && (kind === "name" || kind === "symbol"));
      const bare = uses.find(({ kind, value }) => kind === "symbol" || value !== undefined);
      const rule = `${quote(name)} is reserved in formulas`;
      if (bare) throw faultAt(bare, `${rule}: write \`${name}\` in backticks for the input`);
      if (uses.length === 0) throw invalidGraph(`\`inputs\`: ${rule}`);
    }
    names.push(name);
  }
  return names;
}

/** The position that a made-up name tells; undefined for others. */
export function positionIn(name: string): Position | undefined {
  const [, line, column] = madeUp.exec(name) ?? [];
  return line === undefined ? undefined : { line: Number(line), column: Number(column) };
}

/** What describes a formula without being part of its graph, where it says so. */
export function labels({ name, description, version }: Labels): Labels {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(version !== undefined && { version }),
  };
}

const madeUp = /_at_(\d+)_(\d+)(_\d+)?(:\d+)?$/;
