import { areBounded } from "../graph/function.ts";
import { type Graph, operationsOf } from "../graph/graph.ts";
import type { Node } from "../graph/operator.ts";
import { gradient, hvp, jvp, type Selection, vjp } from "../transforms/derive.ts";

/** A kind of derivative: all that anybody has to know of it. */
export interface DerivativeKind {
  readonly name: Kind;
  /** Its graph; `forward` gives that of the jvp, which a call may have made already. */
  readonly derive: (graph: Graph, selection: Selection, forward: () => Graph) => Graph;
  /** How the wire calls the way in which it is computed. */
  readonly mode: "none" | "forward" | "reverse" | "forward-over-reverse";
  /** Which tensors take seeds, and which the products with them are like; undefined where there are none. */
  readonly seeded: "wrt" | "of" | undefined;
  readonly gives: "wrt" | "of" | undefined;
  /** Whether it gives a gradient, which depends on no seed, beside the outputs. */
  readonly hasGradient: boolean;
  /** What is left of it without seeds. */
  readonly seedless: "evaluate" | "gradient";
  /** Whether unit seeds give rows of the matrix, not columns. */
  readonly isReverse: boolean;
  /** Whether the matrix of its products is symmetric. */
  readonly isSymmetric: boolean;
}

/** The name of a kind of derivative. */
export type Kind = "evaluate" | "jvp" | "vjp" | "gradient" | "hvp";

const plain = {
  seeded: undefined,
  gives: undefined,
  hasGradient: false,
  seedless: "evaluate",
  isReverse: false,
  isSymmetric: false,
} as const;

/** What a program computes beside the outputs, by name. */
export const kinds: { readonly [K in Kind]: DerivativeKind & { readonly name: K } } = {
  evaluate: { ...plain, name: "evaluate", derive: (graph) => graph, mode: "none" },
  jvp: { ...plain, name: "jvp", derive: jvp, mode: "forward", seeded: "wrt", gives: "of" },
  vjp: {
    ...plain,
    name: "vjp",
    derive: (graph, selection, forward) => vjp(graph, selection, forward()),
    mode: "reverse",
    seeded: "of",
    gives: "wrt",
    isReverse: true,
  },
  gradient: {
    ...plain,
    name: "gradient",
    derive: (graph, selection, forward) => gradient(graph, selection, forward()),
    mode: "reverse",
    hasGradient: true,
    seedless: "gradient",
  },
  hvp: {
    ...plain,
    name: "hvp",
    derive: (graph, selection, forward) => hvp(graph, selection, forward()),
    mode: "forward-over-reverse",
    seeded: "wrt",
    gives: "wrt",
    hasGradient: true,
    seedless: "gradient",
    isSymmetric: true,
  },
};

/** A derivative as a graph for one point and one seed, ready to be batched and compiled. */
export interface Derived {
  readonly kind: DerivativeKind;
  readonly key: string;
  readonly graph: Graph;
  /** Operations of one run for one point and one seed. */
  readonly operations: number;
  /** Whether that is the most; a loop without a limit counts one step. */
  readonly isBounded: boolean;
  readonly nodes: number;
  /** Operands of all nodes. */
  readonly operands: number;
  /** The most bytes that such a run holds. */
  readonly unitBytes: number;
  /** The first of the graph's inputs that is a seed, and the first of its outputs that depends on seeds. */
  readonly firstSeed: number;
  readonly firstSeeded: number;
  readonly bytes: number;
}

/** What is counted of a derivative's nodes. */
export function countsOf(nodes: readonly Node[]): Pick<Derived, "operations" | "isBounded" | "nodes" | "operands"> {
  return {
    operations: operationsOf(nodes),
    isBounded: areBounded(nodes),
    nodes: nodes.length,
    operands: nodes.reduce((count, node) => count + node.args.length, 0),
  };
}
