import { Code } from "./code.ts";
import { Module } from "./module.ts";

/**
 * Whether this machine rounds a relaxed multiply-add once, as those with fused instructions do: the one thing of which
 * the bits of compiled programs depend on the processor.
 */
export function isFused(): boolean {
  const module = new Module();
  const multiplyAdd = module.addFunction(["f64", "f64", "f64"], ["f64"]);
  const code = new Code();
  for (const parameter of [0, 1, 2]) code.get(parameter).op("f64x2.splat");
  module.setBody(multiplyAdd, [], code.op("f64x2.relaxed_madd").lane("f64x2.extract_lane", 0));
  module.exportFunction("multiplyAdd", multiplyAdd);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.finish()));
  const ulp = 2 ** -30;
  // (1 + u)(1 − u) − 1 is −u² where the product is not rounded, which to float64 is 1.
  return (exports.multiplyAdd as (a: number, b: number, c: number) => number)(1 + ulp, 1 - ulp, -1) !== 0;
}
