import type { Eventually } from "../../eventually.ts";
import type { Engine } from "../engine.ts";

/** Runs something that holds so many bytes, while they are admitted. Throws `limit_exceeded`, `overloaded`. */
export function admitted<T>(engine: Engine, bytes: number, run: () => Eventually<T>): Eventually<T> {
  const release = engine.admit(bytes);
  let made: Eventually<T>;
  try {
    made = run();
  } catch (error) {
    release();
    throw error;
  }
  if (made instanceof Promise) return made.finally(release);
  release();
  return made;
}
