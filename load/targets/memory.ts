import { setTimeout } from "node:timers/promises";
import { uniform } from "../kernels/kernel.ts";
import { wireTensor } from "../numbers.ts";
import { Server } from "../server.ts";
import { digits } from "../table.ts";
import { atMost, type Target } from "../target.ts";

const size = 1000;
const settleMs = 1000;

/** What a fresh service's memory rises to while it computes a large dense Jacobian of a graph that it has, over the result. */
export async function memoryOfDenseJacobian(): Promise<Target[]> {
  const server = await Server.service();
  const request = (graph: string, size: number) =>
    JSON.stringify({ graph, encoding: "base64", inputs: { x: wireTensor(uniform([size], -1, 1, 2)) } });
  const graph = await server.put(tanhOfProduct(size));
  // The code that serves it is there before it is measured, as it is in a service that has run.
  await server.post("/v1/jacobian", request(await server.put(tanhOfProduct(20)), 20));
  await setTimeout(settleMs);
  const idle = server.residentBytes();
  server.forgetPeak();
  await server.post("/v1/jacobian", request(graph, size));
  const peak = server.peakBytes();
  await server.stop();
  const what = `dense Jacobian ${size} × ${size}, peak memory above idle`;
  const result = size * size * Float64Array.BYTES_PER_ELEMENT;
  const show = (factor: number) => `${digits(factor)} results`;
  if (idle === undefined || peak === undefined) {
    return [{ what, wanted: `≤ ${show(4)}`, measured: "the system does not tell", isMet: false }];
  }
  const target = atMost(what, (peak - idle) / result, 4, show);
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  return [{ ...target, measured: `${target.measured} (${mebibytes(idle)} → ${mebibytes(peak)} MiB)` }];
}

/** tanh(a x), the matrix a constant. */
function tanhOfProduct(size: number): object {
  return {
    inputs: [{ name: "x", shape: [size] }],
    constants: [{ name: "a", value: wireTensor(uniform([size, size], -0.05, 0.05, 1)) }],
    nodes: [
      { id: "product", op: "matmul", args: ["a", "x"] },
      { id: "y", op: "tanh", args: ["product"] },
    ],
    outputs: ["y"],
  };
}
