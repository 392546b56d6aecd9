import type { Node } from "../graph/operator.ts";
import type { Shape } from "../graph/shape.ts";
import { instructionsOf } from "./length.ts";
import type { Place } from "./place.ts";
import type { MapStep, NumberFunction, Operand, Step } from "./steps.ts";
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
    f: NumberFunction | undefined,
    attrs: Node["attrs"],
    shape: Shape,
    sources: readonly (Source | number)[],
    target: Place,
    after = -1,
  ): number {
    const key = shape.join();
    // Odd rows end with a number by itself, for which all is written once more.
    const times = shape.at(-1)! % 2 === 1 ? 2 : 1;
    const cost = times * (instructionsOf(f, attrs, sources.length, this.absorbs) + 1);
    // Where a function that shares work is applied to the same operand, or else in the latest map.
    const sharing = sharingKey(f, sources, key);
    let step = sharing === undefined ? undefined : this.sharing.get(sharing);
    if (step === undefined || !this.fits(step, sources, cost, after)) step = this.latest.get(key);
    if (step === undefined || !this.fits(step, sources, cost, after)) {
      step = this.push({ kind: "map", shape, members: [] });
      this.latest.set(key, step);
    }
    if (sharing !== undefined) this.sharing.set(sharing, step);
    const operands: Operand[] = [];
    // Each tensor may be walked by pointers of its own, and a function has 50,000 local variables at most.
    let walked = target.root === slot ? 0 : 1;
    for (const source of sources) {
      const operand = this.operandOf(source, step);
      if (operand.kind === "memory") walked++;
      operands.push(operand);
    }
    this.instructions[step]! += cost + walked * (times * instructionsPerAccess + shape.length);
    (this.steps[step] as MapStep).members.push({ slot, f, attrs, operands, target });
    if (slot < 0) this.values.touch(target.root, step);
    return step;
  }

  private fits(step: number, sources: readonly (Source | number)[], cost: number, after: number): boolean {
    const most = cost + sources.length * instructionsPerAccess;
    if (step <= after || this.instructions[step]! + most > instructionsPerStepMax) return false;
    for (const source of sources) if (!this.isReady(source, step)) return false;
    return true;
  }

  private operandOf(source: Source | number, step: number): Operand {
    if (typeof source === "number") return { kind: "number", value: source };
    const { slot, place } = source;
    if (slot < 0) return { kind: "memory", place: place! };
    const number = this.values.numbers[slot];
    if (number !== undefined) return { kind: "number", value: number };
    if (this.isDirect(source, step)) return { kind: "member", index: this.values.memberOf[slot]! };
    const lies = this.values.read(slot, step);
    return { kind: "memory", place: place ?? lies };
  }

  private isReady(source: Source | number, step: number): boolean {
    if (typeof source === "number" || source.slot < 0) return true;
    const { numbers, stepOf } = this.values;
    return numbers[source.slot] !== undefined || stepOf[source.slot]! < step || this.isDirect(source, step);
  }

  private isDirect({ slot, place }: Source, step: number): boolean {
    return !place && this.values.memberOf[slot]! >= 0 && this.values.stepOf[slot] === step;
  }
}

/** Names the operand of a function that shares work with others. */
function sharingKey(
  f: NumberFunction | undefined,
  [source]: readonly (Source | number)[],
  key: string,
): string | undefined {
  const family = typeof f?.lower === "string" ? familyOf.get(f.lower) : undefined;
  return family && typeof source === "object" ? `${source.slot}|${family}|${key}` : undefined;
}
