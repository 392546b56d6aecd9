import { type Attrs, attributesKey } from "../graph/attribute.ts";
import type { Operator } from "../graph/operator.ts";
import type { Module } from "../wasm/index.ts";
import { type Lanes, LaneWriter } from "./lanes.ts";
import { stepParameters, type Walked } from "./nest.ts";
import type { Place } from "./place.ts";
import type { Schedule } from "./steps.ts";
import { bytesPerNumber, type Storage } from "./storage.ts";
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
  readonly callbacks: Callback[] = [];
  private readonly callbackIndices = new Map<string, number>();

  constructor(module: Module, schedule: Schedule, storage: Storage, absorbs: boolean) {
    this.module = module;
    this.schedule = schedule;
    this.storage = storage;
    this.absorbs = absorbs;
    module.importMemory("memory", "memory", 1);
    this.library = new VectorLibrary(module, byName);
    // Imports are numbered before functions, so they have to be known first.
    for (const step of schedule.steps) {
      if (step.kind !== "map") continue;
      for (const { op, attrs, operands } of step.members) {
        if (op && !this.isCode(op)) this.importCallback(op, attrs, operands.length);
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

  /** Calls an operator's function of numbers for each lane. */
  callback(w: LaneWriter, op: Operator, attrs: Attrs, operands: readonly Lanes[]): Lanes {
    const index = this.callbackIndices.get(callbackKey(op, attrs))!;
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

  private isCode({ lower }: Operator): boolean {
    return typeof lower === "function" || (lower !== undefined && this.library.has(lower));
  }

  private importCallback(op: Operator, attrs: Attrs, operands: number): void {
    const key = callbackKey(op, attrs);
    if (this.callbackIndices.has(key)) return;
    const name = `f${this.callbacks.length}`;
    const params = Array.from({ length: operands }, () => "f64" as const);
    this.callbackIndices.set(key, this.module.importFunction("callback", name, params, ["f64"]));
    this.callbacks.push({ name, apply: op.scalar!(attrs) });
  }
}

function callbackKey(op: Operator, attrs: Attrs): string {
  return `${op.name}|${attributesKey(attrs)}`;
}
