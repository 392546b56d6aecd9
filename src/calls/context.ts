import type { Config } from "../config.ts";
import { Engine, type EngineThreads } from "../engine/engine.ts";
import { defineMethod } from "../rpc/method.ts";

/** What every method works with. */
export interface Context {
  readonly config: Config;
  readonly engine: Engine;
}

/** Makes the one context of a service, or of one of its threads. */
export function createContext(config: Config, threads?: EngineThreads): Context {
  return { config, engine: new Engine(config, threads) };
}

/** Declares a method of this service. */
export const define = defineMethod<Context>();
