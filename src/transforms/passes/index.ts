import type { Passes } from "../../graph/operator.ts";
import { batch } from "./batch.ts";
import { expand } from "./expand.ts";
import { linearize } from "./linearize.ts";
import { settled } from "./settle.ts";
import { transpose } from "./transpose.ts";

/** The passes, each of which hands all of them to the rules that it asks: functions are treated as what holds them. */
export const passes: Passes = {
  expand: (outputs, known, builder) => expand(outputs, known, builder, passes),
  linearize: (outputs, given) => linearize(outputs, given, passes),
  transpose: (outputs, given, inputs) => transpose(outputs, given, inputs, passes),
  settle: (outputs) => [...settled(outputs, true)],
  batch: (outputs, known, batched, builder, size) => batch(outputs, known, batched, builder, size, passes),
};
