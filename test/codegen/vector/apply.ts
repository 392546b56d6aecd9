import type { VectorFunction } from "../../../src/codegen/vector/function.ts";
import { VectorLibrary } from "../../../src/codegen/vector/library.ts";
import { Code, Module } from "../../../src/wasm/index.ts";

const pageBytes = 65_536;
const numberBytes = 8;

/** Makes a JavaScript function of arrays from a vector function: for each result, an array as long as the operands. */
export function applied(
  functions: readonly VectorFunction[],
  name: string,
  { isFused = true } = {},
): (...operands: readonly ArrayLike<number>[]) => Float64Array[] {
  const byName = new Map(functions.map((declared) => [declared.name, declared]));
  const { operands, results } = byName.get(name)!;
  const module = new Module();
  module.addMemory(1, pageBytes);
  const callee = new VectorLibrary(module, byName, isFused).indexOf(name);
  // run(count): column k of operands and results starts at k·count numbers.
  const run = module.addFunction(["i32"], []);
  const [count, at, first] = [0, 1, 2];
  const code = new Code().block("loop");
  for (let k = 0; k < operands; k++) {
    code
      .get(count)
      .i32(numberBytes * k)
      .op("i32.mul")
      .get(at)
      .op("i32.add")
      .memory("v128.load");
  }
  code.call(callee);
  for (let k = results - 1; k >= 0; k--) code.set(first + k);
  for (let k = 0; k < results; k++) {
    code
      .get(count)
      .i32(numberBytes * (operands + k))
      .op("i32.mul")
      .get(at)
      .op("i32.add");
    code.get(first + k).memory("v128.store");
  }
  code
    .get(at)
    .i32(2 * numberBytes)
    .op("i32.add")
    .tee(at);
  code.get(count).i32(numberBytes).op("i32.mul").op("i32.lt_u").branch("br_if", 0).end();
  module.setBody(
    run,
    [
      [1, "i32"],
      [results, "v128"],
    ],
    code,
  );
  module.exportFunction("run", run);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.finish()));
  const memory = exports.memory as WebAssembly.Memory;

  return (...given) => {
    const length = given[0]!.length;
    const held = length + (length % 2);
    const numbers = held * (operands + results);
    const missing = Math.ceil((numbers * numberBytes) / pageBytes) - memory.buffer.byteLength / pageBytes;
    if (missing > 0) memory.grow(missing);
    const data = new Float64Array(memory.buffer);
    given.forEach((list, k) => {
      data.set(list, k * held);
      // An odd last operand fills both lanes.
      data[k * held + held - 1] = list[length - 1]!;
    });
    (exports.run as (count: number) => void)(held);
    return Array.from({ length: results }, (_, k) => data.slice((operands + k) * held, (operands + k) * held + length));
  };
}
