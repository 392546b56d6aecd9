export { Code } from "./code.ts";
export { Module } from "./module.ts";
export type { Plain, ValueType } from "./opcodes.ts";
