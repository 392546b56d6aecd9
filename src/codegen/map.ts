import type { Lanes, LaneWriter } from "./lanes.ts";
import { Nest, type Walked } from "./nest.ts";
import type { MapStep, Member, Operand } from "./steps.ts";
import type { Writing } from "./writing.ts";

/** Writes the function of a map step; gives the number of rounds of its outermost loop. */
export function writeMap(writing: Writing, { shape, members }: MapStep, w: LaneWriter): number {
  const walked: Walked[] = [];
  const loads = new Map<string, number>();
  /** By member, the walked tensors of its operands, and of its target where that is stored. */
  const reads = members.map(({ operands }) =>
    operands.map((operand) => {
      if (operand.kind !== "memory") return -1;
      const { root, offset, strides } = operand.place;
      const key = `${root}|${offset}|${strides}`;
      let index = loads.get(key);
      if (index === undefined) {
        index = walked.push(writing.walked(operand.place)) - 1;
        loads.set(key, index);
      }
      return index;
    }),
  );
  const stores = members.map(({ slot, target }) =>
    slot < 0 || writing.isStored(slot) ? walked.push(writing.walked(target)) - 1 : -1,
  );
  const nest = new Nest(w, shape, walked);
  // A part of a tensor has neighbours, which nothing may be stored over.
  const isExact = members.some(({ slot, target }, m) => stores[m]! >= 0 && target.root !== slot);
  nest.write(isExact, (isSingle) => new MapBody(writing, w, nest, members, reads, stores, isSingle).write());
  return nest.rounds;
}

/** The straight-line code of a map for two numbers, or for one. */
class MapBody {
  private readonly values = new Map<string, { lanes: Lanes; uses: number }>();
  private readonly uses = new Map<string, number>();
  /** Which functions are applied to an operand, and results that a shared computation has given already. */
  private readonly applied = new Map<string, Set<string>>();
  private readonly given = new Map<string, Lanes>();
  private readonly writing: Writing;
  private readonly w: LaneWriter;
  private readonly nest: Nest;
  private readonly members: readonly Member[];
  private readonly reads: readonly (readonly number[])[];
  private readonly stores: readonly number[];
  private readonly isSingle: boolean;

  constructor(
    writing: Writing,
    w: LaneWriter,
    nest: Nest,
    members: readonly Member[],
    reads: readonly (readonly number[])[],
    stores: readonly number[],
    isSingle: boolean,
  ) {
    this.writing = writing;
    this.w = w;
    this.nest = nest;
    this.members = members;
    this.reads = reads;
    this.stores = stores;
    this.isSingle = isSingle;
    members.forEach(({ op, operands }, m) => {
      operands.forEach((operand, i) => {
        const key = this.keyOf(m, operand, i);
        this.uses.set(key, (this.uses.get(key) ?? 0) + 1);
      });
      if (typeof op?.lower !== "string" || operands.length !== 1) return;
      const key = this.keyOf(m, operands[0]!, 0);
      const names = this.applied.get(key) ?? new Set();
      this.applied.set(key, names.add(op.lower));
    });
  }

  write(): void {
    this.members.forEach((member, m) => {
      const { slot, operands } = member;
      const lanes = operands.map((operand, i) => this.valueOf(m, operand, i));
      let value = this.compute(m, member, lanes);
      if (lanes.includes(value)) {
        // Two names for one local variable would let it go twice.
        this.w.code.get(value);
        value = this.w.keep();
      }
      operands.forEach((operand, i) => {
        this.letGo(m, operand, i, lanes[i]!);
      });
      if (this.stores[m]! >= 0) this.nest.store(this.stores[m]!, value, this.isSingle);
      const uses = this.uses.get(`m${slot}`) ?? 0;
      if (slot >= 0 && uses > 0) this.values.set(`m${slot}`, { lanes: value, uses });
      else this.w.release(value);
    });
  }

  private compute(m: number, { op, attrs, operands }: Member, lanes: readonly Lanes[]): Lanes {
    const { w, writing } = this;
    if (!op) return lanes[0]!;
    const { lower } = op;
    if (typeof lower === "function") return w.scope(() => [lower(w, lanes, attrs)])[0]!;
    if (lower === undefined || !writing.library.has(lower)) {
      return writing.callback(w, op, attrs, lanes);
    }
    if (operands.length !== 1) return w.call(lower, lanes)[0]!;
    const key = this.keyOf(m, operands[0]!, 0);
    const known = this.given.get(`${lower}|${key}`);
    if (known !== undefined) {
      this.given.delete(`${lower}|${key}`);
      return known;
    }
    const pair = writing.library.sharing(lower, this.applied.get(key)!);
    if (!pair) return w.call(lower, lanes)[0]!;
    const results = w.call(pair.name, lanes, pair.results);
    let wanted = results[0]!;
    pair.parts!.forEach((part, i) => {
      if (part === lower) wanted = results[i]!;
      else if (this.applied.get(key)!.has(part)) this.given.set(`${part}|${key}`, results[i]!);
      else w.release(results[i]!);
    });
    this.applied.get(key)!.delete(lower);
    return wanted;
  }

  private valueOf(m: number, operand: Operand, i: number): Lanes {
    if (operand.kind === "number") return this.w.constant(operand.value);
    const key = this.keyOf(m, operand, i);
    const known = this.values.get(key);
    if (known) return known.lanes;
    const lanes = this.nest.load(this.reads[m]![i]!, this.isSingle);
    this.values.set(key, { lanes, uses: this.uses.get(key)! });
    return lanes;
  }

  private letGo(m: number, operand: Operand, i: number, lanes: Lanes): void {
    if (operand.kind === "number") {
      this.w.release(lanes);
      return;
    }
    const key = this.keyOf(m, operand, i);
    const value = this.values.get(key)!;
    if (--value.uses > 0) return;
    this.values.delete(key);
    this.w.release(lanes);
  }

  private keyOf(m: number, operand: Operand, i: number): string {
    if (operand.kind === "member") return `m${operand.slot}`;
    if (operand.kind === "memory") return `r${this.reads[m]![i]}`;
    return Object.is(operand.value, -0) ? "n-0" : `n${operand.value}`;
  }
}
