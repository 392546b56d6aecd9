/**
 * Tells whose turn it is, by the cost of what each tenant has had: next is who has had least. Who comes anew counts as
 * having had as much as the one whose turn it was last, so that nobody saves up turns; what was more than that stays a debt.
 */
export class Shares {
  private readonly had = new Map<string, number>();
  /** What the last whose turn it was had had before it. */
  private level = 0;

  /** Tenants that are remembered. */
  get size(): number {
    return this.had.size;
  }

  /** Of those that wait, the one whose turn it is; of several the first. */
  next(waiting: Iterable<string>): string | undefined {
    let next: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const tenant of waiting) {
      const had = this.of(tenant);
      if (had >= least) continue;
      next = tenant;
      least = had;
    }
    return next;
  }

  /** Notes that it is the turn of a tenant. */
  begin(tenant: string): void {
    this.level = this.of(tenant);
  }

  /** Counts what a turn costs; less than nothing, where it cost less than was counted before. */
  charge(tenant: string, cost: number): void {
    this.had.set(tenant, this.of(tenant) + cost);
    if (this.had.size <= keptMax) return;
    for (const [each, had] of this.had) if (had <= this.level) this.had.delete(each);
  }

  /** By how much a tenant has had more than the one whose turn it was last. */
  debt(tenant: string): number {
    return this.of(tenant) - this.level;
  }

  private of(tenant: string): number {
    return Math.max(this.level, this.had.get(tenant) ?? 0);
  }
}

/** What waits of each tenant, in the order in which it came, and whose turn it is by what theirs cost. */
export class FairQueue<Item> {
  private readonly waiting = new Map<string, Item[]>();
  private readonly shares = new Shares();

  /** Tenants of which something waits. */
  get tenants(): number {
    return this.waiting.size;
  }

  add(tenant: string, item: Item): void {
    const items = this.waiting.get(tenant);
    if (items) items.push(item);
    else this.waiting.set(tenant, [item]);
  }

  /** Takes the next out, whose cost is to be charged once it is known. */
  take(): { readonly tenant: string; readonly item: Item } | undefined {
    const tenant = this.shares.next(this.waiting.keys());
    if (tenant === undefined) return undefined;
    const items = this.waiting.get(tenant)!;
    const item = items.shift()!;
    if (items.length === 0) this.waiting.delete(tenant);
    this.shares.begin(tenant);
    return { tenant, item };
  }

  /** Counts what something of a tenant's cost. */
  charge(tenant: string, cost: number): void {
    this.shares.charge(tenant, cost);
  }
}

/** Beyond so many, those without debts are forgotten. */
const keptMax = 1000;
