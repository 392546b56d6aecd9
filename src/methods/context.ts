import type { Config } from "../config.ts";
import { Engine } from "../engine/engine.ts";
import { defineMethod } from "../rpc/method.ts";

/** What every method works with. */
export interface Context {
  readonly config: Config;
  readonly engine: Engine;
}

/** Makes the one context of a service. */
export function createContext(config: Config): Context {
  return { config, engine: new Engine(config) };
}

/** Declares a method of this service. */
export const define = defineMethod<Context>();
