import type { Json, Params } from "../methods/service.ts";

/** A node of a document. */
export interface Entry {
  readonly id: string;
  readonly op: string;
  readonly args: readonly unknown[];
  readonly attrs?: Params;
}

/** A function of a document. */
export interface Body {
  readonly inputs: readonly { readonly name: string }[];
  readonly nodes: readonly Entry[];
  readonly outputs: readonly string[];
}

/** The nodes of a function for given arguments, its own names after a prefix; and what its outputs are called. */
export function inlinedNodes({ inputs, nodes, outputs }: Body, args: readonly unknown[], prefix: string) {
  const names = new Map<string, unknown>(inputs.map(({ name }, i) => [name, args[i]]));
  for (const { id } of nodes) names.set(id, `${prefix}${id}`);
  const named = (arg: unknown) => (typeof arg === "string" ? (names.get(arg) ?? arg) : arg);
  return {
    nodes: nodes.map(({ id, args: operands, ...rest }) => ({
      id: `${prefix}${id}`,
      ...rest,
      args: operands.map(named),
    })),
    outputs: outputs.map(named),
  };
}

/** A scan as straight-line nodes; `outputs` are what its results are called. */
export function unrolledScan(
  body: Body,
  args: readonly unknown[],
  {
    constants = 0,
    carry,
    length,
    reverse = false,
  }: { constants?: number; carry: number; length: number; reverse?: boolean },
  prefix: string,
) {
  const nodes: Entry[] = [];
  let carries = args.slice(constants, constants + carry);
  const rows: unknown[][] = body.outputs.slice(carry).map(() => new Array(length));
  for (let step = 0; step < length; step++) {
    const at = reverse ? length - 1 - step : step;
    const xs = args.slice(constants + carry).map((x, i) => {
      nodes.push({
        id: `${prefix}x${i}_${at}`,
        op: "take",
        args: [x, { data: [at], shape: [], dtype: "int32" }],
        attrs: { axis: 0 },
      });
      return `${prefix}x${i}_${at}`;
    });
    const inlined = inlinedNodes(body, [...args.slice(0, constants), ...carries, ...xs], `${prefix}s${at}_`);
    nodes.push(...inlined.nodes);
    carries = inlined.outputs.slice(0, carry);
    inlined.outputs.slice(carry).forEach((value, i) => {
      rows[i]![at] = value;
    });
  }
  rows.forEach((list, i) => {
    nodes.push({ id: `${prefix}y${i}`, op: "stack", args: list });
  });
  return { nodes, outputs: [...carries, ...rows.map((_, i) => `${prefix}y${i}`)] };
}

/** Throws where numbers differ, to 1e-10 of those expected; and where there are others, unless there may be. */
export function expectClose(actual: Json, expected: Json, path: string, mayHaveMore = false): void {
  if (typeof expected === "number") {
    const isClose =
      Object.is(actual, expected) || Math.abs(actual - expected) <= 1e-10 * Math.max(1, Math.abs(expected));
    if (!isClose) throw new Error(`${path}: ${actual} is not ${expected}`);
    return;
  }
  if (typeof expected !== "object" || expected === null) {
    if (actual !== expected) throw new Error(`${path}: ${actual} is not ${expected}`);
    return;
  }
  for (const key of new Set([...Object.keys(expected), ...(mayHaveMore ? [] : Object.keys(actual ?? {}))])) {
    expectClose(actual?.[key], expected[key], `${path}.${key}`, mayHaveMore);
  }
}

/** The attributes of a `cond`: an object with a member "then" looks like a promise where it is written. */
export function branches(taken: string, other: string): Params {
  const names = ["then", "else"];
  return Object.fromEntries([taken, other].map((branch, i) => [names[i]!, branch]));
}
