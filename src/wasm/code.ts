import { Bytes } from "./bytes.ts";
import * as table from "./opcodes.ts";

/** The instructions of one function, written in order. Methods return the code, so that calls can be chained. */
export class Code {
  private readonly bytes = new Bytes();
  private written = 0;

  /** The number of instructions so far. */
  get instructions(): number {
    return this.written;
  }

  /** An instruction without immediates. */
  op(name: table.Plain): this {
    return this.opcode(table.plain[name]);
  }

  /** An instruction on a local variable. */
  local(name: table.Local, index: number): this {
    this.opcode(table.local[name]).bytes.unsigned(index);
    return this;
  }

  get(index: number): this {
    return this.local("local.get", index);
  }

  set(index: number): this {
    return this.local("local.set", index);
  }

  tee(index: number): this {
    return this.local("local.tee", index);
  }

  /** An instruction on a global variable. */
  global(name: table.Global, index: number): this {
    this.opcode(table.global[name]).bytes.unsigned(index);
    return this;
  }

  /** Begins a block that leaves a value of `type`, or nothing; `end` ends it. */
  block(name: table.Block, type?: table.ValueType): this {
    this.opcode(table.block[name]).bytes.byte(type ? table.valueTypes[type] : 0x40);
    return this;
  }

  end(): this {
    return this.op("end");
  }

  /** A jump out of `depth` blocks, or to the start of a loop. */
  branch(name: table.Branch, depth: number): this {
    this.opcode(table.branch[name]).bytes.unsigned(depth);
    return this;
  }

  call(functionIndex: number): this {
    this.opcode(table.special.call).bytes.unsigned(functionIndex);
    return this;
  }

  i32(value: number): this {
    this.opcode(table.special["i32.const"]).bytes.signed(value);
    return this;
  }

  i64(value: bigint): this {
    this.opcode(table.special["i64.const"]).bytes.signed64(value);
    return this;
  }

  f64(value: number): this {
    this.opcode(table.special["f64.const"]).bytes.float64(value);
    return this;
  }

  /** Two numbers as one vector; the second is the first where it is absent. */
  f64x2(low: number, high = low): this {
    const { bytes } = this.opcode(table.special["v128.const"]);
    bytes.float64(low);
    bytes.float64(high);
    return this;
  }

  /** Two integers as one vector; the second is the first where it is absent. */
  i64x2(low: bigint, high = low): this {
    const { bytes } = this.opcode(table.special["v128.const"]);
    bytes.integer64(low);
    bytes.integer64(high);
    return this;
  }

  /** A load or store at the address on the stack plus `offset` bytes. */
  memory(name: table.Memory, offset = 0, alignment: number = table.memory[name][1]): this {
    const { bytes } = this.opcode(table.memory[name][0]);
    bytes.unsigned(alignment);
    bytes.unsigned(offset);
    return this;
  }

  /** A load or store of one lane. */
  memoryLane(name: table.MemoryLane, lane: number, offset = 0): this {
    const [code, alignment] = table.memoryLane[name];
    const { bytes } = this.opcode(code);
    bytes.unsigned(alignment);
    bytes.unsigned(offset);
    bytes.byte(lane);
    return this;
  }

  /** An instruction on one lane. */
  lane(name: table.Lane, lane: number): this {
    this.opcode(table.lane[name]).bytes.byte(lane);
    return this;
  }

  /** Sixteen bytes chosen from those of two vectors, numbered 0 to 31. */
  shuffle(lanes: readonly number[]): this {
    this.opcode(table.special["i8x16.shuffle"]).bytes.bytes(Uint8Array.from(lanes));
    return this;
  }

  /** Copies bytes: target, source and length are on the stack. */
  memoryCopy(): this {
    this.opcode(table.special["memory.copy"]).bytes.bytes(Uint8Array.of(0, 0));
    return this;
  }

  /** Fills bytes: target, value and length are on the stack. */
  memoryFill(): this {
    this.opcode(table.special["memory.fill"]).bytes.byte(0);
    return this;
  }

  /** The instructions of another code. */
  append(code: Code): this {
    this.bytes.bytes(code.finish());
    this.written += code.instructions;
    return this;
  }

  /** The bytes written; a view, valid until more is written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.finish();
  }

  private opcode(code: number): this {
    this.written++;
    const prefix = table.prefixOf(code);
    if (prefix === 0) {
      this.bytes.byte(code);
      return this;
    }
    this.bytes.byte(prefix);
    this.bytes.unsigned(code & 0xffff);
    return this;
  }
}
