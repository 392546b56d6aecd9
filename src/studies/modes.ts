import type { Question } from "../calls/question.ts";
import { ServiceError } from "../errors.ts";
import type { Selection } from "../transforms/derive.ts";

/** Which modes a graph can be differentiated in: not all functions with rules of their own, nor all loops, have both. */
export interface Modes {
  readonly forward: boolean;
  readonly reverse: boolean;
  /** Why one of them is missing. */
  readonly why: string | undefined;
}

/** Finds out which modes there are. Throws `not_differentiable` where there is none. */
export function modesOf({ derivation }: Question, selection: Selection): Modes {
  const faults: ServiceError[] = [];
  const has = (kind: "jvp" | "vjp") => {
    try {
      derivation.derive(kind, selection);
      return true;
    } catch (fault) {
      if (!(fault instanceof ServiceError) || fault.type !== "not_differentiable") throw fault;
      faults.push(fault);
      return false;
    }
  };
  const [forward, reverse] = [has("jvp"), has("vjp")];
  if (!forward && !reverse) throw faults[0]!;
  return { forward, reverse, why: faults[0]?.message };
}
