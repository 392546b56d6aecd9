import { noAttrs } from "../graph/attribute.ts";
import { evaluateNode } from "../graph/evaluate.ts";
import { primitiveForm } from "../graph/form.ts";
import { type Graph, type GraphInput, nodesOf } from "../graph/graph.ts";
import type { AssemblyPart } from "../graph/lowering.ts";
import { type NdArray, ndarray, rowMajorData, scalar, sliceView } from "../graph/ndarray.ts";
import { NodeMap } from "../graph/node-map.ts";
import {
  type Builder,
  type Contraction,
  constantValue,
  type Form,
  inputOperator,
  type Node,
} from "../graph/operator.ts";
import { elementCount, range, type Shape } from "../graph/shape.ts";
import { maximum, minimum, multiply } from "../operators/families/arithmetic.ts";
import { concat, slice } from "../operators/families/structure.ts";
import { add } from "../operators/linear.ts";
import { reshape } from "../operators/views.ts";

/** Which inputs are unit seeds, one after the other, which outputs depend on them, and the matrix that they are to be. */
export interface UnitSeeds {
  readonly firstSeed: number;
  readonly firstSeeded: number;
  /** Whether seeds are rows. */
  readonly isReverse: boolean;
  readonly layout: "blocks" | "matrix";
}

/** The elements of a tensor, in row-major order. */
type Elements = readonly Node[];

/**
 * The same function on scalars: each element of each tensor a node of its own, but for inputs and outputs. With `units`
 * the seeds are all unit seeds, written into the graph, and in place of outputs that depend on them it gives the matrix.
 *
 * Undefined where an operator has no elements to be taken apart into, or where more than `elementsMax` would be made.
 */
export function unroll(graph: Graph, builder: Builder, elementsMax: number, units?: UnitSeeds): Graph | undefined {
  const nodes = nodesOf(graph);
  const seeded = seededNodes(graph, nodes, units);
  const seedShapes = units ? graph.inputs.slice(units.firstSeed).map(({ shape }) => shape) : [];
  const passes = units ? seedShapes.reduce((total, shape) => total + elementCount(shape), 0) : 1;
  // Products that depend on no seed are made once and repeated in the matrix.
  const repeated = units ? graph.outputs.slice(units.firstSeeded).filter(({ node }) => !seeded(node)) : [];
  let elements = passes * repeated.reduce((total, { node }) => total + elementCount(node.shape), 0);
  for (const node of nodes) {
    elements += elementsMade(node) * (seeded(node) ? passes : 1);
    if (!(elements <= elementsMax) || !isUnrollable(node)) return undefined;
  }
  const inputs: GraphInput[] = graph.inputs.map((input) => ({
    ...input,
    node: builder.input(input.name, input.shape, input.dtype),
  }));
  const values = new NodeMap<Elements>(nodes.length === 0 ? 0 : nodes.at(-1)!.index + 1);
  const reached = new Set(nodes.filter(({ op }) => op === inputOperator));
  graph.inputs.forEach(({ node }, i) => {
    if (reached.has(node)) values.set(node, taken(inputs[i]!.node));
  });
  const compute = (list: readonly Node[]) => {
    for (const node of list) {
      const args = node.args.map((arg) => values.get(arg)!);
      values.set(node, elementsOf(node, args, builder));
    }
  };
  const computed = nodes.filter(({ op }) => op !== inputOperator);
  compute(computed.filter((node) => !seeded(node)));
  const perPass = computed.filter(seeded);
  const given = (from: number, to?: number) => graph.outputs.slice(from, to).map(({ node }) => values.get(node)!);
  const plain = given(0, units?.firstSeeded).map((list, i) => {
    const output = graph.outputs[i]!;
    return { ...output, node: joined(list, output.node.shape, output.node, builder) };
  });
  if (!units) return { inputs, outputs: plain };
  const products = range(passes).map((pass) => {
    let next = 0;
    for (const { node, shape } of graph.inputs.slice(units.firstSeed)) {
      const first = next;
      next += elementCount(shape);
      if (!reached.has(node)) continue;
      const unit = range(elementCount(shape)).map((i) => builder.constant(first + i === pass ? 1 : 0));
      values.set(node, unit);
    }
    compute(perPass);
    return given(units.firstSeeded);
  });
  const resultShapes = graph.outputs.slice(units.firstSeeded).map(({ node }) => node.shape);
  const matrix = matrixOf(products, seedShapes, resultShapes, units).map(({ elements, shape }) => ({
    name: "",
    dtype: "float64" as const,
    node: joined(elements, shape, graph.outputs.at(-1)!.node, builder),
  }));
  return { inputs, outputs: [...plain, ...matrix] };
}

/** The entries of a matrix in its layout, from what each seed gave for each result. */
function matrixOf(
  products: readonly (readonly Elements[])[],
  seedShapes: readonly Shape[],
  resultShapes: readonly Shape[],
  { isReverse, layout }: UnitSeeds,
): { elements: Elements; shape: Shape }[] {
  const seeds = placed(seedShapes);
  const results = placed(resultShapes);
  const [rows, columns] = isReverse ? [seeds, results] : [results, seeds];
  const entry = (row: Scalar, column: Scalar) => {
    const [seed, result] = isReverse ? [row, column] : [column, row];
    return products[seed.position]![result.tensor]![result.element]!;
  };
  const block = (rows: readonly Scalar[], columns: readonly Scalar[]) =>
    rows.flatMap((row) => columns.map((column) => entry(row, column)));
  if (layout === "matrix") return [{ elements: block(rows, columns), shape: [rows.length, columns.length] }];
  const [rowShapes, columnShapes] = isReverse ? [seedShapes, resultShapes] : [resultShapes, seedShapes];
  const of = (scalars: readonly Scalar[], tensor: number) => scalars.filter((scalar) => scalar.tensor === tensor);
  return rowShapes.flatMap((row, i) =>
    columnShapes.map((column, j) => ({ elements: block(of(rows, i), of(columns, j)), shape: [...row, ...column] })),
  );
}

/** A scalar of several tensors that are laid end to end. */
interface Scalar {
  readonly position: number;
  readonly tensor: number;
  readonly element: number;
}

function placed(shapes: readonly Shape[]): Scalar[] {
  const scalars: Scalar[] = [];
  shapes.forEach((shape, tensor) => {
    for (let element = 0; element < elementCount(shape); element++) {
      scalars.push({ position: scalars.length, tensor, element });
    }
  });
  return scalars;
}

function seededNodes(graph: Graph, nodes: readonly Node[], units: UnitSeeds | undefined): (node: Node) => boolean {
  const seeded = new Set<Node>(units ? graph.inputs.slice(units.firstSeed).map((input) => input.node) : []);
  if (units) for (const node of nodes) if (node.args.some((arg) => seeded.has(arg))) seeded.add(node);
  return (node) => seeded.has(node);
}

/** The scalar operations that a node becomes, and the elements that it has. */
function elementsMade(node: Node): number {
  return Math.max(1, elementCount(node.shape)) + (isSummed(node.op.form) ? node.op.cost(node) : 0);
}

function isSummed({ kind }: Form): boolean {
  return kind === "reduction" || kind === "contraction";
}

function isUnrollable({ op, args, shape }: Node): boolean {
  if (op === inputOperator || !whole.has(op.form.kind)) return true;
  return args.length === 0 && elementCount(shape) <= elementsOfConstantMax;
}

/** What has no elements to be taken apart into. */
const whole: ReadonlySet<Form["kind"]> = new Set(["opaque", "loop", "until", "choice", "leaf"]);

const elementsOfConstantMax = 4096;

function elementsOf(node: Node, args: readonly Elements[], builder: Builder): Elements {
  const { op, attrs, shape } = node;
  const count = elementCount(shape);
  if (args.length === 0) {
    const value = constantValue(node) ?? evaluateNode(node, [], false, builder.budget);
    return Array.from(rowMajorData(value), (x) => builder.constant(ofDType(node, x)));
  }
  const form = primitiveForm(op);
  switch (form.kind) {
    case "view": {
      const [x] = args;
      const seen = form.evaluate([indexed(node.args[0]!.shape)], node, builder.budget);
      return Array.from(rowMajorData(seen), (i) => x![i]!);
    }
    case "elementwise":
      return range(count).map((i) =>
        builder.intern(
          op,
          args.map((x) => x[i]!),
          attrs,
          [],
          node.dtype,
        ),
      );
    case "assembled": {
      const { fill, base, parts } = form.assemble(node);
      const whole: Node[] = base !== undefined ? [...args[base]!] : filled(node, fill ?? 0, builder);
      for (const part of parts) {
        const places = placesOf(part, node.args[part.operand]!.shape, shape);
        args[part.operand]!.forEach((element, i) => {
          const at = places[i]!;
          whole[at] = part.isAdded ? add(whole[at]!, element) : element;
        });
      }
      return whole;
    }
    case "reduction": {
      const by = operatorOf[form.fold.by];
      const results: Node[] = new Array(count).fill(builder.constant(form.fold.initial));
      const places = foldedPlaces(node, form.axes(attrs));
      args[0]!.forEach((element, i) => {
        results[places[i]!] = builder.build(by, [results[places[i]!]!, element], {});
      });
      return results;
    }
    case "contraction":
      return productElements(node, form, args as [Elements, Elements], builder);
    case "loop":
    case "until":
    case "choice":
    case "opaque":
      throw new Error(`${op.name} has no elements to be taken apart into`);
  }
}

/** The operators that a reduction's folds are, element by element. */
const operatorOf = { add: add.operator, mul: multiply.operator, min: minimum.operator, max: maximum.operator };

/** By element of a reduction's operand, the element of the result that it is folded into. */
function foldedPlaces(node: Node, axes: readonly number[]): ArrayLike<number> {
  const { shape } = node.args[0]!;
  const kept = ndarray(
    "float64",
    shape.map((n, i) => (axes.includes(i) ? 1 : n)),
    indices(elementCount(node.shape)),
  );
  const strides = kept.strides.map((stride, i) => (axes.includes(i) ? 0 : stride));
  return rowMajorData({ ...kept, shape, strides });
}

function productElements(
  node: Node,
  form: Contraction,
  [x, y]: readonly [Elements, Elements],
  builder: Builder,
): Elements {
  const { x: xs, y: ys, out } = form.letters(node.attrs);
  const product = form.product(node.attrs);
  const term = (a: Node, b: Node) => builder.build(product, [a, b], noAttrs);
  const summed = [...xs].filter((letter) => !out.includes(letter));
  const all = [...out, ...summed];
  const lengths = all.map((letter) =>
    xs.includes(letter) ? node.args[0]!.shape[xs.indexOf(letter)]! : node.args[1]!.shape[ys.indexOf(letter)]!,
  );
  const walked = (names: string, shape: Shape) => {
    const own = indexed(shape);
    const strides = all.map((letter) => (names.includes(letter) ? own.strides[names.indexOf(letter)]! : 0));
    return rowMajorData({ ...own, shape: lengths, strides });
  };
  const [i, j] = [walked(xs, node.args[0]!.shape), walked(ys, node.args[1]!.shape)];
  const terms = elementCount(summed.map((letter) => lengths[all.indexOf(letter)]!));
  return range(elementCount(node.shape)).map((k) => {
    const products = range(terms).map((t) => term(x[i[k * terms + t]!]!, y[j[k * terms + t]!]!));
    if (summed.length === 0) return products[0]!;
    return products.reduce((sum, product) => add(sum, product), builder.constant(0));
  });
}

/** The elements of an input. */
function taken(x: Node): Elements {
  if (x.shape.length === 0) return [x];
  const flat = reshape(x, { shape: [-1] });
  return range(elementCount(x.shape)).map((i) => reshape(slice(flat, { start: [i], stop: [i + 1] }), { shape: [] }));
}

/** A tensor of a shape from its elements. */
function joined(elements: Elements, shape: Shape, like: Node, builder: Builder): Node {
  if (elements.length === 0) {
    return builder.constant(ndarray(like.dtype, shape, new Float64Array()));
  }
  if (shape.length === 0) return elements[0]!;
  const parts = elements.map((element) => reshape(element, { shape: [1] }));
  return reshape(builder.build(concat.operator, parts, { axis: 0 }), { shape });
}

function filled(node: Node, value: number, builder: Builder): Node[] {
  return new Array<Node>(elementCount(node.shape)).fill(builder.constant(ofDType(node, value)));
}

function ofDType({ dtype }: Node, value: number): NdArray {
  return scalar(dtype, value);
}

function placesOf({ firsts, steps }: AssemblyPart, part: Shape, whole: Shape): ArrayLike<number> {
  return rowMajorData(sliceView(indexed(whole), firsts, part, steps));
}

/** An array in which each element is its own position. */
function indexed(shape: Shape): NdArray {
  return ndarray("float64", shape, indices(elementCount(shape)));
}

function indices(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => i);
}
