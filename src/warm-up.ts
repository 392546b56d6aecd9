import { setImmediate } from "node:timers/promises";
import type { Config } from "./config.ts";
import { createContext } from "./methods/context.ts";
import { standard } from "./methods/examples.ts";
import { methods } from "./methods/index.ts";
import { createDispatcher } from "./rpc/dispatch.ts";
import { parseJson } from "./rpc/parse.ts";

/**
 * Runs small calls on an engine of their own, so that the code which serves them is compiled before somebody waits for it:
 * the first calls of a process take some 30 ms together, during which it answers nothing else.
 */
export async function warmUp(config: Config): Promise<void> {
  const { limits } = config;
  const context = createContext({ ...config, cacheBytesMax: cacheBytes });
  const dispatcher = createDispatcher({ methods, context, limits });
  const { signal } = new AbortController();
  for (let round = 0; round < rounds; round++) {
    for (const [id, graph] of [standard.graph, standard.id].entries()) {
      for (const method of ["jacobian", "gradient"]) {
        await setImmediate();
        const body = JSON.stringify({ jsonrpc: "2.0", id, method, params: { graph, inputs: standard.inputs } });
        const call = { signal, stop: signal, receivedAtMs: performance.now(), note: () => {} };
        await dispatcher.answer(parseJson(Buffer.from(body), limits.depth), { requestId: "", call });
      }
    }
  }
}

const cacheBytes = 2 ** 20;
const rounds = 3;
