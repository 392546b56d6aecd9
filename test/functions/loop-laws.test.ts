import fc from "fast-check";
import { test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { parseGraph } from "../../src/syntax/sources.ts";
import { newBuilder, primalOf } from "../support/graphs.ts";
import { holds } from "../support/holds.ts";
import * as laws from "../support/laws.ts";
import { Random } from "../support/random.ts";
import type { Sample } from "../support/samples.ts";
import { tensor } from "../support/tensors.ts";
import { pair } from "./random-scans.ts";

const { limits } = readConfig();
const scans = [fc.integer(), fc.constantFrom(0, 1, 2, 17, 60), fc.boolean()] as const;

function sampleOf(seed: number, length: number, reverse: boolean, checkpoints?: "none" | number): Sample {
  const { scanned, inputs } = pair(seed, length, reverse, checkpoints);
  const surface = parseGraph(scanned, newBuilder(), limits);
  return {
    surface,
    primal: primalOf(surface),
    inputs: surface.inputs.map(({ name }) => tensor(inputs[name])),
    random: new Random(seed),
  };
}

test("the JVP of a scan, transposed twice, is itself", () =>
  holds([...scans], (seed, length, reverse) => laws.transposesBack(sampleOf(seed, length, reverse)), 25));

test("a scan that keeps all has a gradient of at most five times its operations", () =>
  holds([...scans], (seed, length, reverse) => laws.gradientIsCheap(sampleOf(seed, length, reverse, "none")), 60));

test("a scan in segments has a gradient of at most eight times its operations", () =>
  holds(
    [fc.integer(), fc.constantFrom(17, 60), fc.boolean()],
    (seed, length, reverse) => laws.gradientIsCheap(sampleOf(seed, length, reverse, 4), 8),
    60,
  ));
