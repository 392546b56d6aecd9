import type { Machine } from "../graph/lowering.ts";
import { Code, type Plain, type ValueType } from "../wasm/index.ts";

/** A vector of two float64 numbers, or of two 64-bit integers or masks, while code runs: the local variable it is in. */
export type Lanes = number;

/**
 * Writes code that computes with vectors of two lanes, one instruction a call. Each result is a local variable of its
 * own until it is released.
 *
 * Masks have all bits of a lane set or none.
 */
export class LaneWriter implements Machine {
  readonly code: Code;
  readonly absorbs: boolean;
  private readonly parameters: number;
  private readonly localTypes: ValueType[] = [];
  private readonly free: Lanes[] = [];
  private readonly scopes: Lanes[][] = [];
  private readonly isFused: boolean;
  private readonly callee: (name: string, operands: number) => number;
  private readonly global: ((bits: bigint) => number) | undefined;

  /**
   * Locals are numbered after `parameters`. `isFused` allows `madd` to round once where the machine can, `absorbs` says
   * what zero does in derivatives; `callee` gives the index of another vector function. `global` gives the index of a
   * global variable for a constant; without it constants are written where they are used, which is slower.
   */
  constructor(
    parameters: number,
    callee: (name: string, operands: number) => number,
    {
      isFused = true,
      absorbs = false,
      code = new Code(),
      global,
    }: { isFused?: boolean; absorbs?: boolean; code?: Code; global?: (bits: bigint) => number } = {},
  ) {
    this.code = code;
    this.absorbs = absorbs;
    this.parameters = parameters;
    this.callee = callee;
    this.isFused = isFused;
    this.global = global;
  }

  /** The local variables beside the parameters, for the function's header. */
  get locals(): [count: number, type: ValueType][] {
    const runs: [number, ValueType][] = [];
    for (const type of this.localTypes) {
      const last = runs.at(-1);
      if (last?.[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    return runs;
  }

  /** A local variable that no value is in. */
  fresh(type: ValueType = "v128"): Lanes {
    const local = (type === "v128" ? this.free.pop() : undefined) ?? this.parameters + this.localTypes.push(type) - 1;
    if (type === "v128") this.scopes.at(-1)?.push(local);
    return local;
  }

  /** Lets the local variable of a value serve another. */
  release(value: Lanes): void {
    this.free.push(value);
  }

  /** Writes code whose intermediate values nobody needs afterwards; gives the results. */
  scope(write: () => readonly Lanes[]): readonly Lanes[] {
    const made: Lanes[] = [];
    this.scopes.push(made);
    const results = write();
    this.scopes.pop();
    const outer = this.scopes.at(-1);
    for (const local of made) {
      if (results.includes(local)) outer?.push(local);
      else this.free.push(local);
    }
    return results;
  }

  /** The same number in both lanes. */
  constant(x: number): Lanes {
    return this.bits(bitsOf(x));
  }

  /** The same 64 bits in both lanes. */
  bits(x: bigint): Lanes {
    if (this.global) this.code.global("global.get", this.global(BigInt.asIntN(64, x)));
    else this.code.i64x2(x);
    return this.keep();
  }

  add(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.add", a, b);
  }

  sub(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.sub", a, b);
  }

  mul(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.mul", a, b);
  }

  div(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.div", a, b);
  }

  /** a·b + c, rounded once or twice: what needs it to be exact must not use it. */
  madd(a: Lanes, b: Lanes, c: Lanes): Lanes {
    if (!this.isFused) return this.add(this.mul(a, b), c);
    this.code.get(a).get(b).get(c).op("f64x2.relaxed_madd");
    return this.keep();
  }

  neg(a: Lanes): Lanes {
    return this.unary("f64x2.neg", a);
  }

  abs(a: Lanes): Lanes {
    return this.unary("f64x2.abs", a);
  }

  sqrt(a: Lanes): Lanes {
    return this.unary("f64x2.sqrt", a);
  }

  /** The nearest integer, halves to even. */
  nearest(a: Lanes): Lanes {
    return this.unary("f64x2.nearest", a);
  }

  floor(a: Lanes): Lanes {
    return this.unary("f64x2.floor", a);
  }

  ceil(a: Lanes): Lanes {
    return this.unary("f64x2.ceil", a);
  }

  trunc(a: Lanes): Lanes {
    return this.unary("f64x2.trunc", a);
  }

  /** The smaller; NaN where either is, and −0 below 0. */
  min(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.min", a, b);
  }

  /** The larger; NaN where either is, and 0 above −0. */
  max(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.max", a, b);
  }

  /** b where a < b, else a, also where either is NaN: one instruction, while `max` takes several. */
  quickMax(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.pmax", a, b);
  }

  /** Masks of comparisons. */
  eq(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.eq", a, b);
  }

  ne(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.ne", a, b);
  }

  lt(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.lt", a, b);
  }

  le(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.le", a, b);
  }

  gt(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.gt", a, b);
  }

  ge(a: Lanes, b: Lanes): Lanes {
    return this.binary("f64x2.ge", a, b);
  }

  and(a: Lanes, b: Lanes): Lanes {
    return this.binary("v128.and", a, b);
  }

  or(a: Lanes, b: Lanes): Lanes {
    return this.binary("v128.or", a, b);
  }

  xor(a: Lanes, b: Lanes): Lanes {
    return this.binary("v128.xor", a, b);
  }

  /** a and not b. */
  andNot(a: Lanes, b: Lanes): Lanes {
    return this.binary("v128.andnot", a, b);
  }

  not(a: Lanes): Lanes {
    return this.unary("v128.not", a);
  }

  /** Lanes of `yes` where the mask is set, of `no` elsewhere. */
  select(mask: Lanes, yes: Lanes, no: Lanes): Lanes {
    this.code.get(yes).get(no).get(mask).op("v128.bitselect");
    return this.keep();
  }

  /** Arithmetic on the lanes as 64-bit integers. */
  addBits(a: Lanes, b: Lanes): Lanes {
    return this.binary("i64x2.add", a, b);
  }

  subBits(a: Lanes, b: Lanes): Lanes {
    return this.binary("i64x2.sub", a, b);
  }

  gtBits(a: Lanes, b: Lanes): Lanes {
    return this.binary("i64x2.gt_s", a, b);
  }

  eqBits(a: Lanes, b: Lanes): Lanes {
    return this.binary("i64x2.eq", a, b);
  }

  shiftLeft(a: Lanes, bits: number): Lanes {
    return this.shift("i64x2.shl", a, bits);
  }

  shiftRight(a: Lanes, bits: number): Lanes {
    return this.shift("i64x2.shr_u", a, bits);
  }

  /** Runs `rare` when the mask is set in any lane, else `usual`; both give as many values. */
  whenAny(mask: Lanes, rare: () => readonly Lanes[], usual: () => readonly Lanes[]): readonly Lanes[] {
    this.code.get(mask).op("v128.any_true").block("if");
    const inRare = rare();
    const results = inRare.map(() => this.fresh());
    inRare.forEach((value, i) => {
      this.code.get(value).set(results[i]!);
    });
    this.code.op("else");
    usual().forEach((value, i) => {
      this.code.get(value).set(results[i]!);
    });
    this.code.end();
    return results;
  }

  /** Calls another function of the library by its name. */
  call(name: string, operands: readonly Lanes[], results = 1): readonly Lanes[] {
    for (const operand of operands) this.code.get(operand);
    this.code.call(this.callee(name, operands.length));
    const values = Array.from({ length: results }, () => this.fresh());
    for (const value of values.toReversed()) this.code.set(value);
    return values;
  }

  /** One lane as a number, left on the stack. */
  extract(a: Lanes, lane: 0 | 1): this {
    this.code.get(a).lane("f64x2.extract_lane", lane);
    return this;
  }

  /** Takes what is on the stack. */
  keep(): Lanes {
    const local = this.fresh();
    this.code.set(local);
    return local;
  }

  unary(name: Plain, a: Lanes): Lanes {
    this.code.get(a).op(name);
    return this.keep();
  }

  binary(name: Plain, a: Lanes, b: Lanes): Lanes {
    this.code.get(a).get(b).op(name);
    return this.keep();
  }

  private shift(name: Plain, a: Lanes, bits: number): Lanes {
    this.code.get(a).i32(bits).op(name);
    return this.keep();
  }
}

const oneNumber = new Float64Array(1);
const itsBits = new BigInt64Array(oneNumber.buffer);

function bitsOf(x: number): bigint {
  oneNumber[0] = x;
  return itsBits[0]!;
}
