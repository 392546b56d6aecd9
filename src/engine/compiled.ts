import { type Action, type Compiled, compile, granule, type Held, nanTest } from "../codegen/compile.ts";
import type { Budget } from "../graph/budget.ts";
import { bytesPerElement } from "../graph/dtype.ts";
import { evaluateNode } from "../graph/evaluate.ts";
import type { Graph } from "../graph/graph.ts";
import { copyInto, isContiguous, type NdArray, rowMajorData } from "../graph/ndarray.ts";
import { elementCount } from "../graph/shape.ts";
import { LinearMemory } from "./memory.ts";
import type { Program } from "./program.ts";

type Step = (base: number, low: number, high: number) => void;

/** A small program in the scratch memory. */
interface Small {
  readonly instance: Instance;
  /** The first number of the scratch. */
  readonly start: number;
  /** The memory as it was when the views were made. */
  readonly data: Float64Array;
  readonly outputs: readonly NdArray[];
}

/** A program's functions on some memory. */
interface Instance {
  readonly steps: readonly Step[];
  /** Whether any of so many numbers from an address on is NaN. */
  readonly hasNaN: (address: number, count: number) => number;
}

const operationsPerYield = 2_000_000;
const smallOperationsMax = 10_000;
/** Programs that take more have memory of their own, which is let go after the run. */
const sharedBytesMax = 2 ** 25;
const bytesPerNode = 400;

const shared = new LinearMemory();

/** A part of the shared memory for runs that are over before anything else runs. */
const scratchBytes = 2 ** 14;
let scratch: number | undefined;

/**
 * Compiles a graph to WebAssembly. Results are views on memory that other runs will use: whoever runs a program takes
 * them before anything else runs.
 */
export function compileProgram(graph: Graph): Program {
  return new CompiledProgram(graph, false);
}

class CompiledProgram implements Program {
  readonly liveBytes: number;
  readonly bytes: number;
  private readonly graph: Graph;
  private readonly code: Compiled;
  private readonly module: WebAssembly.Module;
  private readonly memoryBytes: number;
  private inShared: Instance | undefined;
  /** The same program where zero absorbs; made when it is first needed. */
  private absorbing: CompiledProgram | undefined;
  private readonly isSmall: boolean;
  private small: Small | undefined;

  constructor(graph: Graph, mustAbsorb: boolean) {
    this.graph = graph;
    this.code = compile(graph, mustAbsorb);
    this.module = new WebAssembly.Module(this.code.bytes);
    this.memoryBytes = Math.max(16, this.code.memoryBytes);
    const calledBytes = this.code.actions.map((action) => (action.kind === "call" ? bytesOf(action) : 0));
    this.liveBytes = this.memoryBytes + calledBytes.reduce((a, b) => Math.max(a, b), 0);
    this.bytes = 4 * this.code.bytes.length + this.code.actions.length * bytesPerNode;
    const counts = this.code.actions.map((action) => (action.kind === "code" ? action.operations : Infinity));
    const operations = counts.reduce((a, b) => a + b, 0);
    this.isSmall = this.memoryBytes <= scratchBytes && operations <= smallOperationsMax;
  }

  atOnce(inputs: readonly NdArray[]): readonly NdArray[] | undefined {
    if (!this.isSmall) return undefined;
    const { code } = this;
    const { data, start, instance, outputs } = this.inScratch();
    for (let i = 0; i < code.inputs.length; i++) {
      const offset = code.inputs[i];
      const input = inputs[i]!;
      if (offset === undefined) continue;
      if (input.shape.length === 0) data[start + offset] = input.data[input.offset]!;
      else data.set(rowMajorData(input), start + offset);
    }
    for (const { offset, value } of code.constants) {
      if (value.shape.length === 0) data[start + offset] = value.data[value.offset]!;
      else copyInto({ ...value, data, offset: start + offset, strides: rowMajor(value.shape) }, value);
    }
    for (let i = 0; i < code.actions.length; i++) {
      instance.steps[i]!(scratch!, 0, (code.actions[i] as Action & { kind: "code" }).rounds);
    }
    for (const i of code.doubtful) {
      if (!this.hasNaN(outputs[i]!, instance)) continue;
      this.absorbing ??= new CompiledProgram(this.graph, true);
      return this.absorbing.atOnce(inputs);
    }
    return outputs;
  }

  private inScratch(): Small {
    if (this.small?.data === shared.data) return this.small;
    scratch ??= shared.take(scratchBytes);
    const start = scratch / bytesPerElement.float64;
    const instance = this.codeIn(shared);
    const outputs = this.code.outputs.map((held) => view(held, start, shared));
    this.small = { instance, start, data: shared.data, outputs };
    return this.small;
  }

  *run(inputs: readonly NdArray[], budget: Budget): Generator<void, NdArray[]> {
    const memory = this.memoryBytes <= sharedBytesMax ? shared : new LinearMemory();
    const base = memory.take(this.memoryBytes);
    try {
      const code = this.codeIn(memory);
      const start = base / bytesPerElement.float64;
      this.code.inputs.forEach((offset, i) => {
        if (offset !== undefined) memory.data.set(rowMajorData(inputs[i]!), start + offset);
      });
      for (const { offset, value } of this.code.constants) {
        copyInto(view({ ...value, offset, strides: rowMajor(value.shape) }, start, memory), value);
      }
      let operations = 0;
      for (const [i, action] of this.code.actions.entries()) {
        if (action.kind === "call") {
          this.call(action, start, memory, budget);
          operations += action.node.op.cost(action.node);
        } else {
          const parts = Math.ceil(action.operations / operationsPerYield);
          const size = Math.ceil(action.rounds / parts / granule) * granule;
          if (size >= action.rounds) code.steps[i]!(base, 0, action.rounds);
          else {
            for (let low = 0; low < action.rounds; low += size) {
              code.steps[i]!(base, low, Math.min(low + size, action.rounds));
              budget.check();
              yield;
            }
          }
          operations += action.operations / parts;
        }
        if (operations < operationsPerYield) continue;
        operations = 0;
        budget.check();
        yield;
      }
      const outputs = this.code.outputs.map((held) => view(held, start, memory));
      if (this.code.doubtful.some((i) => this.hasNaN(outputs[i]!, code))) {
        this.absorbing ??= new CompiledProgram(this.graph, true);
        return yield* this.absorbing.run(inputs, budget);
      }
      return outputs;
    } finally {
      memory.give(base, this.memoryBytes);
    }
  }

  private codeIn(memory: LinearMemory): Instance {
    if (memory === shared && this.inShared) return this.inShared;
    const callback = Object.fromEntries(this.code.callbacks.map(({ name, apply }) => [name, apply]));
    const { exports } = new WebAssembly.Instance(this.module, { memory: { memory: memory.memory }, callback });
    const nothing: Step = () => {};
    const steps = this.code.actions.map((action) =>
      action.kind === "code" ? (exports[action.name] as Step) : nothing,
    );
    const instance = { steps, hasNaN: exports[nanTest] as Instance["hasNaN"] };
    if (memory === shared) this.inShared = instance;
    return instance;
  }

  private hasNaN(array: NdArray, { hasNaN }: Instance): boolean {
    const count = elementCount(array.shape);
    if (isContiguous(array)) return hasNaN(array.offset * bytesPerElement.float64, count) !== 0;
    return rowMajorData(array).some(Number.isNaN);
  }

  private call(action: Action & { kind: "call" }, start: number, memory: LinearMemory, budget: Budget): void {
    const operands = action.operands.map((held) => view(held, start, memory));
    copyInto(view(action.target, start, memory), evaluateNode(action.node, operands, false, budget));
  }
}

function view({ shape, dtype, strides, offset }: Held, start: number, memory: LinearMemory): NdArray {
  return { shape, dtype, strides, offset: start + offset, data: memory.data };
}

function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

function bytesOf({ node }: Action & { kind: "call" }): number {
  const sizes = [node, ...node.args].map(({ shape }) => elementCount(shape));
  return sizes.reduce((a, b) => a + b, 0) * bytesPerElement.float64;
}
