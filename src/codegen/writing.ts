import { type Attrs, attributesKey } from "../graph/attribute.ts";
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

/** What the writers of a program's steps share. */
export class Writing {
  readonly module: Module;
  readonly library: VectorLibrary;
  readonly schedule: Schedule;
  readonly storage: Storage;
  readonly absorbs: boolean;
  readonly callbacks: Callback[];
  /** By function and attributes. */
  private readonly callbackIndices: Map<NumberFunction, Map<string, number>>;

  /** `whole` is the program that this one is a body in. */
  constructor(module: Module, schedule: Schedule, storage: Storage, absorbs: boolean, whole?: Writing) {
    this.module = module;
    this.schedule = schedule;
    this.storage = storage;
    this.absorbs = absorbs;
    this.callbacks = whole?.callbacks ?? [];
    this.callbackIndices = whole?.callbackIndices ?? new Map();
    if (whole) {
      this.library = whole.library;
      return;
    }
    module.importMemory("memory", "memory", 1);
    this.library = new VectorLibrary(module, byName);
    // Imports are numbered before functions, so they have to be known first.
    this.importCallbacks(schedule);
  }

  /** A writer for a body's steps in the same module. */
  within({ schedule, storage }: BodyPlan): Writing {
    return new Writing(this.module, schedule, storage, this.absorbs, this);
  }

  private importCallbacks({ steps }: Schedule): void {
    for (const step of steps) {
      if (step.kind === "loop") this.importCallbacks(step.body.schedule);
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
