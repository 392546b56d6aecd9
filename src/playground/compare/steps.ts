import type { Wire } from "../api/wire.ts";
import { elementsOf } from "../state/tensor.ts";

/** The three kinds of differences. */
export const schemes = ["forward", "backward", "central"] as const;

/** A line of the plot of errors against steps. */
export interface ErrorLine {
  readonly scheme: (typeof schemes)[number];
  readonly points: readonly (readonly [step: number, error: number])[];
}

/** Steps of differences from 1 to 1e-15, three a decade. */
export const stepsTried: readonly number[] = Array.from({ length: 46 }, (_, i) => 10 ** (-i / 3));

/** The calls that try each step with each scheme. */
export function callsOf(call: Pick<Wire["NumericalParams"], "graph" | "inputs">): Wire["NumericalParams"][] {
  return schemes.flatMap((scheme) => stepsTried.map((step) => ({ ...call, scheme, step })));
}

/** The largest relative error of the entries of each answer, against the exact Jacobian. */
export function errorLines(answers: readonly (Wire["NumericalResult"] | undefined)[], exact: unknown): ErrorLine[] {
  const reference = numbersOf(exact);
  return schemes.map((scheme, s) => ({
    scheme,
    points: stepsTried.map((step, i) => {
      const answer = answers[s * stepsTried.length + i];
      return [step, answer ? largestError(numbersOf(answer.jacobian), reference) : Number.NaN] as const;
    }),
  }));
}

/** The largest |value - reference| / |reference|, or |value| where the reference is 0; NaN where there is none. */
export function largestError(values: readonly number[], reference: readonly number[]): number {
  return values.reduce((largest, value, i) => {
    const exact = reference[i]!;
    const distance = Math.abs(value - exact);
    const error = exact === 0 ? distance : distance / Math.abs(exact);
    return Number.isNaN(error) ? Number.NaN : Math.max(largest, error);
  }, 0);
}

/** All numbers of blocks, in their order. */
function numbersOf(blocks: unknown): number[] {
  if (typeof blocks === "object" && blocks !== null && !Array.isArray(blocks) && !("shape" in blocks)) {
    return Object.values(blocks).flatMap(numbersOf);
  }
  return elementsOf(blocks);
}
