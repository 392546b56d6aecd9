import type { Node } from "../graph/node.ts";
import type { Operator } from "../graph/operator.ts";
import type { Shape } from "../graph/shape.ts";
import { uniformValue } from "../operators/kinds.ts";
import { instructionsOf } from "./length.ts";
import type { Place } from "./place.ts";
import type { MapStep, Operand, Step } from "./steps.ts";
import type { Values } from "./values.ts";
import { familyOf } from "./vector/index.ts";

const instructionsPerStepMax = 10_000;
/** What loading or storing a number takes. */
const instructionsPerAccess = 3;

/** Where a member's operand comes from. */
export interface Source {
  readonly slot: number;
  /** Where it lies when it is read from memory, if not in its own place and order. */
  readonly place?: Place;
}

/** The steps of a program while they are planned: elementwise operations join maps. */
export class Maps {
  readonly steps: Step[] = [];
  private readonly values: Values;
  private readonly absorbs: boolean;
  private readonly instructions: number[] = [];
  /** The latest map of each shape. */
  private readonly latest = new Map<string, number>();
  /** Where a function that shares work with others was applied to an operand. */
  private readonly sharing = new Map<string, number>();

  constructor(values: Values, absorbs: boolean) {
    this.values = values;
    this.absorbs = absorbs;
  }

  /** Adds a step of its own; gives its position. */
  push(step: Step): number {
    this.instructions.push(0);
    return this.steps.push(step) - 1;
  }

  /**
   * Adds an elementwise operation to the latest map of its shape, if that comes after `after` and all operands are there
   * by then, or to a new one; gives the step.
   */
  join(
    slot: number,
    op: Operator | undefined,
    attrs: Node["attrs"],
    shape: Shape,
    sources: readonly (Source | number)[],
    target: Place,
    after = -1,
  ): number {
    const { values } = this;
    const key = shape.join();
    const numbers = sources.map((source) =>
      typeof source === "number" ? source : source.slot < 0 ? undefined : uniformValue(values.nodes[source.slot]!),
    );
    const isDirect = ({ slot: from, place }: Source, step: number) =>
      !place && values.isMember[from] === 1 && values.stepOf[from] === step;
    const isReady = (source: Source, step: number) =>
      source.slot < 0 || values.stepOf[source.slot]! < step || isDirect(source, step);
    const own = instructionsOf(op, attrs, sources.length, this.absorbs) + 1;
    // Odd rows end with a number by itself, for which all is written once more.
    const times = shape.at(-1)! % 2 === 1 ? 2 : 1;
    const cost = (step: number) => {
      const loads = sources.filter((source, i) => numbers[i] === undefined && !isDirect(source as Source, step));
      return times * (own + instructionsPerAccess * loads.length);
    };
    const fits = (step: number | undefined) =>
      step !== undefined &&
      step > after &&
      this.instructions[step]! + cost(step) <= instructionsPerStepMax &&
      sources.every((source, i) => numbers[i] !== undefined || isReady(source as Source, step));
    // Where a function that shares work is applied to the same operand, or else in the latest map.
    const sharing = sharingKey(op, sources, key);
    let step = [sharing === undefined ? sharing : this.sharing.get(sharing), this.latest.get(key)].find(fits);
    if (step === undefined) {
      step = this.push({ kind: "map", shape, members: [] });
      this.latest.set(key, step);
    }
    if (sharing) this.sharing.set(sharing, step);
    this.instructions[step]! += cost(step);
    const operands = sources.map((source, i): Operand => {
      if (numbers[i] !== undefined) return { kind: "number", value: numbers[i]! };
      const { slot: from, place } = source as Source;
      if (from < 0) return { kind: "memory", place: place! };
      if (isDirect(source as Source, step)) return { kind: "member", slot: from };
      const lies = values.read(from, step);
      return { kind: "memory", place: place ?? lies };
    });
    (this.steps[step] as MapStep).members.push({ slot, op, attrs, operands, target });
    if (slot < 0) values.touch(target.root, step);
    return step;
  }
}

/** Names the operand of a function that shares work with others. */
function sharingKey(op: Operator | undefined, [source]: readonly (Source | number)[], key: string): string | undefined {
  const family = typeof op?.lower === "string" ? familyOf.get(op.lower) : undefined;
  return family && typeof source === "object" ? `${source.slot}|${family}|${key}` : undefined;
}
