import type { Code } from "../../wasm/index.ts";
import { stepParameters } from "../nest.ts";
import type { BodyOutput, BodyPlan, BodyStep } from "../steps.ts";
import { bytesPerNumber } from "../storage.ts";
import type { Writing } from "../writing.ts";

/** A function of the module, and how many rounds its outermost loop has. */
export interface Written {
  readonly index: number;
  readonly rounds: number;
}

/** Writes the functions of a body's steps, of which `shared` values lie elsewhere, and gives what runs them. */
export type WriteSteps = (
  writing: Writing,
  body: BodyPlan,
  start: number,
  shared: ReadonlyMap<number, number>,
) => BodyRun;

/** A body in a module. */
export interface BodyRun {
  /** Runs it, in code whose first parameter is where the program's memory starts. */
  readonly run: (code: Code) => void;
  /** Where an output's numbers lie, in bytes. */
  readonly byteOf: (output: BodyOutput) => number;
  /** Where a copied input's numbers lie. */
  readonly inputByte: (slot: number) => number;
}

/** An address: bytes from the start of the program's memory, and perhaps a row, in a local variable, of so many bytes. */
export interface Address {
  readonly byte: number;
  readonly row?: { readonly local: number; readonly bytes: number };
}

/**
 * Puts a body into the module. Its inputs lie where `inputs` say, or in its own memory; outputs that are made in place, at
 * `targets`.
 */
export function putBody(
  writing: Writing,
  step: BodyStep,
  which: number,
  inputs: readonly (number | undefined)[],
  targets: readonly (number | undefined)[],
  writeSteps: WriteSteps,
): BodyRun {
  const body = step.bodies[which]!;
  const shared = new Map<number, number>();
  for (const [i, slot] of body.inputs.entries()) {
    const byte = inputs[i];
    if (slot !== undefined && byte !== undefined) shared.set(slot, byte);
  }
  for (const [i, { place, isInPlace }] of body.outputs.entries()) {
    if (isInPlace) shared.set(place.root, targets[i]!);
  }
  return writeSteps(writing, body, writing.storage.offsets.get(step.region)! + body.start, shared);
}

/** So many numbers are copied two by two, more by one instruction that takes a while to begin. */
const copiedByPairsMax = 64;

/** Writes a copy of numbers, which do not overlap. */
export function copyNumbers(code: Code, target: Address, source: Address, size: number): void {
  const at = ({ row }: Address) => {
    code.get(stepParameters.base);
    if (row) code.get(row.local).i32(row.bytes).op("i32.mul").op("i32.add");
  };
  if (size <= copiedByPairsMax) {
    for (let i = 0; i < size; i += 2) {
      const [load, store] = i + 1 < size ? pair : single;
      at(target);
      at(source);
      const offset = i * bytesPerNumber;
      code.memory(load, source.byte + offset, alignment).memory(store, target.byte + offset, alignment);
    }
    return;
  }
  for (const end of [target, source]) {
    at(end);
    code.i32(end.byte).op("i32.add");
  }
  code.i32(size * bytesPerNumber).memoryCopy();
}

const alignment = 3;
const pair = ["v128.load", "v128.store"] as const;
const single = ["f64.load", "f64.store"] as const;

const operationsPerCheck = 4_000_000;

/** Counts the steps of a loop in a local variable, so that the clock is looked at in the middle of it. */
export class Clock {
  private readonly check: number;
  private readonly local: number;
  private readonly steps: number;
  /** Whether it is long enough for that. */
  readonly isNeeded: boolean;

  constructor(writing: Writing, local: number, operationsPerStep: number, length: number) {
    this.check = writing.callers!.check;
    this.local = local;
    this.steps = Math.max(1, Math.floor(operationsPerCheck / Math.max(1, operationsPerStep)));
    this.isNeeded = length > this.steps;
  }

  start(code: Code): void {
    if (this.isNeeded) code.i32(this.steps).set(this.local);
  }

  step(code: Code): void {
    if (!this.isNeeded) return;
    code.get(this.local).i32(1).op("i32.sub").tee(this.local).op("i32.eqz").block("if");
    code.call(this.check).i32(this.steps).set(this.local).end();
  }
}
