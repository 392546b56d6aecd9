import type { InputState, Session } from "../state/session.ts";

/** A function to begin with. */
export interface Example {
  readonly name: string;
  /** What it shows, in a sentence. */
  readonly shows: string;
  readonly session: Session;
}

function example(
  name: string,
  shows: string,
  text: string,
  inputs: Readonly<Record<string, InputState | number>>,
  more: Partial<Session> & { readonly outputs?: readonly string[] } = {},
): Example {
  const { outputs, ...rest } = more;
  const [first] = Object.keys(inputs);
  return {
    name,
    shows,
    session: {
      source: { form: "formula", text, ...(outputs && { outputs }) },
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([key, value]) => [key, typeof value === "number" ? { value } : value]),
      ),
      seeds: first === undefined ? {} : { [first]: 1 },
      cotangents: {},
      direction: "reverse",
      tab: "trace",
      ...rest,
    },
  };
}

/** The examples, the simplest first. */
export const examples: readonly Example[] = [
  example(
    "The standard example",
    "Two inputs, five steps: one reverse sweep gives both derivatives.",
    "v1 = ln(x1)\nv2 = x1 * x2\nv3 = sin(x2)\nv4 = v1 + v2\ny = v4 - v3",
    { x1: { value: 2, min: 0.1, max: 10 }, x2: { value: 5, min: -10, max: 10 } },
  ),
];
