import type { Config } from "../config.ts";
import { Engine, type EngineThreads } from "../engine/engine.ts";
import { type Desk, noDesk } from "../jobs/desk.ts";
import { defineMethod } from "../rpc/method.ts";

/** What every method works with. */
export interface Context {
  readonly config: Config;
  readonly engine: Engine;
  /** Where jobs are. */
  readonly jobs: Desk;
}

/** Makes the one context of a service, or of one of its threads. */
export function createContext(config: Config, threads?: EngineThreads, jobs: Desk = noDesk): Context {
  return { config, engine: new Engine(config, threads), jobs };
}

/** Declares a method of this service. */
export const define = defineMethod<Context>();
