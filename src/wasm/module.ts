import { Bytes } from "./bytes.ts";
import { Code } from "./code.ts";
import { type ValueType, valueTypes } from "./opcodes.ts";

const sections = { type: 1, import: 2, function: 3, memory: 5, global: 6, export: 7, code: 10 } as const;
const kinds = { function: 0, memory: 2 } as const;
const functionForm = 0x60;

/** A function of a module, by its index. */
export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

interface Defined {
  readonly type: number;
  locals: readonly (readonly [count: number, type: ValueType])[];
  code: Code | undefined;
}

/** A WebAssembly module while it is put together. Imports come first, because functions are numbered in that order. */
export class Module {
  private readonly types: FunctionType[] = [];
  private readonly typeByKey = new Map<string, number>();
  private readonly imports: { module: string; name: string; write: (bytes: Bytes) => void }[] = [];
  private readonly functions: Defined[] = [];
  private readonly vectors: bigint[] = [];
  private readonly vectorByBits = new Map<bigint, number>();
  private readonly exports: { name: string; kind: number; index: number }[] = [];
  private importedFunctions = 0;
  private ownMemory: { minPages: number; maxPages: number } | undefined;

  /** Imports a memory of at least `minPages` pages of 64 KiB. */
  importMemory(module: string, name: string, minPages: number): void {
    this.imports.push({
      module,
      name,
      write(bytes) {
        bytes.byte(kinds.memory);
        bytes.byte(0);
        bytes.unsigned(minPages);
      },
    });
  }

  /** A memory of the module's own, exported as `memory`. */
  addMemory(minPages: number, maxPages: number): void {
    this.ownMemory = { minPages, maxPages };
    this.exports.push({ name: "memory", kind: kinds.memory, index: 0 });
  }

  /** Imports a function and gives its index. */
  importFunction(module: string, name: string, params: readonly ValueType[], results: readonly ValueType[]): number {
    if (this.functions.length > 0) throw new Error("imports come before functions");
    const type = this.typeOf({ params, results });
    this.imports.push({
      module,
      name,
      write(bytes) {
        bytes.byte(kinds.function);
        bytes.unsigned(type);
      },
    });
    return this.importedFunctions++;
  }

  /** Makes room for a function, so that others can call it, and gives its index. */
  addFunction(params: readonly ValueType[], results: readonly ValueType[]): number {
    this.functions.push({ type: this.typeOf({ params, results }), locals: [], code: undefined });
    return this.importedFunctions + this.functions.length - 1;
  }

  /** Gives a function its body: local variables, numbered after its parameters, and code without the final `end`. */
  setBody(index: number, locals: readonly (readonly [count: number, type: ValueType])[], code: Code): void {
    const defined = this.functions[index - this.importedFunctions]!;
    defined.locals = locals;
    defined.code = code;
  }

  /**
   * A global variable with the same 64 bits in both lanes, by its index.
   *
   * V8 builds a `v128.const` from integer registers wherever it is used, which takes three instructions; a global is
   * one load. That makes an exponential 1.6 times as fast.
   */
  readonly vectorGlobal = (bits: bigint): number => {
    const known = this.vectorByBits.get(bits);
    if (known !== undefined) return known;
    this.vectorByBits.set(bits, this.vectors.length);
    return this.vectors.push(bits) - 1;
  };

  /** Shows a function to the module's user. */
  exportFunction(name: string, index: number): void {
    this.exports.push({ name, kind: kinds.function, index });
  }

  /** The module's bytes. Throws when a function lacks a body. */
  finish(): Uint8Array<ArrayBuffer> {
    const bytes = new Bytes();
    bytes.bytes(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00));
    section(bytes, sections.type, this.types, (content, { params, results }) => {
      content.byte(functionForm);
      for (const list of [params, results]) {
        content.unsigned(list.length);
        for (const type of list) content.byte(valueTypes[type]);
      }
    });
    section(bytes, sections.import, this.imports, (content, { module, name, write }) => {
      content.name(module);
      content.name(name);
      write(content);
    });
    section(bytes, sections.function, this.functions, (content, { type }) => content.unsigned(type));
    section(bytes, sections.memory, this.ownMemory ? [this.ownMemory] : [], (content, { minPages, maxPages }) => {
      content.byte(1);
      content.unsigned(minPages);
      content.unsigned(maxPages);
    });
    section(bytes, sections.global, this.vectors, (content, bits) => {
      content.byte(valueTypes.v128);
      content.byte(0);
      content.bytes(new Code().i64x2(bits).end().finish());
    });
    section(bytes, sections.export, this.exports, (content, { name, kind, index }) => {
      content.name(name);
      content.byte(kind);
      content.unsigned(index);
    });
    section(bytes, sections.code, this.functions, (content, { locals, code }) => {
      if (!code) throw new Error("a function has no body");
      const body = new Bytes();
      body.unsigned(locals.length);
      for (const [count, type] of locals) {
        body.unsigned(count);
        body.byte(valueTypes[type]);
      }
      body.bytes(code.finish());
      body.byte(0x0b);
      content.sized(body);
    });
    return bytes.finish();
  }

  private typeOf(type: FunctionType): number {
    const key = `${type.params}>${type.results}`;
    const known = this.typeByKey.get(key);
    if (known !== undefined) return known;
    this.typeByKey.set(key, this.types.length);
    return this.types.push(type) - 1;
  }
}

function section<T>(bytes: Bytes, id: number, list: readonly T[], write: (content: Bytes, item: T) => void): void {
  if (list.length === 0) return;
  const content = new Bytes();
  content.unsigned(list.length);
  for (const item of list) write(content, item);
  bytes.byte(id);
  bytes.sized(content);
}
