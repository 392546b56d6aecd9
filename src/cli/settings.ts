import type { Command } from "commander";
import { Option } from "commander";
import type { CommandParameter } from "../rpc/documents/command-line.ts";
import { misused } from "./failure.ts";
import { readTensors, readValue, tensorOf } from "./given.ts";

type Parameters = Readonly<Record<string, CommandParameter>>;

/** Adds a flag for each parameter: `chunkPoints` is `--chunk-points`. */
export function addSettings(command: Command, params: Parameters): void {
  for (const [name, { kind, description, choices }] of Object.entries(params)) {
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const option = new Option(kind === "flag" ? flag : `${flag} <${placeholders[kind] ?? "value"}>`, description);
    if (choices) option.choices([...choices]);
    if (kind === "tensors" || kind === "seeds") {
      option.argParser((word: string, before: readonly string[] = []) => [...before, word]);
    }
    command.addOption(option);
  }
}

const placeholders: Readonly<Partial<Record<CommandParameter["kind"], string>>> = {
  tensors: "name=value",
  seeds: "name=value",
  choice: "word",
  number: "number",
  texts: "a,b",
  json: "json",
};

/** Parameters from what flags were given. Throws a `Failure` that names the flag. */
export async function readSettings(
  given: Readonly<Record<string, unknown>>,
  params: Parameters,
): Promise<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const [name, { kind }] of Object.entries(params)) {
    const value = given[name];
    if (value === undefined) continue;
    if (kind === "number") read[name] = numberOf(String(value), name);
    else if (kind === "texts")
      read[name] = String(value)
        .split(",")
        .map((word) => word.trim());
    else if (kind === "json") read[name] = readValue(String(value), name);
    else if (kind === "tensors" || kind === "seeds") read[name] = await tensorsOf(value as readonly string[], name);
    else read[name] = value;
  }
  return read;
}

/** `name=value`, as often as there are names; or all of them at once, in JSON. */
async function tensorsOf(words: readonly string[], name: string): Promise<unknown> {
  const [first] = words;
  if (words.length === 1 && /^\s*[[{]/.test(first!)) return readValue(first!, name);
  const { values, files } = await readTensors(words);
  const sent = await Promise.all(
    Object.entries(files).map(async ([key, file]) => [key, await tensorOf(file)] as const),
  );
  return { ...values, ...Object.fromEntries(sent) };
}

function numberOf(text: string, name: string): number {
  const number = Number(text);
  if (text.trim() === "" || Number.isNaN(number)) throw misused(`--${name}: ${JSON.stringify(text)} is no number`);
  return number;
}
