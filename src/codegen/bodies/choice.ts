import { elementCount } from "../../graph/shape.ts";
import { Code } from "../../wasm/index.ts";
import { stepParameters } from "../nest.ts";
import type { ChoiceStep } from "../steps.ts";
import type { Writing } from "../writing.ts";
import { copyNumbers, putBody, type WriteSteps, type Written } from "./body-writer.ts";
import { startsOf } from "./loop.ts";

/** Writes the function of a choice: only the branch that the first operand says is run. It reads operands where they lie. */
export function writeChoice(writing: Writing, made: ChoiceStep, writeSteps: WriteSteps): Written {
  const { module, schedule } = writing;
  const { places } = schedule;
  const { slot, operands, bodies } = made;
  const { base, count: which } = stepParameters;
  const [by, ...inputs] = operands.map((place) => writing.walked(place).byte) as [number, ...number[]];
  const sizes = made.outputs.map(elementCount);
  const starts = startsOf(sizes, writing.walked(places[slot]!).byte, () => 1);
  const runs = bodies.map((_, k) => putBody(writing, made, k, inputs, starts, writeSteps));
  const index = module.addFunction(["i32", "i32", "i32"], []);
  const code = new Code();
  code.get(base).memory("f64.load", by).op("i32.trunc_sat_f64_s").set(which);
  for (const [k, { run, byteOf }] of runs.entries()) {
    // The first is run for what is below, the last for what is above.
    if (k === 0) code.get(which).i32(0).op("i32.le_s");
    else if (k === runs.length - 1) code.get(which).i32(k).op("i32.ge_s");
    else code.get(which).i32(k).op("i32.eq");
    if (runs.length === 1) code.op("drop").i32(1);
    code.block("if");
    run(code);
    for (const [i, output] of bodies[k]!.outputs.entries()) {
      if (!output.isInPlace) copyNumbers(code, { byte: starts[i]! }, { byte: byteOf(output) }, sizes[i]!);
    }
    code.end();
  }
  module.setBody(index, [[1, "i32"]], code);
  return { index, rounds: 1 };
}
