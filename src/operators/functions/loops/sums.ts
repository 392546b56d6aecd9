import { copyNode } from "../../../graph/copy.ts";
import { bytesPerElement } from "../../../graph/dtype.ts";
import { isView } from "../../../graph/form.ts";
import type { Letters } from "../../../graph/lowering.ts";
import type { Builder, Node, Passes } from "../../../graph/operator.ts";
import { elementCount } from "../../../graph/shape.ts";
import { unusedLetter } from "../../equation.ts";
import { contract } from "../../families/products.ts";
import { add } from "../../linear.ts";
import { resultIndex } from "../../results.ts";
import { keptBytesMax } from "./kept-bytes.ts";

/** A product that every step adds to a sum, and views of it, the last one first. */
interface Product {
  readonly views: readonly Node[];
  readonly node: Node;
  readonly letters: Letters;
  /** What has to have rows, so that the factor which depends on it can be had after the loop. */
  readonly needed: Node;
}

/** What every step adds to a sum: in the loop, if anything, and as products of rows, taken of all steps at once. */
interface Sum {
  readonly added: Node | undefined;
  readonly products: readonly Product[];
}

/** Sums over steps, divided, and what the loop has to give rows of. */
interface DividedSums {
  readonly sums: readonly Sum[];
  readonly given: readonly Node[];
}

/** A sum of more terms is taken in the loop. */
const termsMax = 16;

/** In a loop of fewer steps all sums are taken. */
const lengthMin = 2;

/**
 * Sums over the steps of a loop, divided: a product of what depends on seeds (`moving`) and of what has rows (`stacked`) is
 * taken after the loop, as one product that is summed over steps too, where its factors are smaller than it is. The rows
 * that the loop gives for that take no more bytes than those it reads, nor than what is kept of a loop at all.
 */
export function dividedSums(
  targets: readonly Node[],
  moving: ReadonlySet<Node>,
  stacked: ReadonlySet<Node>,
  length: number,
): DividedSums {
  const given = new Set<Node>();
  const read = [...stacked].reduce((total, { shape }) => total + elementCount(shape), 0);
  let room = length < lengthMin ? 0 : Math.min(read, keptBytesMax / bytesPerElement.float64 / length);
  const isTaken = (product: Product | undefined): product is Product => {
    if (!product || length < lengthMin) return false;
    const { needed } = product;
    const size = stacked.has(needed) || given.has(needed) ? 0 : elementCount(needed.shape);
    if (size > room) return false;
    room -= size;
    if (!stacked.has(needed)) given.add(needed);
    return true;
  };
  const sums = targets.map((target): Sum => {
    const terms = termsOf(target).map((term) => ({ term, product: productOf(term, moving, stacked) }));
    const products = terms.flatMap(({ product }) => (isTaken(product) ? [product] : []));
    if (products.length === 0) return { added: target, products };
    const rest = terms.filter(({ product }) => !product || !products.includes(product)).map(({ term }) => term);
    return { added: rest.length > 0 ? rest.reduce((a, b) => add(a, b)) : undefined, products };
  });
  return { sums, given: [...given] };
}

/** The products of a sum, over all steps; `known` has the rows of all steps of what their factors are made of. */
export function summedProducts(
  { products }: Sum,
  known: ReadonlyMap<Node, Node>,
  builder: Builder,
  length: number,
  passes: Passes,
): Node[] {
  const rows = new Set(known.keys());
  return products.map(({ node, letters, views }) => {
    const { nodes } = passes.batch(node.args, known, rows, builder, length);
    const step = unusedLetter(letters.x + letters.y);
    const equation = `${step}${letters.x},${step}${letters.y}->${letters.out}`;
    const product = contract(nodes[0]!, nodes[1]!, { equation, absorb: true });
    return views.reduceRight((value, view) => copyNode(view, [value], builder), product);
  });
}

/** The terms of a sum, in order; one of very many is a single term. */
function termsOf(target: Node): Node[] {
  const terms = [target];
  for (let i = 0; i < terms.length && terms.length <= termsMax; ) {
    const term = terms[i]!;
    if (term.op === add.operator) terms.splice(i, 1, ...term.args);
    else i++;
  }
  return terms.length > termsMax ? [target] : terms;
}

function productOf(term: Node, moving: ReadonlySet<Node>, stacked: ReadonlySet<Node>): Product | undefined {
  const views: Node[] = [];
  let node = term;
  for (; isShown(node); node = node.args[0]!) views.push(node);
  const { form } = node.op;
  if (form.kind !== "contraction" || !form.absorbs(node.attrs)) return undefined;
  const [factor, ...more] = node.args.filter((arg) => moving.has(arg));
  if (!factor || more.length > 0) return undefined;
  const other = node.args.find((arg) => arg !== factor)!;
  const needed = shownBy(factor);
  const size = elementCount(node.shape);
  if (elementCount(needed.shape) >= size || elementCount(other.shape) >= size) return undefined;
  let row = other;
  while (isShown(row)) row = row.args[0]!;
  return stacked.has(row) ? { views, node, letters: form.letters(node.attrs), needed } : undefined;
}

/** What a node is a view of, as long as that has no more elements. */
function shownBy(node: Node): Node {
  let shown = node;
  while (isShown(shown) && elementCount(shown.args[0]!.shape) <= elementCount(shown.shape)) shown = shown.args[0]!;
  return shown;
}

function isShown(node: Node): boolean {
  return isView(node.op) && node.args.length === 1 && resultIndex(node) === undefined;
}
