import type { DType } from "../../src/graph/dtype.ts";
import type { Graph, GraphInput } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import type { Builder, Node } from "../../src/graph/operator.ts";
import { elementCount, range, type Shape } from "../../src/graph/shape.ts";
import { castNode } from "../../src/operators/cast.ts";
import { maximum, minimum, multiply, sign, sqrt } from "../../src/operators/families/arithmetic.ts";
import { greater, where } from "../../src/operators/families/choice.ts";
import { contract } from "../../src/operators/families/products.ts";
import { max, min, prod } from "../../src/operators/families/reductions.ts";
import { floor } from "../../src/operators/families/rounding.ts";
import { concat, pad, slice, slice_add } from "../../src/operators/families/structure.ts";
import { add, negative, passGreater, quotient, scale, subtract } from "../../src/operators/linear.ts";
import { broadcast_to, permute_dims, reshape, sum } from "../../src/operators/views.ts";
import { newBuilder } from "./graphs.ts";
import { Random } from "./random.ts";
import { tensorOf } from "./tensors.ts";

const elementsMax = 300;
const rankMax = 6;
const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** A graph of primitives and a point to run it at. */
export interface StridedSample {
  readonly graph: Graph;
  readonly inputs: readonly NdArray[];
}

/**
 * A random graph of maps, folds, products and assemblies whose operands are strided views, of odd and even lengths. All
 * numbers are small multiples of 1/2, so that no sum depends on its order; `isSpecial` adds NaN and infinities.
 */
export function stridedGraph(seed: number, size: number, isSpecial = false): StridedSample {
  return new Maker(new Random(seed), isSpecial).make(size);
}

class Maker {
  private readonly random: Random;
  private readonly isSpecial: boolean;
  private readonly builder: Builder = newBuilder();
  private readonly declared: GraphInput[] = [];
  private readonly values: NdArray[] = [];
  private readonly made: Node[] = [];

  constructor(random: Random, isSpecial: boolean) {
    this.random = random;
    this.isSpecial = isSpecial;
  }

  make(size: number): StridedSample {
    const { random, made } = this;
    for (let tries = 0; made.length < size && tries < 20 * size; tries++) {
      const node = this.next();
      if (elementCount(node.shape) > elementsMax || node.shape.length > rankMax) continue;
      made.push(node);
    }
    const outputs = made.filter((_, i) => i >= made.length - 2 || random.unit() < 0.3);
    // A view may be given as it is.
    outputs.push(this.viewed(random.pick(made)));
    return {
      graph: {
        inputs: this.declared,
        outputs: outputs.map((node, i) => ({ name: `y${i}`, dtype: node.dtype, node })),
      },
      inputs: this.values,
    };
  }

  private next(): Node {
    const { random } = this;
    const kind = random.below(7);
    if (kind === 0) return this.bounded(this.map(this.shape()));
    if (kind === 1) return this.bounded(this.fold());
    if (kind === 2) return this.bounded(this.product());
    if (kind === 3) return this.joined();
    if (kind === 4) return this.padded();
    if (kind === 5) return this.added();
    const x = this.operand(this.shape());
    return reshape(x, { shape: random.unit() < 0.5 ? [elementCount(x.shape)] : [...x.shape, 1].reverse() });
  }

  private map(shape: Shape): Node {
    const { random } = this;
    const [x, y, z] = range(3).map(() => this.operand(shape)) as [Node, Node, Node];
    const maps = [
      () => add(x, multiply(y, 0.5)),
      () => subtract(multiply(x, y), negative(z)),
      () => where(greater(x, y), z, x),
      () => castNode(greater(x, y), "float64"),
      () => greater(x, z),
      () => passGreater(x, y, z),
      () => scale(x, y),
      () => quotient(x, 2),
      () => sqrt(multiply(x, x)),
    ];
    return random.pick(maps)();
  }

  private fold(): Node {
    const { random } = this;
    const x = this.operand(this.shape());
    const axis = range(x.shape.length).filter(() => random.unit() < 0.5);
    const isEmpty = axis.some((i) => x.shape[i] === 0);
    const op = random.pick(isEmpty ? [sum, prod] : [sum, sum, prod, max, min]);
    // Factors are powers of two.
    return op(op === prod ? sign(x) : x, { axis, keepdims: random.unit() < 0.5 });
  }

  private product(): Node {
    const { random } = this;
    const letters = [..."abcde"].slice(0, 1 + random.below(5));
    const lengths = new Map(letters.map((letter) => [letter, random.pick([1, 2, 3, 4, 5, 6, 7, 8, 9])]));
    const order = () => letters.map((letter) => ({ letter, at: random.unit() })).sort((a, b) => a.at - b.at);
    const names = () => order().map(({ letter }) => letter);
    const x = names().filter(() => random.unit() < 0.7);
    const y = names().filter((letter) => !x.includes(letter) || random.unit() < 0.6);
    const out = names().filter((letter) => !(x.includes(letter) && y.includes(letter)) || random.unit() < 0.4);
    const operand = (list: readonly string[]) => {
      const node = this.operand(list.map((letter) => lengths.get(letter)!));
      return castNode(node, "float64");
    };
    const total = letters.reduce((count, letter) => count * lengths.get(letter)!, 1);
    if (total > 10 * elementsMax) return this.map(this.shape());
    const equation = `${x.join("")},${y.join("")}->${out.join("")}`;
    return contract(operand(x), operand(y), { equation, absorb: random.unit() < 0.3 });
  }

  private joined(): Node {
    const { random } = this;
    const shape = this.shape();
    if (shape.length === 0) return this.map(shape);
    const axis = random.below(shape.length);
    const parts = range(1 + random.below(4)).map(() => {
      const length = random.unit() < 0.1 ? 0 : 1 + random.below(5);
      return this.part(shape.map((n, i) => (i === axis ? length : n)));
    });
    return this.builder.build(concat.operator, parts, { axis });
  }

  /** A value that could be made in its place, or a view. */
  private part(shape: Shape): Node {
    const { random } = this;
    const known = this.made.filter((node) => node.shape.join() === shape.join() && node.dtype === "float64");
    if (known.length > 0 && random.unit() < 0.5) return random.pick(known);
    const part =
      random.unit() < 0.7
        ? this.bounded(castNode(this.map(shape), "float64"))
        : castNode(this.operand(shape), "float64");
    // What is made inside of something else has other readers too.
    if (random.unit() < 0.5) this.made.push(part);
    return random.unit() < 0.3 ? reshape(reshape(part, { shape: [elementCount(shape)] }), { shape: [...shape] }) : part;
  }

  private padded(): Node {
    const { random } = this;
    const x = castNode(this.part(this.shape()), "float64");
    const width = x.shape.map(() => [random.below(3), random.below(3)]);
    return pad(x, { pad_width: width, value: random.pick([0, -1, 0.5]) });
  }

  private added(): Node {
    const { random } = this;
    const bases = [() => this.joined(), () => random.pick(this.made), () => this.part(this.shape())];
    const base = this.made.length > 0 ? random.pick(bases)() : this.part(this.shape());
    const x = castNode(base, "float64");
    const { start, stop, step } = this.bounds(x.shape);
    const { shape } = slice(x, { start, stop, step });
    return slice_add(x, castNode(this.part(shape), "float64"), { start, stop, step });
  }

  private bounds(shape: Shape): { start: (number | null)[]; stop: (number | null)[]; step: number[] } {
    const { random } = this;
    const step = shape.map(() => random.pick([1, 1, 2, 3, -1, -2]));
    const start = shape.map((n, i) => (n > 0 && random.unit() < 0.5 ? random.below(n) : step[i]! > 0 ? 0 : null));
    return { start, stop: shape.map(() => null), step };
  }

  /** A strided view of a new input or of something made. */
  private operand(shape: Shape): Node {
    const { random, made } = this;
    if (random.unit() < 0.1)
      return broadcast_to(this.builder.constant(random.pick([0, -0, 1, 2])), { shape: [...shape] });
    const known = made.filter((node) => node.shape.join() === shape.join());
    if (known.length > 0 && random.unit() < 0.6) return random.pick(known);
    const axes = range(shape.length).sort(() => random.unit() - 0.5);
    const steps = shape.map(() => random.pick([1, 1, 1, -1, 2, -3]));
    const repeated = shape.map(() => random.unit() < 0.15);
    const room = shape.map((n, i) =>
      repeated[i] ? 1 : n === 0 ? 0 : (n - 1) * Math.abs(steps[i]!) + 1 + random.below(2),
    );
    let held = range(shape.length).map((i) => room[axes.indexOf(i)]!);
    if (elementCount(held) > 4 * elementsMax) held = range(shape.length).map((i) => shape[axes.indexOf(i)]!);
    const found = made.filter((node) => node.shape.join() === held.join());
    const x = found.length > 0 ? random.pick(found) : this.input(held);
    const turned = permute_dims(x, { axes });
    const narrow = turned.shape.some((n, i) => n !== room[i]);
    const view = narrow
      ? turned
      : slice(turned, {
          start: shape.map((_, i) => (steps[i]! > 0 ? 0 : null)),
          stop: shape.map(() => null),
          step: steps.map((step, i) => (repeated[i] ? 1 : step)),
        });
    const cut = slice(view, {
      start: shape.map(() => 0),
      stop: shape.map((n, i) => (view.shape[i] === 1 ? 1 : n)),
      step: shape.map(() => 1),
    });
    return broadcast_to(cut, { shape: [...shape] });
  }

  /** Half of something made, reversed: neither at its start nor in its order. */
  private viewed(x: Node): Node {
    const step = x.shape.map((n) => (n > 2 ? -2 : -1));
    return slice(x, { start: x.shape.map(() => null), stop: x.shape.map(() => null), step });
  }

  private input(shape: Shape): Node {
    const { random, declared } = this;
    const dtype: DType = random.pick(["float64", "float64", "float64", "int32", "bool"]);
    const element = () => {
      if (dtype === "bool") return random.below(2);
      if (dtype === "int32") return random.below(5) - 2;
      if (this.isSpecial && random.unit() < 0.15) return random.pick(special);
      return random.pick([-1, -0.5, -0, 0, 0.5, 1, 1.5]);
    };
    const name = `x${declared.length}`;
    const node = this.builder.input(name, shape, dtype);
    declared.push({ name, shape, dtype, node });
    this.values.push(tensorOf(Array.from({ length: elementCount(shape) }, element), shape, dtype));
    return node;
  }

  private shape(): number[] {
    const { random } = this;
    if (random.unit() < 0.02) return [2, 0, 3];
    const shape: number[] = [];
    for (let rank = random.pick([0, 1, 1, 2, 2, 2, 3, 3, 4, 6]); rank > 0; rank--) {
      const most = Math.floor(elementsMax / elementCount(shape));
      shape.push(1 + random.below(Math.max(1, Math.min(9, most))));
    }
    return shape;
  }

  /** Kept small and to halves, so that sums stay exact. */
  private bounded(x: Node): Node {
    if (x.dtype !== "float64") return x;
    return minimum(maximum(multiply(floor(multiply(x, 2)), 0.5), -2), 2);
  }
}
