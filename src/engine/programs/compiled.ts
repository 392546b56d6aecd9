import { type Action, type Compiled, compile, granule, heardCount, nanTest } from "../../codegen/compile.ts";
import { callers, type Held, type Opaque } from "../../codegen/writing.ts";
import { Budget } from "../../graph/budget.ts";
import { bytesPerElement } from "../../graph/dtype.ts";
import { evaluateNode } from "../../graph/evaluate.ts";
import { primitiveForm } from "../../graph/form.ts";
import type { Graph } from "../../graph/graph.ts";
import { copyInto, isContiguous, type NdArray, rowMajorData } from "../../graph/ndarray.ts";
import { mayAbsorb } from "../../graph/running/interpret.ts";
import type { Program } from "../../graph/running/program.ts";
import { elementCount, rowMajorStrides } from "../../graph/shape.ts";
import { LinearMemory } from "./memory.ts";

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

interface Caller {
  readonly budget: Budget;
  readonly onAbsorbed: (() => void) | undefined;
}

/** A program's functions on some memory. */
interface Instance {
  readonly steps: readonly Step[];
  /** Whose time it is that operators which are called back spend, and who hears of zeros that absorb in these. */
  caller: Caller;
  /** Whether any of so many numbers from an address on is NaN. */
  readonly hasNaN: (address: number, count: number) => number;
}

const operationsPerYield = 2_000_000;
const smallOperationsMax = 10_000;
/** Programs that take more share another memory. */
const smallBytesMax = 2 ** 25;
/** So much memory is kept for the next program; more is let go once nobody runs in it. */
const keptBytesMax = 2 ** 28;
/** As much at once makes the collector run. */
const uncollectedBytesMax = 2 ** 31;
const bytesPerNode = 400;

const small = new LinearMemory();
let large = new LinearMemory();
let programsMade = 0;

/** A part of the shared memory for runs that are over before anything else runs. */
const scratchBytes = 2 ** 14;
let scratch: number | undefined;
const noTaker = 0;

/**
 * Compiles a graph to WebAssembly. Results are views on memory that other runs will use: whoever runs a program takes
 * them before anything else runs. Throws what the budget throws.
 */
export function compileProgram(graph: Graph, budget = Budget.unlimited()): Program {
  return new CompiledProgram(graph, false, budget);
}

class CompiledProgram implements Program {
  readonly liveBytes: number;
  readonly bytes: number;
  private readonly graph: Graph;
  private readonly code: Compiled;
  private readonly module: WebAssembly.Module;
  private readonly memoryBytes: number;
  private readonly hasLasting: boolean;
  private readonly taker = ++programsMade;
  /** Held by their memories, for memory grows but never shrinks: what is too much goes as a whole. */
  private readonly instances = new WeakMap<LinearMemory, Instance>();
  /** The same program where zero absorbs; made when it is first needed. */
  private absorbing: CompiledProgram | undefined;
  private readonly isSmall: boolean;
  private atScratch: Small | undefined;

  constructor(graph: Graph, mustAbsorb: boolean, budget: Budget) {
    this.graph = graph;
    this.code = compile(graph, mustAbsorb, budget);
    this.module = new WebAssembly.Module(this.code.bytes);
    this.memoryBytes = Math.max(16, this.code.memoryBytes);
    this.hasLasting = this.code.constants.some(({ isLasting }) => isLasting);
    const called = [...this.code.actions.filter((action) => action.kind === "call"), ...this.code.opaques];
    this.liveBytes = this.memoryBytes + called.map(bytesOf).reduce((a, b) => Math.max(a, b), 0);
    this.bytes = 4 * this.code.bytes.length + (this.code.actions.length + this.code.opaques.length) * bytesPerNode;
    const counts = this.code.actions.map((action) => (action.kind === "code" ? action.operations : 0));
    const operations = called.length > 0 || this.code.isUnbounded ? Infinity : counts.reduce((a, b) => a + b, 0);
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
      else copyInto({ ...value, data, offset: start + offset, strides: rowMajorStrides(value.shape) }, value);
    }
    this.hush(data, start);
    for (let i = 0; i < code.actions.length; i++) {
      instance.steps[i]!(scratch!, 0, (code.actions[i] as Action & { kind: "code" }).rounds);
    }
    for (const i of code.doubtful) {
      if (this.hasNaN(outputs[i]!, instance)) return undefined;
    }
    return this.hasHeard(data, start) ? undefined : outputs;
  }

  /** Forgets that a zero absorbed. */
  private hush(data: Float64Array, start: number): void {
    const { heard } = this.code;
    if (heard !== undefined) data.fill(0, start + heard, start + heard + heardCount);
  }

  /** Whether a zero absorbed since. */
  private hasHeard(data: Float64Array, start: number): boolean {
    const { heard } = this.code;
    return heard !== undefined && data.subarray(start + heard, start + heard + heardCount).some((x) => x !== 0);
  }

  private inScratch(): Small {
    if (this.atScratch?.data === small.data) return this.atScratch;
    scratch ??= small.take(scratchBytes, noTaker).offset;
    const start = scratch / bytesPerElement.float64;
    const instance = this.codeIn(small);
    const outputs = this.code.outputs.map((held) => view(held, start, small));
    this.atScratch = { instance, start, data: small.data, outputs };
    return this.atScratch;
  }

  *run(inputs: readonly NdArray[], budget: Budget, onAbsorbed?: () => void): Generator<void, NdArray[]> {
    let isTold = false;
    const tellOnce = () => {
      if (!isTold) onAbsorbed?.();
      isTold = true;
    };
    const outputs = yield* this.compute(inputs, { budget, onAbsorbed: onAbsorbed && tellOnce });
    if (outputs) return outputs;
    tellOnce();
    // The first run has given its memory back.
    this.absorbing ??= new CompiledProgram(this.graph, true, budget);
    return yield* this.absorbing.run(inputs, budget);
  }

  /** The outputs, or undefined where a NaN says that zero might have absorbed. */
  private *compute(inputs: readonly NdArray[], caller: Caller): Generator<void, NdArray[] | undefined> {
    const { budget } = caller;
    const memory = this.memoryBytes <= smallBytesMax ? small : large;
    const block = memory.take(this.memoryBytes, this.taker);
    let isFilled = false;
    try {
      const code = this.codeIn(memory);
      code.caller = caller;
      const base = block.offset;
      const start = base / bytesPerElement.float64;
      this.code.inputs.forEach((offset, i) => {
        if (offset !== undefined) memory.data.set(rowMajorData(inputs[i]!), start + offset);
      });
      for (const { offset, value, isLasting } of this.code.constants) {
        if (isLasting && block.isAsLeft) continue;
        copyInto(view({ ...value, offset, strides: rowMajorStrides(value.shape) }, start, memory), value);
      }
      isFilled = true;
      this.hush(memory.data, start);
      let operations = 0;
      for (const [i, action] of this.code.actions.entries()) {
        if (action.kind === "call") {
          this.call(action, start, memory, caller);
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
              code.caller = caller;
            }
          }
          operations += action.operations / parts;
        }
        if (operations < operationsPerYield) continue;
        operations = 0;
        budget.check();
        yield;
        code.caller = caller;
      }
      const outputs = this.code.outputs.map((held) => view(held, start, memory));
      if (this.hasHeard(memory.data, start)) caller.onAbsorbed?.();
      return this.code.doubtful.some((i) => this.hasNaN(outputs[i]!, code)) ? undefined : outputs;
    } finally {
      memory.give(block, this.hasLasting && isFilled ? this.taker : undefined);
    }
  }

  rest(): void {
    if (!large.isFree || large.bytes <= keptBytesMax) return;
    large = new LinearMemory();
    collectSoon();
  }

  private codeIn(memory: LinearMemory): Instance {
    const known = this.instances.get(memory);
    if (known) return known;
    const callback = {
      ...Object.fromEntries(this.code.callbacks.map(({ name, apply }) => [name, apply])),
      [callers.evaluate]: (number: number, base: number) => {
        this.call(this.code.opaques[number]!, base / bytesPerElement.float64, memory, instance.caller);
      },
      [callers.check]: () => instance.caller.budget.check(),
    };
    const { exports } = new WebAssembly.Instance(this.module, { memory: { memory: memory.memory }, callback });
    const nothing: Step = () => {};
    const steps = this.code.actions.map((action) =>
      action.kind === "code" ? (exports[action.name] as Step) : nothing,
    );
    const instance: Instance = {
      steps,
      caller: { budget: Budget.unlimited(), onAbsorbed: undefined },
      hasNaN: exports[nanTest] as Instance["hasNaN"],
    };
    this.instances.set(memory, instance);
    return instance;
  }

  private hasNaN(array: NdArray, { hasNaN }: Instance): boolean {
    const count = elementCount(array.shape);
    if (isContiguous(array)) return hasNaN(array.offset * bytesPerElement.float64, count) !== 0;
    return rowMajorData(array).some(Number.isNaN);
  }

  private call(
    { node, operands, target }: Opaque,
    start: number,
    memory: LinearMemory,
    { budget, onAbsorbed }: Caller,
  ): void {
    const values = operands.map((held) => view(held, start, memory));
    if (onAbsorbed && mayAbsorb(node, values)) onAbsorbed();
    const result = budget.hearing(onAbsorbed, () => evaluateNode(node, values, false, budget));
    copyInto(view(target, start, memory), result);
  }
}

/**
 * Has memory collected that was let go. The collector does not count linear memory and would leave it for long, but it does
 * count what is allocated here, of which no page is ever touched.
 */
function collectSoon(): void {
  try {
    new ArrayBuffer(uncollectedBytesMax);
  } catch {
    // So much is not even promised here: then it is collected when it is.
  }
}

function view({ shape, dtype, strides, offset }: Held, start: number, memory: LinearMemory): NdArray {
  return { shape, dtype, strides, offset: start + offset, data: memory.data };
}

function bytesOf({ node }: Opaque): number {
  const sizes = [node, ...node.args].map(({ shape }) => elementCount(shape));
  return sizes.reduce((a, b) => a + b, 0) * bytesPerElement.float64 + (primitiveForm(node.op).workBytes?.(node) ?? 0);
}
