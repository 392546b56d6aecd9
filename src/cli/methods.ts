import type { Command } from "commander";
import type { CommandMethod } from "../rpc/documents/command-line.ts";
import { call } from "./client.ts";
import { readTensors, tensorOf } from "./given.ts";
import { readGraph } from "./graph.ts";
import type { Session } from "./session.ts";
import { addSettings, readSettings } from "./settings.ts";
import { answerText, warningLines } from "./show/answer.ts";

/** The words of a call, as they are typed: a graph where the method has one, inputs, and settings as flags. */
export interface CallWords {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
}

/** Adds the arguments and flags of a method to its command. */
export function addCall(command: Command, { params }: CommandMethod): void {
  const { graph, inputs, ...settings } = params;
  if (graph) command.argument("<graph>", graph.kind === "name" ? "the id or the name of a graph" : graphHelp);
  if (inputs) command.argument("[inputs...]", inputsHelp);
  addSettings(command, settings);
}

/** Parameters of a method as they are typed; files of numbers are left for who sends them. */
export async function readCall({ params }: CommandMethod, { words, flags }: CallWords) {
  const { graph, inputs, ...settings } = params;
  const [word, ...rest] = graph ? words : ["", ...words];
  const given = await readTensors(inputs ? rest : []);
  const read: Record<string, unknown> = await readSettings(flags, settings);
  if (graph) read.graph = graph.kind === "name" ? word : readGraph(word!, namesOf(given));
  if (inputs) read.inputs = { ...given.values };
  if (given.points !== undefined && params.batch && read.batch === undefined) read.batch = given.points;
  return { params: read, files: given.files };
}

/** Calls a method, and shows what it answers. */
export async function runCall(name: string, method: CommandMethod, typed: CallWords, session: Session): Promise<void> {
  const { params, files } = await readCall(method, typed);
  const sent = await Promise.all(
    Object.entries(files).map(async ([key, file]) => [key, await tensorOf(file)] as const),
  );
  if (sent.length > 0) params.inputs = { ...(params.inputs as object), ...Object.fromEntries(sent) };
  // Drawn for people, where the method can.
  if (method.params.render && !session.isJson) params.render ??= "text";
  const answer = await call(await session.service(), name, params);
  session.print(answer, () => answerText(answer, params.batch as number | undefined));
  if (!session.isJson) for (const line of warningLines(answer)) session.note(line);
}

const graphHelp = "a formula, @graph.json, @formula.txt, an id, or the name of a graph";
const inputsHelp = "name=value with a number, JSON, @file.json or @file.npy; or @points.csv, a point in each row";

function namesOf({ values, files }: { values: object; files: object }): ReadonlySet<string> {
  return new Set([...Object.keys(values), ...Object.keys(files)]);
}
