import { elementCount } from "../../graph/shape.ts";
import { Code } from "../../wasm/index.ts";
import { stepParameters } from "../nest.ts";
import type { UntilStep } from "../steps.ts";
import { bytesPerNumber } from "../storage.ts";
import type { Writing } from "../writing.ts";
import { Clock, copyNumbers, putBody, type WriteSteps, type Written } from "./body-writer.ts";
import { fillRest, startsOf } from "./loop.ts";

/** Writes the function of a loop with a condition: both read the carries where they lie in the bundle. */
export function writeUntil(writing: Writing, made: UntilStep, writeSteps: WriteSteps): Written {
  const { module, schedule } = writing;
  const { slot, operands, repetition, bodies } = made;
  const [tested, done] = bodies as [UntilStep["bodies"][0], UntilStep["bodies"][0]];
  const { base, count: parameters } = stepParameters;
  const [count, left] = [parameters, parameters + 1];
  const { body, constants, carry, limit } = repetition;
  const bundle = writing.walked(schedule.places[slot]!).byte;
  const given = operands.map((place) => writing.walked(place).byte);
  const sizes = body.outputs.map(({ shape }) => elementCount(shape));
  // The number of steps comes first.
  const starts = startsOf(sizes, bundle + bytesPerNumber, (i) => (i < carry ? 1 : limit!));
  const inputs = given.map((byte, i) => (i < constants ? byte : starts[i - constants]));
  const targets = starts.map((byte, i) => (i < carry ? byte : undefined));
  const condition = putBody(writing, made, 0, inputs, [], writeSteps);
  const inner = putBody(writing, made, 1, inputs, targets, writeSteps);
  const index = module.addFunction(["i32", "i32", "i32"], []);
  const code = new Code();
  const clock = new Clock(writing, left, tested.operations + done.operations, limit ?? Number.POSITIVE_INFINITY);
  const rowOf = (i: number) => ({ byte: starts[i]!, row: { local: count, bytes: sizes[i]! * bytesPerNumber } });

  for (let i = 0; i < carry; i++) copyNumbers(code, { byte: starts[i]! }, { byte: given[constants + i]! }, sizes[i]!);
  clock.start(code);
  code.i32(0).set(count).block("block").block("loop");
  if (limit !== undefined) code.get(count).i32(limit).op("i32.ge_u").branch("br_if", 1);
  condition.run(code);
  // Neither 0 nor NaN.
  const isOn = condition.byteOf(tested.outputs[0]!);
  code.get(base).memory("f64.load", isOn).f64(0).op("f64.eq");
  code.get(base).memory("f64.load", isOn).get(base).memory("f64.load", isOn).op("f64.ne").op("i32.or");
  code.branch("br_if", 1);
  for (let i = carry; i < sizes.length; i++) {
    const { carry: from } = done.outputs[i]!;
    if (from !== undefined) copyNumbers(code, rowOf(i), { byte: starts[from]! }, sizes[i]!);
  }
  inner.run(code);
  for (let i = sizes.length - 1; i >= 0; i--) {
    const output = done.outputs[i]!;
    if (output.isInPlace || output.carry !== undefined) continue;
    copyNumbers(code, i < carry ? { byte: starts[i]! } : rowOf(i), { byte: inner.byteOf(output) }, sizes[i]!);
  }
  clock.step(code);
  code.get(count).i32(1).op("i32.add").set(count).branch("br", 0).end().end();
  code.get(base).get(count).op("f64.convert_i32_u").memory("f64.store", bundle);
  for (let i = carry; i < sizes.length; i++) fillRest(code, count, starts[i]!, sizes[i]!, limit!);
  module.setBody(index, [[2, "i32"]], code);
  return { index, rounds: 1 };
}
