import { Code } from "../../wasm/index.ts";
import { writeContract } from "../contract.ts";
import { writeFold } from "../fold.ts";
import { writeMap } from "../map.ts";
import { stepParameters } from "../nest.ts";
import type { MapStep, NodeStep, Step } from "../steps.ts";
import type { Writing } from "../writing.ts";
import type { BodyRun, WriteSteps, Written } from "./body-writer.ts";
import { writeChoice } from "./choice.ts";
import { opaqueOf, writeFew } from "./few.ts";
import { writeGather } from "./gather.ts";
import { writeLoop } from "./loop.ts";
import { writeScatter } from "./scatter.ts";
import { writeUntil } from "./until.ts";

/** Writes the function of a step. */
export function writeFunction(writing: Writing, step: Step): Written {
  switch (step.kind) {
    case "loop":
      return writeLoop(writing, step, writeSteps);
    case "until":
      return writeUntil(writing, step, writeSteps);
    case "choice":
      return writeChoice(writing, step, writeSteps);
    case "call":
      return writeCall(writing, step);
    case "map":
      return writeStep(writing, step);
    default:
      return writeStep(writing, { ...step, kind: step.kind });
  }
}

const writeSteps: WriteSteps = (writing, body, start, shared): BodyRun => {
  const inner = writing.within(body, start, shared);
  const steps = body.schedule.steps.map((step) => writeFunction(inner, step));
  const { base } = stepParameters;
  return {
    run: (code) => {
      for (const { index, rounds } of steps) code.get(base).i32(0).i32(rounds).call(index);
    },
    byteOf: ({ place }) => (inner.storage.offsets.has(place.root) ? inner.walked(place).byte : 0),
    inputByte: (slot) => inner.storage.offsets.get(slot)!,
  };
};

/** An operator of a body that is not code is called back. */
function writeCall(writing: Writing, { slot, operands }: NodeStep): Written {
  const { module, schedule } = writing;
  const number = opaqueOf(writing, schedule.nodes[slot]!, operands, slot);
  const index = module.addFunction(["i32", "i32", "i32"], []);
  const code = new Code().i32(number).get(stepParameters.base);
  module.setBody(index, [], code.call(writing.callers!.evaluate));
  return { index, rounds: 1 };
}

const writers = { fold: writeFold, contract: writeContract, few: writeFew, gather: writeGather, scatter: writeScatter };

function writeStep(writing: Writing, step: MapStep | (NodeStep & { kind: keyof typeof writers })): Written {
  const index = writing.module.addFunction(["i32", "i32", "i32"], []);
  const w = writing.writer();
  const rounds = step.kind === "map" ? writeMap(writing, step, w) : writers[step.kind](writing, step, w);
  writing.module.setBody(index, w.locals, w.code);
  return { index, rounds };
}
