import type { Doubt } from "../../../graph/operator.ts";
import { not_equal } from "../../families/choice.ts";

/** That a search has not come to an end, which a NaN tells. */
export function notConverged(told: string): Doubt {
  return { type: "not_converged", told, at: (_, out) => not_equal(out, out) };
}
