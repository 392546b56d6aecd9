import { type Attrs, attributesKey } from "../graph/attribute.ts";
import type { DType } from "../graph/dtype.ts";
import type { Node } from "../graph/operator.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import type { Module } from "../wasm/index.ts";
import { type Lanes, LaneWriter } from "./lanes.ts";
import { stepParameters, type Walked } from "./nest.ts";
import type { Place } from "./place.ts";
import type { BodyPlan, NumberFunction, Schedule, Storage } from "./steps.ts";
import { bytesPerNumber } from "./storage.ts";
import { vectorFunctions } from "./vector/index.ts";
import { VectorLibrary } from "./vector/library.ts";

/** A function of numbers that code calls back, for operators that are not code. */
export interface Callback {
  readonly name: string;
  readonly apply: (...operands: number[]) => number;
}

const byName = new Map(vectorFunctions.map((declared) => [declared.name, declared]));

/** An operator in a body that is not code: its own evaluation, on tensors that lie where they are said to. */
export interface Opaque {
  readonly node: Node;
  readonly operands: readonly Held[];
  readonly target: Held;
}

/** A tensor in a program's memory; offset and strides count numbers from its start. */
export interface Held {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Functions that bodies call back: what evaluates an operator, by its number, and what looks at the clock. */
export interface Callers {
  readonly evaluate: number;
  readonly check: number;
}

/** The names of these imports. */
export const callers = { evaluate: "evaluate", check: "check" } as const;

/** What the writers of a program's steps share. */
export class Writing {
  readonly module: Module;
  readonly library: VectorLibrary;
  readonly schedule: Schedule;
  readonly storage: Storage;
  readonly absorbs: boolean;
  readonly callbacks: Callback[];
  /** What bodies call back. */
  readonly opaques: Opaque[];
  readonly callers: Callers | undefined;
  /** Slots past whose numbers nothing may be stored. */
  readonly exact: ReadonlySet<number>;
  /** The byte from which on it is noted that a zero absorbed; undefined where nobody listens. */
  readonly heard: number | undefined;
  /** By function and attributes. */
  private readonly callbackIndices: Map<NumberFunction, Map<string, number>>;

  /** `whole` is the program that this one is a body in. */
  constructor(
    module: Module,
    schedule: Schedule,
    storage: Storage,
    absorbs: boolean,
    heard: number | undefined,
    whole?: Writing,
    exact: ReadonlySet<number> = new Set(),
  ) {
    this.module = module;
    this.schedule = schedule;
    this.storage = storage;
    this.absorbs = absorbs;
    this.heard = heard;
    this.callbacks = whole?.callbacks ?? [];
    this.callbackIndices = whole?.callbackIndices ?? new Map();
    this.opaques = whole?.opaques ?? [];
    this.exact = exact;
    if (whole) {
      this.library = whole.library;
      this.callers = whole.callers;
      return;
    }
    module.importMemory("memory", "memory", 1);
    this.library = new VectorLibrary(module, byName);
    // Imports are numbered before functions, so they have to be known first.
    this.importCallbacks(schedule);
    if (schedule.steps.some((step) => "bodies" in step || step.kind === "few")) {
      this.callers = {
        evaluate: module.importFunction("callback", callers.evaluate, ["i32", "i32"], []),
        check: module.importFunction("callback", callers.check, [], []),
      };
    }
  }

  /**
   * A writer for a body's steps in the same module and memory, of which the body's begins at a byte. `shared` says where
   * those of its values lie that have no storage there.
   */
  within({ schedule, storage }: BodyPlan, start: number, shared: ReadonlyMap<number, number>): Writing {
    const offsets = new Map(shared);
    for (const [root, offset] of storage.offsets) offsets.set(root, start + offset);
    const { module, absorbs, heard } = this;
    return new Writing(module, schedule, { ...storage, offsets }, absorbs, heard, this, new Set(shared.keys()));
  }

  /** Where a node's value lies. */
  held({ shape, dtype }: Node, place: Place): Held {
    if (elementCount(shape) === 0) return { shape, dtype, offset: 0, strides: place.strides };
    const { byte, strides } = this.walked(place);
    return { shape, dtype, offset: byte / bytesPerNumber, strides };
  }

  private importCallbacks({ steps }: Schedule): void {
    for (const step of steps) {
      if ("bodies" in step) for (const { schedule } of step.bodies) this.importCallbacks(schedule);
      if (step.kind !== "map") continue;
      for (const { f, attrs, operands } of step.members) {
        if (f && !this.isCode(f)) this.importCallback(f, attrs, operands.length);
      }
    }
  }

  /** A writer for the function of a step. */
  writer(): LaneWriter {
    const { absorbs, module } = this;
    return new LaneWriter(stepParameters.count, this.library.indexOf, { absorbs, global: module.vectorGlobal });
  }

  isStored(slot: number): boolean {
    return this.schedule.isStored[slot] === 1;
  }

  /** A place as a nest walks it. */
  walked({ root, offset, strides }: Place): Walked {
    return { byte: this.storage.offsets.get(root)! + offset * bytesPerNumber, strides };
  }

  /** Calls a function of numbers for each lane. */
  callback(w: LaneWriter, f: NumberFunction, attrs: Attrs, operands: readonly Lanes[]): Lanes {
    const index = this.callbackIndices.get(f)!.get(attributesKey(attrs))!;
    const result = w.fresh();
    for (const lane of [0, 1] as const) {
      if (lane === 1) w.code.get(result);
      for (const operand of operands) w.extract(operand, lane);
      w.code.call(index);
      if (lane === 0) w.code.op("f64x2.splat");
      else w.code.lane("f64x2.replace_lane", 1);
      w.code.set(result);
    }
    return result;
  }

  private isCode({ lower }: NumberFunction): boolean {
    return typeof lower === "function" || (lower !== undefined && this.library.has(lower));
  }

  private importCallback(f: NumberFunction, attrs: Attrs, operands: number): void {
    const indices = this.callbackIndices.get(f) ?? new Map<string, number>();
    this.callbackIndices.set(f, indices);
    const key = attributesKey(attrs);
    if (indices.has(key)) return;
    const name = `f${this.callbacks.length}`;
    const params = Array.from({ length: operands }, () => "f64" as const);
    indices.set(key, this.module.importFunction("callback", name, params, ["f64"]));
    this.callbacks.push({ name, apply: f.scalar(attrs) });
  }
}
