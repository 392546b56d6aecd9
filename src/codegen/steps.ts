import type { NdArray } from "../graph/ndarray.ts";
import type { Chosen, Elementwise, Looped, Node, Repeated, Repetition, Rows } from "../graph/operator.ts";
import type { Shape } from "../graph/shape.ts";
import type { Place } from "./place.ts";

/** What a member reads: the value of an earlier member of its step, a number, or numbers in memory walked in the step's shape. */
export type Operand =
  | { readonly kind: "member"; readonly index: number }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "memory"; readonly place: Place };

/** A function of numbers, as code or to be called back. */
export type NumberFunction = Pick<Elementwise, "scalar" | "lower"> & Partial<Pick<Elementwise, "absorbs">>;

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

/**
 * A reduction, a product of two tensors, few elements of matrices, elements at indices, elements added at indices to what
 * the value begins as, or the operator's own evaluation.
 */
export interface NodeStep {
  readonly kind: "fold" | "contract" | "few" | "gather" | "scatter" | "call";
  readonly slot: number;
  /** Where the operands lie. */
  readonly operands: readonly Place[];
}

/** What runs bodies that are programs of their own, in parts of the memory that `region` owns. */
interface BodyStepOf<K extends string> {
  readonly kind: K;
  readonly slot: number;
  /** Where the operands lie, each row-major. */
  readonly operands: readonly Place[];
  readonly bodies: readonly BodyPlan[];
  readonly region: number;
}

/** A body for each row. */
export interface LoopStep extends BodyStepOf<"loop"> {
  readonly rows: Rows;
}

/** A condition and a body, as long as the condition holds. */
export interface UntilStep extends BodyStepOf<"until"> {
  readonly repetition: Repetition;
}

/** One of the bodies, by the first operand, that gives tensors of some shapes. */
export interface ChoiceStep extends BodyStepOf<"choice"> {
  readonly outputs: readonly Shape[];
}

export type BodyStep = LoopStep | UntilStep | ChoiceStep;

/** A body's steps and where its values lie, in bytes from the start of its own memory, which begins `start` bytes into the region. */
export interface BodyPlan {
  readonly schedule: Schedule;
  readonly storage: Storage;
  readonly start: number;
  readonly constants: readonly { readonly byte: number; readonly value: NdArray }[];
  /** By input, its slot; undefined where nothing reads it. */
  readonly inputs: readonly (number | undefined)[];
  readonly outputs: readonly BodyOutput[];
  /** Operations of one run. */
  readonly operations: number;
}

/** Where an output of a body is found, row-major. */
export interface BodyOutput {
  readonly place: Place;
  /** Whether it has no storage of its own: it is made where it is to be in the end. */
  readonly isInPlace: boolean;
  /** The carry that it is, as the step got it. */
  readonly carry: number | undefined;
}

/** Plans the bodies of a form with some attributes; undefined where they are too much code. */
export type PlanBodies = (form: Bodied, attrs: Node["attrs"]) => readonly BodyPlan[] | undefined;

/** A form that has bodies. */
export type Bodied = Looped | Repeated | Chosen;

export type Step = MapStep | NodeStep | BodyStep;

/** The storage of a slot: its numbers, and the steps that first write and last read it; −1: there before the run. */
export interface Root {
  readonly count: number;
  first: number;
  last: number;
}

/** Where each root lies in a program's memory, in bytes from its start, and how many bytes that takes. */
export interface Storage {
  readonly offsets: ReadonlyMap<number, number>;
  readonly bytes: number;
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
  /** Where the outputs are found. */
  readonly results: readonly Place[];
  /** By slot, 1 where the value is read from memory. */
  readonly isStored: Uint8Array;
}
