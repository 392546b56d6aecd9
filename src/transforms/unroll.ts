import { type Graph, type GraphInput, nodesOf } from "../graph/graph.ts";
import type { AssemblyPart } from "../graph/lowering.ts";
import { type NdArray, ndarray, rowMajorData, sliceView } from "../graph/ndarray.ts";
import { type Builder, constantValue, inputOperator, type Node } from "../graph/node.ts";
import { NodeMap } from "../graph/node-map.ts";
import { elementCount, range, type Shape } from "../graph/shape.ts";
import { add, multiply } from "../operators/arithmetic.ts";
import { scale } from "../operators/linear.ts";
import { concat, reshape, slice } from "../operators/structure.ts";

/** Which inputs are unit seeds, one after the other, and which outputs depend on them. */
export interface UnitSeeds {
  readonly firstSeed: number;
  readonly firstSeeded: number;
  readonly count: number;
}

/** The elements of a tensor, in row-major order. */
type Elements = readonly Node[];

/**
 * The same function on scalars: each element of each tensor a node of its own, but for inputs and outputs. With `units`
 * the seeds are all unit seeds, written into the graph, and outputs that depend on them have a leading axis of seeds.
 *
 * Undefined where an operator has no elements to be taken apart into, or where more than `elementsMax` would be made.
 */
export function unroll(graph: Graph, builder: Builder, elementsMax: number, units?: UnitSeeds): Graph | undefined {
  const nodes = nodesOf(graph);
  const seeded = seededNodes(graph, nodes, units);
  let elements = 0;
  for (const node of nodes) {
    elements += elementsMade(node) * (seeded(node) ? units!.count : 1);
    if (!(elements <= elementsMax) || !isUnrollable(node)) return undefined;
  }
  const inputs: GraphInput[] = graph.inputs.map((input) => ({
    ...input,
    node: builder.input(input.name, input.shape, input.dtype),
  }));
  const values = new NodeMap<Elements>(nodes.length === 0 ? 0 : nodes.at(-1)!.index + 1);
  graph.inputs.forEach(({ node }, i) => {
    if (nodes.length > 0 && node.index <= nodes.at(-1)!.index) values.set(node, taken(inputs[i]!.node));
  });
  const compute = (isSeeded: boolean) => {
    for (const node of nodes) {
      if (node.op !== inputOperator && seeded(node) === isSeeded) {
        values.set(
          node,
          elementsOf(
            node,
            node.args.map((arg) => values.get(arg)!),
            builder,
          ),
        );
      }
    }
  };
  compute(false);
  const rows: Elements[][] = graph.outputs.map(() => []);
  const passes = units?.count ?? 1;
  let next = 0;
  for (let pass = 0; pass < passes; pass++) {
    if (units) {
      next = 0;
      for (const { node, shape } of graph.inputs.slice(units.firstSeed)) {
        const first = next;
        next += elementCount(shape);
        const unit = range(elementCount(shape)).map((i) => builder.constant(first + i === pass ? 1 : 0));
        if (nodes.length > 0 && node.index <= nodes.at(-1)!.index) values.set(node, unit);
      }
      compute(true);
    }
    graph.outputs.forEach(({ node }, i) => {
      if (pass === 0 || i >= units!.firstSeeded) rows[i]!.push(values.get(node)!);
    });
  }
  const outputs = graph.outputs.map((output, i) => {
    const isStacked = units !== undefined && i >= units.firstSeeded;
    const shape = isStacked ? [passes, ...output.node.shape] : output.node.shape;
    return { ...output, node: joined(rows[i]!.flat(), shape, output.node, builder) };
  });
  return { inputs, outputs };
}

function seededNodes(graph: Graph, nodes: readonly Node[], units: UnitSeeds | undefined): (node: Node) => boolean {
  const seeded = new Set<Node>(units ? graph.inputs.slice(units.firstSeed).map((input) => input.node) : []);
  if (units) for (const node of nodes) if (node.args.some((arg) => seeded.has(arg))) seeded.add(node);
  return (node) => seeded.has(node);
}

/** The scalar operations that a node becomes, and the elements that it has. */
function elementsMade(node: Node): number {
  return elementCount(node.shape) + (node.op.fold || node.op.letters ? node.op.cost(node) : 0);
}

function isUnrollable({ op, args, shape }: Node): boolean {
  if (op === inputOperator || op.scalar || op.lower || op.view || op.assemble || op.fold || op.letters) return true;
  return args.length === 0 && elementCount(shape) <= elementsOfConstantMax;
}

const elementsOfConstantMax = 4096;

function elementsOf(node: Node, args: readonly Elements[], builder: Builder): Elements {
  const { op, attrs, shape } = node;
  const count = elementCount(shape);
  if (args.length === 0) {
    const value = constantValue(node) ?? op.evaluate!([], node, builder.budget);
    return Array.from(rowMajorData(value), (x) => builder.constant(ofDType(node, x)));
  }
  if (op.view) {
    const [x] = args;
    return Array.from(rowMajorData(op.evaluate!([indexed(node.args[0]!.shape)], node, builder.budget)), (i) => x![i]!);
  }
  if (op.scalar || op.lower) {
    return range(count).map((i) =>
      builder.intern(
        op,
        args.map((x) => x[i]!),
        attrs,
        [],
        node.dtype,
      ),
    );
  }
  if (op.assemble) {
    const { fill, base, parts } = op.assemble(node);
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
  if (op.fold) {
    const by = op.fold.by();
    const results: Node[] = new Array(count).fill(builder.constant(op.fold.initial));
    const places = foldedPlaces(node);
    args[0]!.forEach((element, i) => {
      results[places[i]!] = builder.build(by, [results[places[i]!]!, element], {});
    });
    return results;
  }
  return productElements(node, args as [Elements, Elements], builder);
}

/** By element of a reduction's operand, the element of the result that it is folded into. */
function foldedPlaces(node: Node): ArrayLike<number> {
  const axes = node.attrs.axis as readonly number[];
  const { shape } = node.args[0]!;
  const kept = ndarray(
    "float64",
    shape.map((n, i) => (axes.includes(i) ? 1 : n)),
    indices(elementCount(node.shape)),
  );
  const strides = kept.strides.map((stride, i) => (axes.includes(i) ? 0 : stride));
  return rowMajorData({ ...kept, shape, strides });
}

function productElements(node: Node, [x, y]: readonly [Elements, Elements], builder: Builder): Elements {
  const { x: xs, y: ys, out } = node.op.letters!(node.attrs);
  const term = node.op.absorbs?.(node.attrs) ? scale : multiply;
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
  const data =
    dtype === "bool" ? Uint8Array.of(value) : dtype === "int32" ? Int32Array.of(value) : Float64Array.of(value);
  return ndarray(dtype, [], data);
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
