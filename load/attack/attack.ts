import type { House } from "./house.ts";

/** One way to hurt a service. */
export interface Attack {
  readonly name: string;
  /** Does it; tells what happened, in a few words, or throws what must not be. */
  run(house: House): Promise<string>;
}

/** Fails an attack: something happened that must not. */
export class Violation extends Error {}

/** Throws unless something is so. */
export function must(condition: boolean, otherwise: string): void {
  if (!condition) throw new Violation(otherwise);
}
