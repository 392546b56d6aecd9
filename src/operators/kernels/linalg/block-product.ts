import { Code, Module } from "../../../wasm/index.ts";
import { dotCode, type RowFunction, sweepCode } from "./row-code.ts";

/** Where a block of a row-major matrix begins, in numbers, and how far its rows are apart. */
export interface Block {
  readonly at: number;
  readonly row: number;
}

/** Numbers that kernels work on, and the product of blocks of them as code. */
export interface Workspace {
  readonly data: Float64Array;
  /** C + A B, or C - A B, in place, for A of m × k and B of k × n. */
  readonly product: (c: Block, a: Block, b: Block, m: number, n: number, k: number, isSubtracted: boolean) => void;
  /** y + A x in place, for A of m × k and numbers that begin at y and x. */
  readonly dots: (y: number, a: Block, x: number, m: number, k: number) => void;
  /**
   * Rotates a row that begins at `first` and the next one, `step` numbers on, then that and the next, so many times, by
   * cosines and sines in turn at `turns`: x and y become c x + s y and c y − s x.
   */
  readonly sweep: (first: number, step: number, turns: number, count: number, columns: number) => void;
}

/**
 * Zeroed-or-used room for so many numbers; whoever asks has to write what it reads. The room is the next caller's too:
 * kernels are done with it when they return.
 */
export function workspaceOf(numbers: number): Workspace {
  if (numbers * bytesPerNumber > sharedBytesMax) return new Room().atLeast(numbers);
  shared ??= new Room();
  return shared.atLeast(numbers);
}

const bytesPerNumber = 8;
const pageBytes = 65_536;
/** A larger room is let go when its caller is done. */
const sharedBytesMax = 2 ** 26;
const rowsAtOnce = 4;

type Strip = (...addressesAndSizes: number[]) => void;
type StripName = "add4" | "add1" | "sub4" | "sub1" | "dot4" | "dot1" | "sweep";

let module: WebAssembly.Module | undefined;
let shared: Room | undefined;

/** A memory with the functions that multiply in it. */
class Room {
  private readonly memory = new WebAssembly.Memory({ initial: 1, maximum: pageBytes });
  private readonly strips: Readonly<Record<string, Strip>>;
  private workspace: Workspace | undefined;

  constructor() {
    module ??= new WebAssembly.Module(moduleBytes());
    const { exports } = new WebAssembly.Instance(module, { memory: { memory: this.memory } });
    this.strips = exports as Record<string, Strip>;
  }

  atLeast(numbers: number): Workspace {
    const missing = numbers * bytesPerNumber - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageBytes));
    if (missing > 0 || !this.workspace) this.workspace = this.view();
    return this.workspace;
  }

  private view(): Workspace {
    const { add4, add1, sub4, sub1, dot4, dot1, sweep } = this.strips as Record<StripName, Strip>;
    return {
      data: new Float64Array(this.memory.buffer),
      product(c, a, b, m, n, k, isSubtracted) {
        if (n === 0 || k === 0) return;
        const [many, one] = isSubtracted ? [sub4, sub1] : [add4, add1];
        const [cRow, aRow, bRow] = [c.row * bytesPerNumber, a.row * bytesPerNumber, b.row * bytesPerNumber];
        const from = b.at * bytesPerNumber;
        let i = 0;
        for (; i + rowsAtOnce <= m; i += rowsAtOnce) {
          many(c.at * bytesPerNumber + i * cRow, a.at * bytesPerNumber + i * aRow, from, cRow, aRow, bRow, n, k);
        }
        for (; i < m; i++) {
          one(c.at * bytesPerNumber + i * cRow, a.at * bytesPerNumber + i * aRow, from, cRow, aRow, bRow, n, k);
        }
      },
      dots(y, a, x, m, k) {
        const [row, right] = [a.row * bytesPerNumber, x * bytesPerNumber];
        let i = 0;
        for (; i + rowsAtOnce <= m; i += rowsAtOnce) {
          dot4((y + i) * bytesPerNumber, a.at * bytesPerNumber + i * row, right, row, k);
        }
        for (; i < m; i++) dot1((y + i) * bytesPerNumber, a.at * bytesPerNumber + i * row, right, row, k);
      },
      sweep(first, step, turns, count, columns) {
        if (count === 0) return;
        sweep(first * bytesPerNumber, step * bytesPerNumber, turns * bytesPerNumber, count, columns);
      },
    };
  }
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const made = new Module();
  made.importMemory("memory", "memory", 1);
  for (const isSubtracted of [false, true]) {
    for (const rows of [rowsAtOnce, 1]) {
      const index = made.addFunction(["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"], []);
      const { locals, code } = stripCode(rows, isSubtracted);
      made.setBody(index, locals, code);
      made.exportFunction(`${isSubtracted ? "sub" : "add"}${rows}`, index);
    }
  }
  for (const rows of [rowsAtOnce, 1]) addRowFunction(made, `dot${rows}`, dotCode(rows));
  addRowFunction(made, "sweep", sweepCode());
  return made.finish();
}

function addRowFunction(made: Module, name: string, { parameters, locals, code }: RowFunction): void {
  const index = made.addFunction(
    Array.from({ length: parameters }, () => "i32" as const),
    [],
  );
  made.setBody(index, locals, code);
  made.exportFunction(name, index);
}

const [c, a, b, cRow, aRow, bRow, n, k] = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Some rows of C by all of its columns, four at a time, then two, then one; sums stay in registers. */
function stripCode(rows: number, isSubtracted: boolean) {
  const code = new Code();
  const [pb, term] = [8, 9];
  const pointers = 10;
  const firstVector = pointers + rows;
  const vectors = 2 * rows + 3;
  const scratch = firstVector + 2 * rows;
  for (const width of [4, 2, 1]) {
    const columns = Math.ceil(width / 2);
    const isSingle = width === 1;
    const load = () => code.memory("v128.load64_zero");
    code.block("block").block("loop");
    code.get(n).i32(width).op("i32.lt_s").branch("br_if", 1);
    for (let v = 0; v < columns * rows; v++) code.f64x2(0).set(firstVector + v);
    code.get(b).set(pb);
    for (let r = 0; r < rows; r++) {
      if (r === 0) code.get(a);
      else
        code
          .get(pointers + r - 1)
          .get(aRow)
          .op("i32.add");
      code.set(pointers + r);
    }
    code.get(k).set(term);
    code.block("loop");
    for (let v = 0; v < columns; v++) {
      code.get(pb);
      if (isSingle) load();
      else code.memory("v128.load", 16 * v, 3);
      code.set(scratch + v);
    }
    for (let r = 0; r < rows; r++) {
      code
        .get(pointers + r)
        .memory("v128.load64_splat")
        .set(scratch + 2);
      code
        .get(pointers + r)
        .i32(8)
        .op("i32.add")
        .set(pointers + r);
      for (let v = 0; v < columns; v++) {
        const sum = firstVector + r * columns + v;
        code
          .get(scratch + 2)
          .get(scratch + v)
          .get(sum)
          .op("f64x2.relaxed_madd")
          .set(sum);
      }
    }
    code.get(pb).get(bRow).op("i32.add").set(pb);
    code.get(term).i32(1).op("i32.sub").tee(term).branch("br_if", 0).end();
    code.get(c).set(pb);
    for (let r = 0; r < rows; r++) {
      for (let v = 0; v < columns; v++) {
        code.get(pb).get(pb);
        if (isSingle) load();
        else code.memory("v128.load", 16 * v, 3);
        code.get(firstVector + r * columns + v).op(isSubtracted ? "f64x2.sub" : "f64x2.add");
        if (isSingle) code.memoryLane("v128.store64_lane", 0);
        else code.memory("v128.store", 16 * v, 3);
      }
      if (r + 1 < rows) code.get(pb).get(cRow).op("i32.add").set(pb);
    }
    code
      .get(b)
      .i32(8 * width)
      .op("i32.add")
      .set(b);
    code
      .get(c)
      .i32(8 * width)
      .op("i32.add")
      .set(c);
    code.get(n).i32(width).op("i32.sub").set(n);
    code.branch("br", 0).end().end();
  }
  return {
    locals: [
      [2 + rows, "i32"],
      [vectors, "v128"],
    ] as const,
    code,
  };
}
