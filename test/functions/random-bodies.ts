import type { Json } from "../methods/service.ts";
import { Random } from "../support/random.ts";
import { branches } from "./unrolled.ts";

interface Entry {
  readonly id: string;
  readonly op: string;
  readonly args: readonly unknown[];
  readonly attrs?: object;
}

interface Written {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly nodes: readonly Entry[];
  readonly outputs: readonly unknown[];
}

const lengths = [0, 1, 2, 17];
const limits = [0, 1, 5];
const shapes = [[], [3], [4], [2, 2], [3, 3]];
// Operators whose code gives the bits that the interpreter gives.
const unary = ["negative", "square", "abs", "sqrt"];
const binary = ["add", "multiply", "subtract", "maximum", "divide"];

/**
 * A document of functions in functions, and its inputs: loops, whiles, branches and solves in each other, of operators
 * that have the same bits in both programs. Carries are exchanged, handed on as they are, seen in other orders or constant.
 */
export function randomBodies(seed: number, depth: number) {
  const random = new Random(seed);
  const shape = random.pick(shapes);
  const functions: Record<string, Written> = {};
  const { inputs, nodes, outputs } = new BodyWriter(random, shape, functions).written(["a", "b", "c"], depth);
  const value = (lengths: readonly number[]): Json =>
    lengths.length === 0
      ? random.between(-1.5, 1.5)
      : Array.from({ length: lengths[0]! }, () => value(lengths.slice(1)));
  return {
    graph: { functions, inputs, nodes, outputs: outputs.map((node, i) => ({ name: `y${i}`, node })) },
    inputs: inputs.map(() => value(shape)),
  };
}

class BodyWriter {
  private readonly random: Random;
  private readonly shape: readonly number[];
  private readonly functions: Record<string, Written>;

  constructor(random: Random, shape: readonly number[], functions: Record<string, Written>) {
    this.random = random;
    this.shape = shape;
    this.functions = functions;
  }

  /** Nodes of values of one shape, three of which are outputs. */
  written(given: readonly string[], depth: number): Written {
    const { random, shape } = this;
    const names = [...given];
    const nodes: Entry[] = [];
    const add = (op: string, args: readonly unknown[], attrs?: object) => {
      const id = `n${nodes.length}`;
      nodes.push({ id, op, args, ...(attrs && { attrs }) });
      return id;
    };
    const some = () => random.pick(names);
    /** A scalar of a value. */
    const scalar = () => (shape.length === 0 ? some() : add("max", [some()]));
    for (let i = 2 + random.below(4); i > 0; i--) {
      const kind = random.below(depth > 0 ? 8 : 4);
      if (kind === 0) names.push(add(random.pick(unary), [some()]));
      else if (kind === 1) names.push(add(random.pick(binary), [some(), random.unit() < 0.2 ? 0.5 : some()]));
      else if (kind === 2) names.push(add("broadcast_to", [random.unit() < 0.3 ? 0.25 : scalar()], { shape }));
      else if (kind === 3 && shape.length === 2) {
        names.push(random.unit() < 0.5 ? add("matrix_transpose", [some()]) : add("solve", [some(), some()]));
      } else if (kind === 4) {
        const taken = add("less", [scalar(), 0.25]);
        this.addResults(
          names,
          add("cond", [taken, some(), some()], branches(this.inner(2, depth), this.inner(2, depth))),
        );
      } else if (kind === 5) {
        const attrs = {
          condition: this.condition(),
          body: this.inner(4, depth),
          constants: 1,
          limit: random.pick(limits),
        };
        this.addResults(names, add("while", [some(), some(), some(), some()], attrs));
      } else if (kind > 5) {
        const length = random.pick(lengths);
        const attrs = { function: this.inner(5, depth), constants: 1, carry: 3, length, reverse: random.unit() < 0.5 };
        const places = add("arange", [], { start: 0, stop: length });
        const column = add("reshape", [places], { shape: [length, ...shape.map(() => 1)] });
        const rows = add("multiply", [column, some()]);
        this.addResults(names, add("scan", [some(), some(), some(), some(), rows], attrs));
      }
    }
    return { inputs: given.map((name) => ({ name, shape })), nodes, outputs: [some(), some(), some()] };
  }

  private addResults(names: string[], id: string): void {
    for (let i = 0; i < 3; i++) names.push(`${id}:${i}`);
  }

  private inner(count: number, depth: number): string {
    const given = Array.from({ length: count }, (_, i) => `i${i}`);
    return this.add(this.written(given, depth - 1));
  }

  /** Whether a carry is below a number. */
  private condition(): string {
    const given = ["k", "x", "y", "z"].map((name) => ({ name, shape: this.shape }));
    const nodes: Entry[] = [
      ...(this.shape.length === 0 ? [] : [{ id: "most", op: "max", args: ["x"] }]),
      { id: "on", op: "less", args: [this.shape.length === 0 ? "x" : "most", 3] },
    ];
    return this.add({ inputs: given, nodes, outputs: ["on"] });
  }

  private add(written: Written): string {
    const name = `f${Object.keys(this.functions).length}`;
    this.functions[name] = written;
    return name;
  }
}
