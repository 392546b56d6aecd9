import { elementCount } from "../../graph/shape.ts";
import { Code } from "../../wasm/index.ts";
import { stepParameters } from "../nest.ts";
import type { LoopStep } from "../steps.ts";
import { bytesPerNumber } from "../storage.ts";
import type { Writing } from "../writing.ts";
import { type Address, Clock, copyNumbers, putBody, type WriteSteps, type Written } from "./body-writer.ts";

/**
 * Writes the function of a loop: its body's steps for each row. Carries lie in the bundle, where the body reads them;
 * constants where they are. Rows are copied. A range of rounds begins where the one before ended.
 */
export function writeLoop(writing: Writing, made: LoopStep, writeSteps: WriteSteps): Written {
  const { module, schedule } = writing;
  const { slot, operands, rows } = made;
  const [body] = made.bodies as [LoopStep["bodies"][0]];
  const { base, low, high, count: parameters } = stepParameters;
  const [step, row, count, left] = [parameters, parameters + 1, parameters + 2, parameters + 3];
  const { constants, carry, length, reverse, counted } = rows;
  const bundle = writing.walked(schedule.places[slot]!).byte;
  const given = operands.slice(Number(counted)).map((place) => writing.walked(place).byte);
  const sizes = rows.outputs.map(({ shape }) => elementCount(shape));
  const starts = startsOf(sizes, bundle, (i) => (i < carry ? 1 : length));
  const first = constants + carry;
  const isOnce = length === 1;
  const inputs = given.map((byte, i) => (i < constants ? byte : i < first ? starts[i - constants] : undefined));
  const targets = starts.map((byte, i) => (i < carry || isOnce ? byte : undefined));
  const inner = putBody(writing, made, 0, inputs, targets, writeSteps);
  const index = module.addFunction(["i32", "i32", "i32"], []);
  const code = new Code();
  const clock = new Clock(writing, left, body.operations, length);
  const rowOf = (byte: number, size: number): Address => ({
    byte,
    row: { local: row, bytes: size * bytesPerNumber },
  });

  if (counted) {
    code.get(base).memory("f64.load", writing.walked(operands[0]!).byte).op("i32.trunc_sat_f64_s").set(count);
    code.get(count).i32(length).op("i32.gt_s").block("if").i32(length).set(count).end();
    code.get(count).i32(0).op("i32.lt_s").block("if").i32(0).set(count).end();
  } else code.i32(length).set(count);
  code.get(low).op("i32.eqz").block("if");
  for (let i = 0; i < carry; i++) copyNumbers(code, { byte: starts[i]! }, { byte: given[constants + i]! }, sizes[i]!);
  if (counted) for (let i = carry; i < sizes.length; i++) fillRest(code, count, starts[i]!, sizes[i]!, length);
  code.end();

  clock.start(code);
  code.get(low).set(step).block("block").block("loop");
  code.get(step).get(high).op("i32.ge_s").get(step).get(count).op("i32.ge_s").op("i32.or").branch("br_if", 1);
  if (reverse) code.get(count).i32(1).op("i32.sub").get(step).op("i32.sub").set(row);
  else code.get(step).set(row);
  for (let i = first; i < rows.inputs.length; i++) {
    const to = body.inputs[i];
    if (to === undefined) continue;
    const size = elementCount(rows.inputs[i]!.shape);
    copyNumbers(code, { byte: inner.inputByte(to) }, rowOf(given[i]!, size), size);
  }
  for (let i = carry; i < sizes.length; i++) {
    // Carries as the step got them, before it hands others on.
    const { carry: from } = body.outputs[i]!;
    if (from !== undefined) copyNumbers(code, rowOf(starts[i]!, sizes[i]!), { byte: starts[from]! }, sizes[i]!);
  }
  inner.run(code);
  for (let i = sizes.length - 1; i >= 0; i--) {
    // Rows first: one may be a carry that is made in place.
    const output = body.outputs[i]!;
    if (output.isInPlace || output.carry !== undefined) continue;
    const target = i < carry ? { byte: starts[i]! } : rowOf(starts[i]!, sizes[i]!);
    copyNumbers(code, target, { byte: inner.byteOf(output) }, sizes[i]!);
  }
  clock.step(code);
  code.get(step).i32(1).op("i32.add").set(step).branch("br", 0).end().end();
  module.setBody(index, [[4, "i32"]], code);
  return { index, rounds: Math.max(1, length) };
}

/** Where results of so many numbers begin that lie end to end from `start` on, some of them many times. */
export function startsOf(sizes: readonly number[], start: number, times: (i: number) => number): number[] {
  const starts: number[] = [];
  let at = start;
  for (const [i, size] of sizes.entries()) {
    starts.push(at);
    at += size * times(i) * bytesPerNumber;
  }
  return starts;
}

/** Fills the rows of a result from `count` on with zeros. */
export function fillRest(code: Code, count: number, start: number, size: number, length: number): void {
  const bytes = size * bytesPerNumber;
  if (bytes === 0) return;
  code.get(stepParameters.base).i32(start).op("i32.add");
  code.get(count).i32(bytes).op("i32.mul").op("i32.add").i32(0);
  code.i32(length).get(count).op("i32.sub").i32(bytes).op("i32.mul").memoryFill();
}
