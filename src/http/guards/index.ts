import type { Config } from "../../config.ts";
import type { Guard } from "./guard.ts";
import { originGuard } from "./origin.ts";

/** The guards that a request passes, in their order: where it comes from, then who sends it. */
export function guardsOf(config: Config): readonly Guard[] {
  const others: readonly Guard[] = [];
  return [
    originGuard(
      config,
      others.flatMap(({ headers = [] }) => headers),
    ),
    ...others,
  ];
}
