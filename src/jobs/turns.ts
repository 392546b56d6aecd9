import { type Priority, priorities } from "./model.ts";

/** A tenant's work of one priority that waits. */
export interface Waiting {
  readonly tenant: string;
  readonly priority: Priority;
}

/**
 * Whose turn it is: among the tenants of one priority each in turn; of five turns the higher priority has four while
 * lower ones wait.
 */
export class Turns {
  private count = 0;
  private readonly last = new Map<string, number>();

  /** Chooses among what waits; undefined where nothing does. */
  next(waiting: readonly Waiting[]): Waiting | undefined {
    const present = priorities.filter((priority) => waiting.some((one) => one.priority === priority));
    if (present.length === 0) return undefined;
    this.count++;
    // The highest first; every fifth turn goes one further down, and every fifth of those another.
    let at = present.length - 1;
    for (let turn = this.count; at > 0 && turn % turnsOfFive === 0; turn /= turnsOfFive) at--;
    const priority = present[at]!;
    const candidates = waiting.filter((one) => one.priority === priority);
    const chosen = candidates.reduce((a, b) => (this.lastOf(b) < this.lastOf(a) ? b : a));
    this.last.set(keyOf(chosen), this.count);
    if (this.last.size > tenantsMax) this.last.delete(this.last.keys().next().value!);
    return chosen;
  }

  private lastOf(waiting: Waiting): number {
    return this.last.get(keyOf(waiting)) ?? 0;
  }
}

const turnsOfFive = 5;
const tenantsMax = 10_000;

function keyOf({ tenant, priority }: Waiting): string {
  return `${priority} ${tenant}`;
}
