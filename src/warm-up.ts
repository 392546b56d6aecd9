import { setImmediate } from "node:timers/promises";
import type { Config } from "./config.ts";
import { createContext } from "./methods/context.ts";
import { standard } from "./methods/examples.ts";
import { methods } from "./methods/index.ts";
import { createDispatcher } from "./rpc/dispatch.ts";
import { parseJson } from "./rpc/parse.ts";

/** A method and its parameters. */
type WarmCall = readonly [method: string, params: object];

/**
 * Runs calls on an engine of their own, so that the code which serves others like them is compiled before somebody waits
 * for it: the first calls of a thread take many times as long as later ones.
 */
export async function warmUp(config: Config, calls: Iterable<WarmCall>): Promise<void> {
  const { limits } = config;
  const context = createContext({ ...config, cacheBytesMax: cacheBytes });
  const dispatcher = createDispatcher({ methods, context, limits });
  const { signal } = new AbortController();
  for (const [method, params] of calls) {
    await setImmediate();
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const call = { signal, stop: signal, receivedAtMs: performance.now(), note: () => {} };
    await dispatcher.answer(parseJson(Buffer.from(body), limits.depth), { requestId: "", call });
  }
}

/** What the thread that serves runs itself: some 30 ms, during which it would answer nothing else. */
export function* smallCalls(): Generator<WarmCall> {
  for (let round = 0; round < smallRounds; round++) {
    for (const graph of [standard.graph, standard.id]) {
      for (const method of ["jacobian", "gradient"]) yield [method, { graph, inputs: standard.inputs }];
    }
  }
}

/** What worker threads get: graphs that nobody has seen, to be read and differentiated. */
export function* unseenGraphs(): Generator<WarmCall> {
  const operators = ["sin", "multiply", "add", "tanh"];
  for (let round = 0; round < unseenRounds; round++) {
    const nodes = Array.from({ length: unseenNodes }, (_, i) => {
      const op = operators[(i + round) % operators.length]!;
      const before = i === 0 ? "x" : `n${i - 1}`;
      return { id: `n${i}`, op, args: op === "multiply" || op === "add" ? [before, 0.5 + i / unseenNodes] : [before] };
    });
    const graph = { inputs: [{ name: "x" }], nodes, outputs: [`n${unseenNodes - 1}`] };
    yield ["gradient", { graph, inputs: { x: 0.5 } }];
  }
}

const cacheBytes = 2 ** 20;
const smallRounds = 3;
const unseenRounds = 8;
const unseenNodes = 500;
