import { setImmediate } from "node:timers/promises";
import type { Config } from "./config.ts";
import { standard } from "./methods/schemas/examples.ts";
import { createExchange } from "./rpc/exchange.ts";
import { assemble } from "./service.ts";
import { json } from "./wire/json/json.ts";

/**
 * Runs small calls on an engine of their own, so that the code which serves them is compiled before somebody waits for it:
 * the first calls of a process take some 30 ms together, during which it answers nothing else.
 */
export async function warmUp(config: Config): Promise<void> {
  const { limits } = config;
  const dispatcher = assemble({ ...config, workers: 0, cacheBytesMax: cacheBytes }, () => {}).dispatch({});
  for (let round = 0; round < rounds; round++) {
    for (const [id, graph] of [standard.graph, standard.id].entries()) {
      for (const method of ["jacobian", "gradient"]) {
        await setImmediate();
        const body = JSON.stringify({ jsonrpc: "2.0", id, method, params: { graph, inputs: standard.inputs } });
        await dispatcher.answer(json.read(Buffer.from(body), limits), createExchange({ codec: json }));
      }
    }
  }
}

const cacheBytes = 2 ** 20;
const rounds = 3;
