import { Code } from "../../../wasm/index.ts";

// Code for rows of matrices: their products with a vector, and rotations of neighbours.

/** Functions that take addresses, counts and steps in bytes. */
export interface RowFunction {
  readonly parameters: number;
  readonly locals: readonly (readonly [count: number, type: "i32" | "v128"])[];
  readonly code: Code;
}

/**
 * `(y, a, x, row, k)`: the products of `rows` rows of A, `row` bytes apart, with k numbers of x, added to y, whose
 * numbers lie one after the other.
 */
export function dotCode(rows: number): RowFunction {
  const [y, a, x, row, k] = [0, 1, 2, 3, 4];
  const pointers = 5;
  const sums = pointers + rows;
  const [shared, own] = [sums + rows, sums + rows + 1];
  const code = new Code();
  for (let r = 0; r < rows; r++) {
    code.get(r === 0 ? a : pointers + r - 1);
    if (r > 0) code.get(row).op("i32.add");
    code.set(pointers + r);
    code.f64x2(0).set(sums + r);
  }
  for (const width of [2, 1]) {
    const load = () => code.memory(width === 2 ? "v128.load" : "v128.load64_zero");
    code.block("block").block("loop");
    code.get(k).i32(width).op("i32.lt_s").branch("br_if", 1);
    code.get(x);
    load();
    code.set(shared);
    for (let r = 0; r < rows; r++) {
      code.get(pointers + r);
      load();
      code.set(own);
      code
        .get(shared)
        .get(own)
        .get(sums + r)
        .op("f64x2.relaxed_madd")
        .set(sums + r);
      advance(code, pointers + r, 8 * width);
    }
    advance(code, x, 8 * width);
    code.get(k).i32(width).op("i32.sub").set(k);
    code.branch("br", 0).end().end();
  }
  for (let r = 0; r < rows; r++) {
    const sum = sums + r;
    // Both halves of the sum, and what is there.
    code.get(y).get(y).memory("v128.load64_zero");
    code.get(sum).op("f64x2.add").set(own);
    code.get(sum).get(sum).shuffle(halvesExchanged).get(own).op("f64x2.add");
    code.memoryLane("v128.store64_lane", 0);
    advance(code, y, 8);
  }
  return {
    locals: [
      [rows, "i32"],
      [rows + 2, "v128"],
    ],
    parameters: 5,
    code,
  };
}

const halvesExchanged = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

/**
 * `(first, step, turns, count, columns)`: rotates a row and its neighbour `step` bytes on, then that one and the next,
 * `count` times, by the cosines and sines at `turns`: x and y become c x + s y and c y − s x.
 */
export function sweepCode(): RowFunction {
  const [first, step, turns, count, columns] = [0, 1, 2, 3, 4];
  const [at, turn, left] = [5, 6, 7];
  const vectors = 8;
  const code = new Code();
  for (const width of [4, 2, 1]) {
    const parts = Math.ceil(width / 2);
    const [carried, next, cosine, sine] = [vectors, vectors + 2, vectors + 4, vectors + 5];
    const load = (part: number) =>
      width === 1 ? code.memory("v128.load64_zero") : code.memory("v128.load", 16 * part, 3);
    const store = (part: number) =>
      width === 1 ? code.memoryLane("v128.store64_lane", 0) : code.memory("v128.store", 16 * part, 3);
    code.block("block").block("loop");
    code.get(columns).i32(width).op("i32.lt_s").branch("br_if", 1);
    code.get(first).set(at).get(turns).set(turn).get(count).set(left);
    for (let part = 0; part < parts; part++) {
      code.get(at);
      load(part);
      code.set(carried + part);
    }
    code.block("loop");
    code.get(turn).memory("v128.load64_splat").set(cosine);
    code.get(turn).memory("v128.load64_splat", 8, 3).set(sine);
    for (let part = 0; part < parts; part++) {
      code.get(at).get(step).op("i32.add");
      load(part);
      code.set(next + part);
      code.get(at);
      code
        .get(sine)
        .get(next + part)
        .get(cosine)
        .get(carried + part)
        .op("f64x2.mul")
        .op("f64x2.relaxed_madd");
      store(part);
      code
        .get(sine)
        .get(carried + part)
        .get(cosine)
        .get(next + part)
        .op("f64x2.mul")
        .op("f64x2.relaxed_nmadd")
        .set(carried + part);
    }
    code.get(at).get(step).op("i32.add").set(at);
    advance(code, turn, 16);
    code.get(left).i32(1).op("i32.sub").tee(left).branch("br_if", 0).end();
    for (let part = 0; part < parts; part++) {
      code.get(at).get(carried + part);
      store(part);
    }
    advance(code, first, 8 * width);
    code.get(columns).i32(width).op("i32.sub").set(columns);
    code.branch("br", 0).end().end();
  }
  return {
    locals: [
      [3, "i32"],
      [6, "v128"],
    ],
    parameters: 5,
    code,
  };
}

function advance(code: Code, pointer: number, bytes: number): void {
  code.get(pointer).i32(bytes).op("i32.add").set(pointer);
}
