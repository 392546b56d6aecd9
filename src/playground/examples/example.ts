import { type Json, prettyJson } from "../snippets/json.ts";
import type { InputState, Session } from "../state/session.ts";

/** A function to begin with. */
export interface Example {
  readonly name: string;
  /** What it shows, in a sentence. */
  readonly shows: string;
  readonly session: Session;
}

/** Inputs by name: a value, or a value with what its slider goes from and to. */
export type Inputs = Readonly<Record<string, InputState | InputState["value"]>>;

/** Makes an example of a formula; the first input is seeded unless told otherwise. */
export function formula(
  name: string,
  shows: string,
  text: string,
  inputs: Inputs,
  more: Partial<Session> & { readonly outputs?: readonly string[] } = {},
): Example {
  const { outputs, ...rest } = more;
  return made(name, shows, { form: "formula", text, ...(outputs && { outputs }) }, inputs, rest);
}

/** Makes an example of a graph document. */
export function graph(
  name: string,
  shows: string,
  document: Json,
  inputs: Inputs,
  more: Partial<Session> = {},
): Example {
  return made(name, shows, { form: "json", text: prettyJson(document, 60) }, inputs, more);
}

/** A number with the range of its slider. */
export function between(value: number, min: number, max: number): InputState {
  return { value, min, max };
}

function made(name: string, shows: string, source: Session["source"], inputs: Inputs, more: Partial<Session>): Example {
  const states = Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [key, isState(value) ? value : { value }]),
  );
  const [first] = Object.entries(states).find(([, { value }]) => typeof value === "number") ?? [];
  return {
    name,
    shows,
    session: {
      source,
      inputs: states,
      seeds: first === undefined ? {} : { [first]: 1 },
      cotangents: {},
      direction: "reverse",
      tab: "trace",
      ...more,
    },
  };
}

function isState(value: InputState | InputState["value"]): value is InputState {
  return typeof value === "object" && value !== null && "value" in value;
}
