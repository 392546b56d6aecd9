import { expect, test } from "vitest";
import wabt from "wabt";
import { Code, Module } from "../../src/wasm/index.ts";
import * as table from "../../src/wasm/opcodes.ts";

// wabt knows the binary format independently of the table, and prints the names of WebAssembly's text format.
const { readWasm } = await wabt();

test("every instruction of the table is the one of its name", () => {
  const names = instructions.map(([name]) => name);
  expect(disassembled(instructions.map(([, code]) => code))).toEqual(names.map((name) => [name]));
});

test("V8 takes every instruction of the table, those of relaxed SIMD included", () => {
  const refused = instructions.filter(([, code]) => !WebAssembly.validate(moduleOf([code])));
  expect(refused.map(([name]) => name)).toEqual([]);
});

test("blocks nest, and jumps count from the inside", () => {
  const code = new Code().block("block").block("loop").i32(1).block("if").branch("br", 2).op("else");
  code.i32(0).branch("br_if", 1).end().end().end();
  expect(disassembled([code])).toMatchInlineSnapshot(`
    [
      [
        "block",
        "loop",
        "i32.const",
        "if",
        "br",
        "else",
        "i32.const",
        "br_if",
        "end",
        "end",
        "end",
      ],
    ]
  `);
});

test("constants keep their bits", () => {
  const code = new Code()
    .i32(-(2 ** 31))
    .i64(-(2n ** 63n))
    .f64(-0)
    .f64(5e-324)
    .f64(Number.NaN)
    .i64x2(1n, -1n)
    .f64x2(2, -0);
  expect(disassembled([code], "whole")).toMatchInlineSnapshot(`
    [
      [
        "i32.const -2147483648",
        "i64.const -9223372036854775808",
        "f64.const -0x0p+0 (;=-0;)",
        "f64.const 0x1.p-1074 (;=4.94066e-324;)",
        "f64.const nan (;=nan;)",
        "v128.const i32x4 0x00000001 0x00000000 0xffffffff 0xffffffff",
        "v128.const i32x4 0x00000000 0x40000000 0x00000000 0x80000000",
      ],
    ]
  `);
});

test("memory instructions keep offset, alignment and lane", () => {
  const code = new Code()
    .memory("f64.load", 2 ** 31)
    .op("drop")
    .memory("v128.load", 8, 3)
    .op("drop")
    .memoryLane("v128.store64_lane", 1, 24);
  expect(disassembled([code], "whole")).toMatchInlineSnapshot(`
    [
      [
        "f64.load offset=2147483648",
        "drop",
        "v128.load offset=8 align=8",
        "drop",
        "v128.store64_lane offset=24 1",
      ],
    ]
  `);
});

/** Every instruction of the table, in a place where it is valid. */
const instructions: readonly [name: string, code: Code][] = [
  ...keys(table.plain)
    .filter((name) => name !== "else" && name !== "end")
    .map((name) => [name, new Code().op(name)] as const),
  ...keys(table.local).map((name) => [name, new Code().local(name, 0)] as const),
  ...keys(table.global).map((name) => [name, new Code().global(name, 0)] as const),
  ...keys(table.branch).map((name) => [name, new Code().branch(name, 0)] as const),
  ...keys(table.memory).map((name) => [name, new Code().memory(name)] as const),
  ...keys(table.memoryLane).map((name) => [name, new Code().memoryLane(name, 1)] as const),
  ...keys(table.lane).map((name) => [name, new Code().lane(name, 1)] as const),
  ...Object.entries({
    call: new Code().call(0),
    "i32.const": new Code().i32(1),
    "i64.const": new Code().i64(1n),
    "f64.const": new Code().f64(1),
    "v128.const": new Code().f64x2(1),
    "i8x16.shuffle": new Code().shuffle(Array.from({ length: 16 }, (_, i) => 2 * i)),
    "memory.copy": new Code().memoryCopy(),
    "memory.fill": new Code().memoryFill(),
  } satisfies Record<keyof typeof table.special, Code>),
].map(([name, code]) => [name, code]);

/** The instructions of each code as wabt reads them. */
function disassembled(codes: readonly Code[], part: "name" | "whole" = "name"): string[][] {
  // A copy, because wabt reads the whole buffer behind a view.
  const module = readWasm(moduleOf(codes).slice(), { relaxed_simd: true, simd: true, bulk_memory: true });
  module.validate();
  const bodies = module.toText({}).split("(func ").slice(1);
  module.destroy();
  return bodies.slice(-codes.length).map((body) => {
    const lines = body
      .split("\n")
      .slice(1)
      .map((line) => line.trim().replace(/^\(local .*?\)\s*/, ""));
    const between = lines.slice(
      lines.indexOf("unreachable") + 1,
      lines.findLastIndex((line) => line.startsWith("unreachable")),
    );
    return between.map((line) => (part === "whole" ? line : line.split(/[ )]/)[0]!));
  });
}

/** A module with a function for each code. */
function moduleOf(codes: readonly Code[]): Uint8Array<ArrayBuffer> {
  const module = new Module();
  module.addMemory(1, 1);
  module.vectorGlobal(1n);
  for (const code of codes) {
    const body = new Code().op("unreachable");
    // After `unreachable` an instruction finds whatever operands it wants, and may leave what it likes.
    body.append(code).op("unreachable");
    module.setBody(module.addFunction([], []), [[1, "v128"]], body);
  }
  return module.finish();
}

function keys<T extends object>(record: T): (keyof T)[] {
  return Object.keys(record) as (keyof T)[];
}
