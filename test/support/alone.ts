import type { Config } from "../../src/config.ts";
import { assemble, type Service } from "../../src/service.ts";

/** A service on the test's own thread. */
export function alone(config: Config): Service {
  return assemble({ ...config, workers: 0 }, (fault) => {
    throw fault;
  });
}
