import type { Elementwise, Node } from "../graph/operator.ts";
import type { Shape } from "../graph/shape.ts";
import type { Place } from "./place.ts";

/** What a member reads: the value of an earlier member of its step, a number, or numbers in memory walked in the step's shape. */
export type Operand =
  | { readonly kind: "member"; readonly index: number }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "memory"; readonly place: Place };

/** A function of numbers, as code or to be called back. */
export type NumberFunction = Pick<Elementwise, "scalar" | "lower">;

/** An elementwise operation of a map; without a function it copies. */
export interface Member {
  /** The slot whose value this is; −1 for a part of one. */
  readonly slot: number;
  readonly f: NumberFunction | undefined;
  readonly attrs: Node["attrs"];
  readonly operands: readonly Operand[];
  /** Where the value is stored; for a slot, where that lies, if anyone reads it from there. */
  readonly target: Place;
}

/** A loop, or straight-line code, over one shape that computes elementwise operations together. */
export interface MapStep {
  readonly kind: "map";
  readonly shape: Shape;
  readonly members: Member[];
}

/** A reduction, a product of two tensors, or what is not code: the operator's own evaluation. */
export interface NodeStep {
  readonly kind: "fold" | "contract" | "call";
  readonly slot: number;
  /** Where the operands lie. */
  readonly operands: readonly Place[];
}

export type Step = MapStep | NodeStep;

/** The storage of a slot: its numbers, and the steps that first write and last read it; −1: there before the run. */
export interface Root {
  readonly count: number;
  first: number;
  last: number;
}

/** After so many nodes the clock is looked at. */
export const nodesPerCheck = 4096;

/** A graph as steps in order, and where each value lies. A slot is a node's position in the list. */
export interface Schedule {
  readonly nodes: readonly Node[];
  readonly steps: readonly Step[];
  readonly places: readonly Place[];
  readonly slotOf: (node: Node) => number;
  readonly roots: ReadonlyMap<number, Root>;
  /** By slot, 1 where the value is read from memory. */
  readonly isStored: Uint8Array;
}
