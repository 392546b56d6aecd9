import { LaneWriter } from "./lanes.ts";
import type { Writing } from "./writing.ts";

const numberBytes = 8;

/** Writes a function that tells whether any of `count` numbers from an address on is NaN. */
export function writeNaNTest({ module }: Writing, name: string): void {
  const [address, count] = [0, 1];
  const index = module.addFunction(["i32", "i32"], ["i32"]);
  const w = new LaneWriter(2, () => 0);
  const { code } = w;
  const end = w.fresh("i32");
  const found = w.constant(0);
  const test = (load: "v128.load" | "v128.load64_splat") => {
    code.get(address).memory(load, 0, 3);
    const numbers = w.keep();
    code.get(found).get(numbers).get(numbers).op("f64x2.ne").op("v128.or").set(found);
    w.release(numbers);
  };
  code.get(count).i32(-2).op("i32.and").i32(numberBytes).op("i32.mul").get(address).op("i32.add").set(end);
  code.block("block").block("loop").get(address).get(end).op("i32.ge_u").branch("br_if", 1);
  test("v128.load");
  code
    .get(address)
    .i32(2 * numberBytes)
    .op("i32.add")
    .set(address)
    .branch("br", 0)
    .end()
    .end();
  code.get(count).i32(1).op("i32.and").block("if");
  test("v128.load64_splat");
  code.end().get(found).op("v128.any_true");
  module.setBody(index, w.locals, code);
  module.exportFunction(name, index);
}
