import { canonicalize } from "../../src/graph/canonical.ts";
import { printGraph } from "../../src/syntax/print.ts";
import { encodeTensor } from "../../src/wire/json/tensor-value.ts";
import type { Sample } from "./samples.ts";

/** A sample as a client would send it. */
export function fromSample({ surface, inputs }: Sample) {
  return {
    graph: printGraph(surface, canonicalize(surface)),
    inputs: Object.fromEntries(inputs.map((tensor, i) => [surface.inputs[i]!.name, encodeTensor(tensor, "json")])),
  };
}
