import { elementCount } from "../../graph/shape.ts";
import { Code } from "../../wasm/index.ts";
import { writeContract } from "../contract.ts";
import { writeFold } from "../fold.ts";
import { writeMap } from "../map.ts";
import { stepParameters } from "../nest.ts";
import type { LoopStep, MapStep, NodeStep, Step } from "../steps.ts";
import { bytesPerNumber } from "../storage.ts";
import type { Writing } from "../writing.ts";

/** A function of the module, and how many rounds its outermost loop has. */
export interface Written {
  readonly index: number;
  readonly rounds: number;
}

/** Writes the function of a step. */
export function writeFunction(writing: Writing, step: Step): Written {
  return step.kind === "loop" ? writeLoop(writing, step) : writeStep(writing, step);
}

function writeStep(writing: Writing, step: MapStep | NodeStep): Written {
  const index = writing.module.addFunction(["i32", "i32", "i32"], []);
  const w = writing.writer();
  const rounds =
    step.kind === "map"
      ? writeMap(writing, step, w)
      : (step.kind === "fold" ? writeFold : writeContract)(writing, step, w);
  writing.module.setBody(index, w.locals, w.code);
  return { index, rounds };
}

/** So many numbers are copied one by one, more by one instruction that takes a while to begin. */
const copiedSinglyMax = 16;

/**
 * Writes the function of a loop: its body's steps for each row, in a memory of their own. What a step is handed is copied
 * to the body's inputs, what it gives to the bundle, where carries lie first; so every round finds the carries of the one
 * before. A range of rounds begins where the one before ended.
 */
export function writeLoop(writing: Writing, { slot, operands, rows, body, region }: LoopStep): Written {
  const { module, schedule, storage } = writing;
  const inner = writing.within(body);
  const steps = body.schedule.steps.map((step) => writeFunction(inner, step));
  const index = module.addFunction(["i32", "i32", "i32"], []);
  const code = new Code();
  const { base, low, high } = stepParameters;
  const [memory, step, row, count] = [3, 4, 5, 6];
  const { constants, carry, length, reverse, counted } = rows;
  const bundle = writing.walked(schedule.places[slot]!).byte;
  const given = operands.slice(Number(counted)).map((place) => writing.walked(place).byte);
  const numbers = (i: number) => elementCount(rows.inputs[i]!.shape);
  const sizes = rows.outputs.map(({ shape }) => elementCount(shape));
  const starts: number[] = [];
  sizes.reduce((at, size, i) => {
    starts.push(at);
    return at + size * (i < carry ? 1 : length);
  }, 0);

  /** Copies numbers between two addresses: a local variable plus bytes, and perhaps a row of so many bytes. */
  type Address = { readonly from: number; readonly byte: number; readonly rowBytes?: number };
  const address = ({ from, byte, rowBytes }: Address) => {
    code.get(from);
    if (rowBytes !== undefined) code.get(row).i32(rowBytes).op("i32.mul").op("i32.add");
    return byte;
  };
  const copy = (target: Address, source: Address, size: number) => {
    if (size <= copiedSinglyMax) {
      for (let i = 0; i < size; i++) {
        const to = address(target);
        const at = address(source);
        code.memory("f64.load", at + i * bytesPerNumber).memory("f64.store", to + i * bytesPerNumber);
      }
      return;
    }
    for (const end of [target, source]) code.i32(address(end)).op("i32.add");
    code.i32(size * bytesPerNumber).memoryCopy();
  };
  const input = (i: number): Address | undefined =>
    body.inputs[i] === undefined ? undefined : { from: memory, byte: body.inputs[i] };
  const carried = (i: number): Address => ({ from: base, byte: bundle + starts[i]! * bytesPerNumber });

  code.get(base).i32(storage.offsets.get(region)!).op("i32.add").set(memory);
  if (counted) {
    code.get(base).memory("f64.load", writing.walked(operands[0]!).byte).op("i32.trunc_sat_f64_s").set(count);
    code.get(count).i32(length).op("i32.gt_s").block("if").i32(length).set(count).end();
    code.get(count).i32(0).op("i32.lt_s").block("if").i32(0).set(count).end();
  } else code.i32(length).set(count);
  code.get(low).op("i32.eqz").block("if");
  for (let i = 0; i < constants + carry; i++) {
    const to = input(i);
    const source = { from: base, byte: given[i]! };
    if (to) copy(to, source, numbers(i));
    if (i >= constants) copy(carried(i - constants), source, numbers(i));
  }
  const first = starts[carry];
  if (counted && first !== undefined) {
    const total = sizes.slice(carry).reduce((sum, size) => sum + size * length, 0);
    code
      .get(base)
      .i32(bundle + first * bytesPerNumber)
      .op("i32.add")
      .i32(0);
    code.i32(total * bytesPerNumber).memoryFill();
  }
  code.end();

  code.get(low).set(step).block("block").block("loop");
  code.get(step).get(high).op("i32.ge_s").get(step).get(count).op("i32.ge_s").op("i32.or").branch("br_if", 1);
  if (reverse) code.get(count).i32(1).op("i32.sub").get(step).op("i32.sub").set(row);
  else code.get(step).set(row);
  for (let i = constants + carry; i < rows.inputs.length; i++) {
    const to = input(i);
    if (to) copy(to, { from: base, byte: given[i]!, rowBytes: numbers(i) * bytesPerNumber }, numbers(i));
  }
  for (const { index: called, rounds } of steps) code.get(memory).i32(0).i32(rounds).call(called);
  sizes.forEach((size, i) => {
    const source = { from: memory, byte: body.outputs[i]! };
    const rowBytes = size * bytesPerNumber;
    copy(i < carry ? carried(i) : { ...carried(i), rowBytes }, source, size);
  });
  for (let i = 0; i < carry; i++) {
    const to = input(constants + i);
    if (to) copy(to, carried(i), sizes[i]!);
  }
  code.get(step).i32(1).op("i32.add").set(step).branch("br", 0).end().end();
  module.setBody(index, [[4, "i32"]], code);
  return { index, rounds: Math.max(1, length) };
}
