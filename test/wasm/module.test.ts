import { expect, test } from "vitest";
import { Code, Module } from "../../src/wasm/index.ts";

test("a module runs with imported memory and functions, locals and calls among its functions", () => {
  const module = new Module();
  module.importMemory("host", "memory", 1);
  const seen = module.importFunction("host", "seen", ["f64"], []);
  const cube = module.addFunction(["f64"], ["f64"]);
  const sum = module.addFunction(["i32"], ["f64"]);
  module.setBody(cube, [[1, "f64"]], new Code().get(0).get(0).op("f64.mul").tee(1).get(0).op("f64.mul"));
  // sum(end): the cubes of the numbers below the address `end`.
  const [end, at, total] = [0, 1, 2];
  const code = new Code().block("block").block("loop").get(at).get(end).op("i32.ge_u").branch("br_if", 1);
  code.get(at).memory("f64.load").call(cube).get(total).op("f64.add").set(total);
  code.get(at).i32(8).op("i32.add").set(at).branch("br", 0).end().end().get(total).call(seen).get(total);
  module.setBody(
    sum,
    [
      [1, "i32"],
      [1, "f64"],
    ],
    code,
  );
  module.exportFunction("sum", sum);

  const memory = new WebAssembly.Memory({ initial: 1 });
  new Float64Array(memory.buffer).set([1, 2, 3, 4]);
  const heard: number[] = [];
  const { exports } = instantiated(module, { host: { memory, seen: (x: number) => heard.push(x) } });
  expect((exports.sum as (end: number) => number)(4 * 8)).toBe(100);
  expect(heard).toEqual([100]);
});

test("a function may give several results, and functions of equal types share one", () => {
  const module = new Module();
  const both = module.addFunction(["f64", "f64"], ["f64", "f64"]);
  const swapped = module.addFunction(["f64", "f64"], ["f64", "f64"]);
  module.setBody(both, [], new Code().get(0).get(1).op("f64.add").get(0).get(1).op("f64.sub"));
  module.setBody(swapped, [], new Code().get(1).get(0).call(both));
  module.exportFunction("swapped", swapped);
  expect((instantiated(module).exports.swapped as (x: number, y: number) => number[])(2, 5)).toEqual([7, 3]);
});

test("a vector global has its bits in both lanes, once for equal bits", () => {
  const module = new Module();
  module.addMemory(1, 1);
  const bits = [0x3ff0000000000000n, -1n, -(2n ** 63n)];
  const globals = bits.map(module.vectorGlobal);
  expect(bits.map(module.vectorGlobal)).toEqual(globals);
  const run = module.addFunction([], []);
  const code = new Code();
  globals.forEach((index, i) => {
    code
      .i32(16 * i)
      .global("global.get", index)
      .memory("v128.store");
  });
  module.setBody(run, [], code);
  module.exportFunction("run", run);
  const { exports } = instantiated(module);
  (exports.run as () => void)();
  const stored = new BigInt64Array((exports.memory as WebAssembly.Memory).buffer, 0, 6);
  expect([...stored]).toEqual(bits.flatMap((x) => [x, x]));
});

test("a fill and a copy move bytes", () => {
  const module = new Module();
  module.addMemory(1, 1);
  const run = module.addFunction([], []);
  const code = new Code().i32(0).i32(7).i32(3).memoryFill().i32(4).i32(1).i32(4).memoryCopy();
  module.setBody(run, [], code);
  module.exportFunction("run", run);
  const { exports } = instantiated(module);
  (exports.run as () => void)();
  const bytes = new Uint8Array((exports.memory as WebAssembly.Memory).buffer, 0, 8);
  expect([...bytes]).toEqual([7, 7, 7, 0, 7, 7, 0, 0]);
});

test("imports after functions and functions without a body are refused", () => {
  const module = new Module();
  module.addFunction([], []);
  expect(() => module.importFunction("host", "late", [], [])).toThrow("imports come before functions");
  expect(() => module.finish()).toThrow("a function has no body");
});

function instantiated(module: Module, imports?: WebAssembly.Imports): WebAssembly.Instance {
  return new WebAssembly.Instance(new WebAssembly.Module(module.finish()), imports);
}
