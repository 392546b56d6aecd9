import type { Tensor } from "../api/wire.ts";

/** Everything that a person has set on the page, and a link holds. */
export interface Session {
  readonly source: Source;
  /** The point, by input. */
  readonly inputs: Readonly<Record<string, InputState>>;
  /** Tangents that are sent into inputs; absent ones are zero. */
  readonly seeds: Readonly<Record<string, Tensor>>;
  /** Cotangents that are sent into outputs; without any it is 1 for a single scalar output. */
  readonly cotangents: Readonly<Record<string, Tensor>>;
  readonly direction: Direction;
  readonly tab: Tab;
}

/** The function, as a formula or as a graph document in JSON. */
export interface Source {
  readonly form: "formula" | "json";
  readonly text: string;
  /** Of a formula: the statements that are outputs; absent, the last. */
  readonly outputs?: readonly string[];
}

/** One coordinate of the point, and how far its slider goes. */
export interface InputState {
  readonly value: Tensor;
  readonly min?: number;
  readonly max?: number;
  /** Where it is not float64. */
  readonly dtype?: string;
}

/** Which way derivatives flow: tangents forward, adjoints in reverse. */
export type Direction = "forward" | "reverse";

/** The panels beside the graph. */
export const tabs = ["trace", "jacobian", "compare", "plot", "formulas", "call", "jobs"] as const;

/** One of them. */
export type Tab = (typeof tabs)[number];

/** The range of an input's slider: its own, or one around a value. */
export function rangeOf({ value, min, max }: InputState): { readonly min: number; readonly max: number } {
  const reach = Math.max(4, 2 ** Math.ceil(Math.log2(Math.abs(Number(value)) + 1)) * 2);
  return { min: min ?? -reach, max: max ?? reach };
}
