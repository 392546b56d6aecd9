import { calculus } from "./calculus.ts";
import type { Example } from "./example.ts";
import { learning } from "./learning.ts";
import { physics } from "./physics.ts";
import { structure } from "./structure.ts";

export type { Example } from "./example.ts";

/** The examples by what they are about, the simplest first. */
export const shelves: readonly { readonly name: string; readonly examples: readonly Example[] }[] = [
  { name: "Calculus", examples: calculus },
  { name: "Learning and statistics", examples: learning },
  { name: "Physics and engineering", examples: physics },
  { name: "Structure", examples: structure },
];

/** All of them. */
export const examples: readonly Example[] = shelves.flatMap((shelf) => shelf.examples);
