import { sameShape } from "../graph/shape.ts";
import type { Lanes, LaneWriter } from "./lanes.ts";
import { Nest, stepParameters, type Walked } from "./nest.ts";
import type { Place } from "./place.ts";
import type { MapStep, Member, NumberFunction, Operand } from "./steps.ts";
import type { Writing } from "./writing.ts";

const alignment = 3;

/** Writes the function of a map step; gives the number of rounds of its outermost loop. */
export function writeMap(writing: Writing, { shape, members }: MapStep, w: LaneWriter): number {
  const walked: Walked[] = [];
  const reads = new Reads(writing, walked);
  const values = valuesOf(members, reads);
  const stores = new Int32Array(members.length).fill(-1);
  for (const [m, { slot, target }] of members.entries()) {
    if (slot < 0 || writing.isStored(slot)) stores[m] = walked.push(writing.walked(target)) - 1;
  }
  const nest = new Nest(w, shape, walked);
  // A part of a tensor, and what is made in place, has neighbours, which nothing may be stored over.
  const isExact = members.some(
    ({ slot, target }, m) => stores[m]! >= 0 && (target.root !== slot || writing.exact.has(slot)),
  );
  nest.write(isExact, (isSingle) => new MapBody(writing, w, nest, members, values, stores, isSingle).write());
  return nest.rounds;
}

/** The tensors that a map reads, each place once. */
class Reads {
  private readonly writing: Writing;
  private readonly walked: Walked[];
  private readonly byStart = new Map<number, { strides: readonly number[]; index: number }[]>();

  constructor(writing: Writing, walked: Walked[]) {
    this.writing = writing;
    this.walked = walked;
  }

  indexOf(place: Place): number {
    const { root, offset, strides } = place;
    // Distinct for all offsets that memory has room for.
    const start = root * 2 ** 31 + offset;
    let known = this.byStart.get(start);
    if (!known) {
      known = [];
      this.byStart.set(start, known);
    }
    for (const entry of known) if (sameShape(entry.strides, strides)) return entry.index;
    const index = this.walked.push(this.writing.walked(place)) - 1;
    known.push({ strides, index });
    return index;
  }
}

/**
 * The values of a map, numbered: those of its members first, then what is read, then numbers. Operands of all members lie
 * end to end.
 */
interface Values {
  readonly count: number;
  /** By member, where its operands begin, and one more for the end. */
  readonly starts: Int32Array;
  readonly operands: Int32Array;
  readonly uses: Int32Array;
  /** The tensor that holds the value after the members' own. */
  readonly tensors: readonly number[];
  /** By value, the functions of the library that are applied to it alone. */
  readonly applied: ReadonlyMap<number, ReadonlySet<string>>;
}

function valuesOf(members: readonly Member[], reads: Reads): Values {
  const starts = new Int32Array(members.length + 1);
  for (const [m, { operands }] of members.entries()) starts[m + 1] = starts[m]! + operands.length;
  const all = new Int32Array(starts[members.length]!);
  const tensors: number[] = [];
  const valueOfTensor = new Map<number, number>();
  let at = 0;
  for (const { operands } of members) {
    for (const operand of operands) {
      if (operand.kind === "member") {
        all[at++] = operand.index;
        continue;
      }
      const tensor = operand.kind === "memory" ? reads.indexOf(operand.place) : -1;
      let value = tensor >= 0 ? valueOfTensor.get(tensor) : undefined;
      if (value === undefined) {
        value = members.length + tensors.push(tensor) - 1;
        if (tensor >= 0) valueOfTensor.set(tensor, value);
      }
      all[at++] = value;
    }
  }
  const count = members.length + tensors.length;
  const uses = new Int32Array(count);
  for (const value of all) uses[value]!++;
  const applied = new Map<number, Set<string>>();
  for (const [m, { f, operands }] of members.entries()) {
    if (typeof f?.lower !== "string" || operands.length !== 1) continue;
    const value = all[starts[m]!]!;
    const names = applied.get(value);
    if (names) names.add(f.lower);
    else applied.set(value, new Set([f.lower]));
  }
  return { count, starts, operands: all, uses, tensors, applied };
}

/** The straight-line code of a map for two numbers, or for one. */
class MapBody {
  private readonly writing: Writing;
  private readonly w: LaneWriter;
  private readonly nest: Nest;
  private readonly members: readonly Member[];
  private readonly values: Values;
  private readonly stores: Int32Array;
  private readonly isSingle: boolean;
  /** By value, the local variable it is in, −1 while there is none, and how many operands are still to come. */
  private readonly locals: Int32Array;
  private readonly uses: Int32Array;
  /** Functions of a value that are still to be applied, and results that a shared computation has given already. */
  private readonly wanted = new Map<number, Set<string>>();
  private readonly given = new Map<number, Map<string, Lanes>>();

  constructor(
    writing: Writing,
    w: LaneWriter,
    nest: Nest,
    members: readonly Member[],
    values: Values,
    stores: Int32Array,
    isSingle: boolean,
  ) {
    this.writing = writing;
    this.w = w;
    this.nest = nest;
    this.members = members;
    this.values = values;
    this.stores = stores;
    this.isSingle = isSingle;
    this.locals = new Int32Array(values.count).fill(-1);
    this.uses = values.uses.slice();
    for (const [value, names] of values.applied) this.wanted.set(value, new Set(names));
  }

  write(): void {
    const { members, values, stores, w } = this;
    for (let m = 0; m < members.length; m++) {
      const member = members[m]!;
      const first = values.starts[m]!;
      const lanes = member.operands.map((operand, i) => this.lanesOf(values.operands[first + i]!, operand));
      let value = this.compute(values.operands[first]!, member, lanes);
      if (lanes.includes(value)) {
        // Two names for one local variable would let it go twice.
        w.code.get(value);
        value = w.keep();
      }
      if (this.writing.heard !== undefined && member.f?.absorbs?.(member.attrs)) {
        this.hear(this.writing.heard, member.f, member.attrs, lanes, value);
      }
      for (let i = 0; i < lanes.length; i++) this.letGo(values.operands[first + i]!);
      if (stores[m]! >= 0) this.nest.store(stores[m]!, value, this.isSingle);
      if (this.uses[m]! > 0) this.locals[m] = value;
      else w.release(value);
    }
  }

  /** Notes whether a zero absorbed a factor that is infinite or NaN; or a divisor that is 0, where that gives infinity. */
  private hear(
    byte: number,
    { scalar }: NumberFunction,
    attrs: Member["attrs"],
    lanes: readonly Lanes[],
    value: Lanes,
  ): void {
    const { w } = this;
    w.scope(() => {
      const [t, p] = lanes as [Lanes, Lanes];
      const zero = w.constant(0);
      const isExtreme = w.or(w.ne(w.sub(t, t), zero), w.ne(w.sub(p, p), zero));
      const isQuotient = !Number.isFinite(scalar(attrs)(1, 0));
      const isAbsorbed = w.and(w.eq(value, zero), isQuotient ? w.or(isExtreme, w.eq(p, zero)) : isExtreme);
      const { base } = stepParameters;
      w.code.get(base).get(base).memory("v128.load", byte, alignment).get(isAbsorbed).op("v128.or");
      w.code.memory("v128.store", byte, alignment);
      return [];
    });
  }

  private compute(operand: number, { f, attrs }: Member, lanes: readonly Lanes[]): Lanes {
    const { w, writing } = this;
    if (!f) return lanes[0]!;
    const { lower } = f;
    if (typeof lower === "function") return w.scope(() => [lower(w, lanes, attrs)])[0]!;
    if (lower === undefined || !writing.library.has(lower)) return writing.callback(w, f, attrs, lanes);
    if (lanes.length !== 1) return w.call(lower, lanes)[0]!;
    const known = this.given.get(operand)?.get(lower);
    if (known !== undefined) {
      this.given.get(operand)!.delete(lower);
      return known;
    }
    const wanted = this.wanted.get(operand)!;
    const pair = writing.library.sharing(lower, wanted);
    if (!pair) return w.call(lower, lanes)[0]!;
    const results = w.call(pair.name, lanes, pair.results);
    const given = this.given.get(operand) ?? new Map<string, Lanes>();
    let value = results[0]!;
    pair.parts!.forEach((part, i) => {
      if (part === lower) value = results[i]!;
      else if (wanted.has(part)) given.set(part, results[i]!);
      else w.release(results[i]!);
    });
    this.given.set(operand, given);
    wanted.delete(lower);
    return value;
  }

  private lanesOf(value: number, operand: Operand): Lanes {
    const known = this.locals[value]!;
    if (known >= 0) return known;
    const lanes =
      operand.kind === "number"
        ? this.w.constant(operand.value)
        : this.nest.load(this.values.tensors[value - this.members.length]!, this.isSingle);
    this.locals[value] = lanes;
    return lanes;
  }

  private letGo(value: number): void {
    if (--this.uses[value]! > 0) return;
    this.w.release(this.locals[value]!);
    this.locals[value] = -1;
  }
}
