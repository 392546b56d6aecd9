import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalize } from "../../src/graph/canonical.ts";
import { rowMajorData } from "../../src/graph/ndarray.ts";
import { printGraph } from "../../src/syntax/print.ts";
import { Random } from "../support/random.ts";
import { randomGraph } from "../support/random-graphs.ts";
import { digest, type JobService, type Json, startOn } from "./service.ts";

const points = 203;
const chunkSizes = [8, 64, 104, undefined];
const odd = [0, "NaN", "Infinity", 1e300];

test("a random graph's job gives the same bits in whatever chunks and store, on one thread or two, and again", async () => {
  const services = [await startOn("sqlite", { WORKERS: "3" }), await startOn("postgres", { WORKERS: "0" })];
  const asked = fc.constantFrom<[string, object]>(
    ["evaluate", {}],
    ["jacobian", {}],
    ["jacobian", { mode: "reverse", layout: "matrix" }],
    ["gradient", { of: ["total"] }],
    ["hessian", { of: ["total"] }],
  );
  const law = fc.asyncProperty(
    fc.integer(),
    fc.integer({ min: 2, max: 12 }),
    asked,
    async (seed, size, [method, more]) => {
      const params = { ...sample(seed, size), batch: points, encoding: "base64", ...more };
      const digests = new Set<string>();
      for (const service of services) {
        for (const chunkPoints of [...chunkSizes, 8]) {
          const told = await service.done({ method, params, ...(chunkPoints === undefined ? {} : { chunkPoints }) });
          expect(told.state).toBe("succeeded");
          digests.add(await bitsOf(service, told.job));
        }
      }
      expect(digests.size).toBe(1);
    },
  );
  await fc.assert(law, { numRuns: Number(process.env.RUNS ?? 3) });
}, 180_000);

test("chunks of nine points, as the last of a job may be, give the bits of chunks of eight", async () => {
  const service = await startOn("sqlite");
  const { graph, inputs } = sample(7, 12);
  // Of 17 points, chunks of 8 are two: one of 8, and one of 9, as no chunk has fewer than 8.
  const params = { graph, inputs: firstOf(inputs, 17), batch: 17 };
  const parts = await service.done({ method: "jacobian", params, chunkPoints: 8 });
  const whole = await service.done({ method: "jacobian", params });
  expect([parts.progress.chunks.total, whole.progress.chunks.total]).toEqual([2, 1]);
  expect(await bitsOf(service, parts.job)).toBe(await bitsOf(service, whole.job));
});

/** The digest of the numbers of an answer; warnings have their points, which are of the whole job too. */
async function bitsOf({ ok }: JobService, job: string): Promise<string> {
  const { warnings: _, plan: __, ...rest } = await ok("job.result", { job, encoding: "base64" });
  return digest(JSON.stringify(rest));
}

/** A random graph with a scalar output beside its own, and inputs at all points, some of which are odd. */
function sample(seed: number, size: number): { graph: Json; inputs: Record<string, Json> } {
  const { surface, inputs } = randomGraph(seed, size);
  const random = new Random(seed);
  const graph: Json = printGraph(surface, canonicalize(surface));
  graph.nodes.push({ id: "total", op: "sum", args: [graph.outputs.at(-1).node] });
  graph.outputs.push({ name: "total", node: "total" });
  const given = inputs.map((array, i) => {
    const { shape, dtype } = array;
    const data = [...rowMajorData(array)];
    const flat = Array.from({ length: data.length * points }, (_, k) => {
      const x = Number(data[k % data.length]);
      if (dtype !== "float64") return dtype === "bool" ? Boolean(x) : x;
      return random.unit() < 0.003 ? random.pick(odd) : x + random.between(-0.5, 0.5);
    });
    return [surface.inputs[i]!.name, { shape: [points, ...shape], dtype, data: flat }] as const;
  });
  return { graph, inputs: Object.fromEntries(given) };
}

function firstOf(inputs: Record<string, Json>, count: number): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype, data }]) => {
      const size = data.length / shape[0];
      return [name, { shape: [count, ...shape.slice(1)], dtype, data: data.slice(0, count * size) }];
    }),
  );
}
