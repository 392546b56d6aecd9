import type { Context } from "../../calls/context.ts";
import { admitted } from "../../engine/runs/admitted.ts";
import { limitExceeded } from "../../errors.ts";
import type { Eventually } from "../../eventually.ts";
import { elementCount, type Shape } from "../../graph/shape.ts";
import type { Call } from "../../rpc/method.ts";
import { type Solve, type Solved, tensorOf } from "../solve.ts";
import { isShared, jointLead, type Placed, spread, spreadBytes } from "./broadcast.ts";
import { Faults } from "./faults.ts";
import type { Port, Served } from "./request.ts";

/** What to run: one question of ours, with arrays that may have leading axes. */
export interface Task {
  readonly served: Served;
  readonly inputs: readonly Placed[];
  readonly seeds?: readonly (Placed & { readonly name: string })[];
  readonly wrt?: readonly Port[];
  readonly of?: readonly Port[];
  readonly solve: Solve;
}

/**
 * Asks and carries out a question at all points of the leading axes, which broadcast together; `use` gets what came out,
 * nothing where there are no points, and the leading axes.
 */
export function runTask<T>(
  task: Task,
  context: Context,
  call: Call,
  use: (solved: Solved | undefined, lead: Shape) => T,
): Eventually<T> {
  const { served, inputs, seeds = [], wrt, of, solve } = task;
  const { engine } = context;
  const faults = new Faults();
  const all = [...inputs, ...seeds];
  const lead = jointLead(
    all,
    all.map(({ array }) => array.lead),
    faults,
  );
  faults.check();
  const points = elementCount(lead);
  if (points === 0) return use(undefined, lead);
  const { limits } = engine;
  if (points > limits.points) throw limitExceeded("points", limits.points, points);
  return admitted(
    engine,
    all.reduce((bytes, placed) => bytes + spreadBytes(placed, points), 0),
    () => {
      const given = (placed: Placed) => givenOf(placed, lead, points);
      const params = {
        graph: served.name,
        inputs: Object.fromEntries(served.inputs.map(({ name }, i) => [name, given(inputs[i]!)])),
        ...(seeds.length > 0 ? { seeds: Object.fromEntries(seeds.map((seed) => [seed.name, given(seed)])) } : {}),
        ...(points > 1 ? { batch: points } : {}),
        ...(wrt ? { wrt: wrt.map(({ name }) => name) } : {}),
        ...(of ? { of: of.map(({ name }) => name) } : {}),
      };
      return solve(params, context, call, (solved) => use(solved, lead));
    },
  );
}

/** An array as our methods take it, for all points or one for all. */
function givenOf(placed: Placed, lead: Shape, points: number): unknown {
  const { shape, dtype } = placed.declared;
  const isAlone = points === 1 || isShared(placed.array);
  const data = isAlone ? placed.array.data : spread(placed, lead);
  return tensorOf(isAlone ? shape : [points, ...shape], dtype, data);
}
