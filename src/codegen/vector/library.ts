import type { Module, ValueType } from "../../wasm/index.ts";
import { LaneWriter } from "../lanes.ts";
import type { VectorFunction } from "./function.ts";

/** The vector functions that a module calls: each is written into it when it is first asked for. */
export class VectorLibrary {
  private readonly indices = new Map<string, number>();
  private readonly module: Module;
  private readonly functions: ReadonlyMap<string, VectorFunction>;
  private readonly isFused: boolean;
  private readonly shared: readonly VectorFunction[];

  constructor(module: Module, functions: ReadonlyMap<string, VectorFunction>, isFused = true) {
    this.module = module;
    this.functions = functions;
    this.isFused = isFused;
    this.shared = [...functions.values()].filter(({ parts }) => parts);
  }

  has(name: string): boolean {
    return this.functions.has(name) || this.shared.some(({ parts }) => parts!.includes(name));
  }

  /**
   * A function that computes `name` together with another of those that are `wanted` of the same operand, or the only one
   * that computes it at all.
   */
  sharing(name: string, wanted: ReadonlySet<string>): VectorFunction | undefined {
    const isOnly = !this.functions.has(name);
    return this.shared.find(
      ({ parts }) => parts!.includes(name) && (isOnly || parts!.some((part) => part !== name && wanted.has(part))),
    );
  }

  /** The index of a function in the module. Throws for a name that no function has. */
  readonly indexOf = (name: string): number => {
    const known = this.indices.get(name);
    if (known !== undefined) return known;
    const declared = this.functions.get(name);
    if (!declared) throw new Error(`no vector function ${name}`);
    const vectors = (count: number) => Array.from<ValueType>({ length: count }).fill("v128");
    const index = this.module.addFunction(vectors(declared.operands), vectors(declared.results));
    this.indices.set(name, index);
    const writer = new LaneWriter(declared.operands, this.indexOf, {
      isFused: this.isFused,
      global: this.module.vectorGlobal,
    });
    const operands = Array.from({ length: declared.operands }, (_, i) => i);
    for (const value of writer.scope(() => declared.write(writer, ...operands))) writer.code.get(value);
    this.module.setBody(index, writer.locals, writer.code);
    return index;
  };
}
