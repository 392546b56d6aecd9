import { optional, required } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import type { Node } from "../../graph/operator.ts";
import { broadcastShapes, elementCount, range, type Shape, showShape } from "../../graph/shape.ts";
import { castNode, coerceFloat } from "../cast.ts";
import { batchLetters, isShared, letterAt, parseEquation, shownLetter, unusedLetter } from "../equation.ts";
import { contractArrays } from "../kernels/contract.ts";
import { broadcastAll, composite, normalizeAxes, normalizeAxis, type Op, primitive } from "../kinds.ts";
import { scale, subtract } from "../linear.ts";
import { contractedElements } from "../patterns.ts";
import { broadcastNode, permute_dims, reshape, sum } from "../views.ts";
import { multiply } from "./arithmetic.ts";
import { diagonal, roll } from "./arrangement.ts";
import { where } from "./choice.ts";
import { identity } from "./creation.ts";

const costText = "2 m n k";

/**
 * The product that all others are made of: a binary einsum in which each letter of an operand is in the other operand or
 * in the result, and no operand repeats a letter.
 */
export const contract: Op = primitive({
  name: "contract",
  operands: ["x", "y"],
  summary: "the product of two tensors, summed over shared axes",
  formula: "contract(dx, y) + contract(x, dy)",
  attributes: {
    equation: required("text", "the letters of x, y and the result"),
    absorb: optional("boolean", "whether zero absorbs", false),
  },
  costText,
  infer: (args, attrs) => {
    const { out } = lettersOf(attrs.equation);
    const lengths = letterLengths(args, attrs.equation);
    return { shape: [...out].map((letter) => lengths.get(letter)!), dtype: "float64", attrs };
  },
  coerce: coerceFloat,
  cost: (node) => 2 * elementCount([...letterLengths(node.args, node.attrs.equation).values()]),
  evaluate: ([x, y], node, budget) =>
    contractArrays(x, y, lettersOf(node.attrs.equation), node.shape, node.attrs.absorb, budget),
  form: {
    kind: "contraction",
    letters: ({ equation }) => lettersOf(equation),
    product: ({ absorb }) => (absorb ? scale : multiply).operator,
  },
  absorbs: ({ absorb }) => absorb,
  batch: (node, [x, y], batched) => {
    const letters = lettersOf(node.attrs.equation);
    const point = unusedLetter(letters.x + letters.y);
    const [px, py] = batched.map((b) => (b ? point : ""));
    const equation = `${px}${letters.x},${py}${letters.y}->${point}${letters.out}`;
    return contract(x, y, { ...node.attrs, equation });
  },
  jvp: [
    (dx, [, y], out) => contract(dx, y, { ...out.attrs, absorb: true }),
    (dy, [x], out) => contract(x, dy, { ...out.attrs, absorb: true }),
  ],
  transpose: (ct, node, operand) => {
    const { x, y, out } = lettersOf(node.attrs.equation);
    const [mine, other] = operand === 0 ? [x, y] : [y, x];
    return contract(ct, node.args[1 - operand]!, { equation: `${out},${other}->${mine}`, absorb: true });
  },
  pattern: (sets, args, node) => contractedElements(sets, args, node, lettersOf(node.attrs.equation)),
});

export const einsum: Op = composite({
  name: "einsum",
  operands: ["...xs"],
  summary: "a sum of products, written in Einstein's notation as in NumPy",
  formula: "the sum over operands of the same einsum with that operand's tangent",
  attributes: {
    equation: required(
      "text",
      'for example "ij,jk->ik"; a repeated letter is a diagonal, and "..." are axes that broadcast',
    ),
  },
  costText,
  infer: (args, attrs) => {
    const { written, operands, out } = parseEquation(attrs.equation, args);
    const lengths = new Map<string, number>();
    operands.forEach((letters, i) => {
      const { shape } = args[i]!;
      [...letters].forEach((letter, k) => {
        const [known, own] = [lengths.get(letter), shape[k]!];
        const isBroadcast = isShared(letter) && (known === 1 || own === 1);
        if (known !== undefined && known !== own && !isBroadcast) {
          throw new OperandFault(`axis "${shownLetter(letter)}" has length ${own}, elsewhere ${known}`, i);
        }
        if (known === undefined || known === 1) lengths.set(letter, own);
      });
    });
    return {
      shape: [...out].map((letter) => lengths.get(letter)!),
      dtype: "float64",
      attrs: { equation: written },
    };
  },
  compose: (args, { attrs, shape }) => {
    const { operands, out } = parseEquation(attrs.equation, args);
    const distinct = [...new Set(out)].join("");
    const lengths = new Map([...out].map((letter, i) => [letter, shape[i]!]));
    let terms = args.map((x, i) => withoutRepeats(unrepeated(castNode(x, "float64"), operands[i]!, lengths)));
    while (terms.length > 1) terms = contractCheapest(terms, distinct);
    const only = summedTo(terms[0]!, new Set(distinct));
    const result = permute_dims(only.x, { axes: [...distinct].map((letter) => only.letters.indexOf(letter)) });
    return onDiagonals({ x: result, letters: distinct }, out);
  },
});

export const matmul: Op = composite({
  name: "matmul",
  operands: ["x", "y"],
  summary: "the matrix product over the last two axes; vectors as in NumPy, leading axes broadcast",
  formula: "matmul(dx, y) + matmul(x, dy)",
  costText,
  infer: (args, attrs) => {
    const [x, y] = [args[0].shape, args[1].shape];
    args.forEach(({ shape }, i) => {
      if (shape.length === 0) throw new OperandFault("is a scalar; matmul takes vectors and matrices", i);
    });
    const inner = y.length === 1 ? y[0] : y.at(-2);
    if (x.at(-1) !== inner) {
      throw new OperandFault(
        `shape ${showShape(y)} does not fit ${showShape(x)}: ${x.at(-1)} columns, ${inner} rows`,
        1,
      );
    }
    const lead = broadcastShapes(x.slice(0, -2), y.slice(0, -2));
    if (!lead) throw new OperandFault(`shape ${showShape(y)} does not broadcast with ${showShape(x)}`, 1);
    return {
      shape: [...lead, ...(x.length > 1 ? [x.at(-2)!] : []), ...(y.length > 1 ? [y.at(-1)!] : [])],
      dtype: "float64",
      attrs,
    };
  },
  compose: ([x, y], { shape }) => {
    const [rows, inner, columns] = ["R", "I", "C"];
    const a = broadcastTerm(x, x.shape.length > 1 ? `${rows}${inner}` : `${inner}`, shape);
    const b = broadcastTerm(y, y.shape.length > 1 ? `${inner}${columns}` : `${inner}`, shape);
    const lead = batchLetters(Math.max(x.shape.length, y.shape.length, 2) - 2);
    const ends = `${x.shape.length > 1 ? rows : ""}${y.shape.length > 1 ? columns : ""}`;
    const out = [...lead].filter((letter) => (a.letters + b.letters).includes(letter)).join("") + ends;
    return reshape(contract(a.x, b.x, { equation: `${a.letters},${b.letters}->${out}` }), { shape });
  },
});

/**
 * The matrix product of derivative programs, in which zero absorbs. Leading axes broadcast; a turned operand is taken
 * transposed.
 */
export function absorbedProduct(x: Node, y: Node, turned: { readonly x?: boolean; readonly y?: boolean } = {}): Node {
  const lead = broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2))!;
  const [rows, columns] = [x.shape.at(turned.x ? -1 : -2)!, y.shape.at(turned.y ? -2 : -1)!];
  const shape = [...lead, rows, columns];
  const a = broadcastTerm(x, turned.x ? "IR" : "RI", shape);
  const b = broadcastTerm(y, turned.y ? "CI" : "IC", shape);
  const kept = [...batchLetters(lead.length)].filter((letter) => (a.letters + b.letters).includes(letter)).join("");
  return reshape(contract(a.x, b.x, { equation: `${a.letters},${b.letters}->${kept}RC`, absorb: true }), { shape });
}

export const vecdot: Op = composite({
  name: "vecdot",
  operands: ["x", "y"],
  summary: "the scalar products of vectors along an axis",
  formula: "vecdot(dx, y) + vecdot(x, dy)",
  attributes: { axis: optional("integer", "the axis of the vectors, of the shape that both broadcast to", -1) },
  costText,
  infer: (args, attrs) => {
    const shape = broadcastAll(args);
    const axis = normalizeAxis(attrs.axis, shape.length);
    expectLengths(args, shape, axis, shape[axis]!);
    return { shape: shape.toSpliced(axis, 1), dtype: "float64", attrs: { axis } };
  },
  compose: ([x, y], { attrs }) => sum(multiply(x, y), { axis: attrs.axis }),
});

export const outer: Op = composite({
  name: "outer",
  operands: ["x", "y"],
  summary: "the products of all elements of two vectors",
  formula: "outer(dx, y) + outer(x, dy)",
  costText: "1 per element",
  infer: (args, attrs) => {
    args.forEach(({ shape }, i) => {
      if (shape.length !== 1) throw new OperandFault(`must be a vector, received shape ${showShape(shape)}`, i);
    });
    return { shape: [args[0].shape[0]!, args[1].shape[0]!], dtype: "float64", attrs };
  },
  compose: ([x, y]) => multiply(reshape(x, { shape: [x.shape[0]!, 1] }), y),
});

export const tensordot: Op = composite({
  name: "tensordot",
  operands: ["x", "y"],
  summary: "the product of two tensors, summed over pairs of axes",
  formula: "tensordot(dx, y) + tensordot(x, dy)",
  attributes: { axes: optional("axes", "how many last axes of x meet first ones of y, or two lists of axes", 2) },
  costText,
  infer: (args, attrs) => {
    const [x, y] = [args[0].shape, args[1].shape];
    const [ax, ay] = tensordotAxes(attrs.axes, x, y);
    ax.forEach((axis, i) => {
      if (x[axis] !== y[ay[i]!]) {
        throw new OperandFault(`axis ${ay[i]} has length ${y[ay[i]!]}, axis ${axis} of the other has ${x[axis]}`, 1);
      }
    });
    const shape = [...x.filter((_, i) => !ax.includes(i)), ...y.filter((_, i) => !ay.includes(i))];
    const axes: readonly [readonly number[], readonly number[]] = [ax, ay];
    return { shape, dtype: "float64", attrs: { axes } };
  },
  compose: ([x, y], { attrs }) => {
    const [ax, ay] = attrs.axes;
    const xs = batchLetters(x.shape.length);
    const ys = range(y.shape.length).map((i) => (ay.includes(i) ? xs[ax[ay.indexOf(i)]!]! : letterAt(xs.length + i)));
    const out = [...xs].filter((_, i) => !ax.includes(i)).join("") + ys.filter((_, i) => !ay.includes(i)).join("");
    return contract(x, y, { equation: `${xs},${ys.join("")}->${out}` });
  },
});

export const cross: Op = composite({
  name: "cross",
  operands: ["x", "y"],
  summary: "the cross products of vectors of length 3 along an axis",
  formula: "cross(dx, y) + cross(x, dy)",
  attributes: { axis: optional("integer", "the axis of the vectors, of the shape that both broadcast to", -1) },
  costText: "9 per vector, and 12 for copies",
  infer: (args, attrs) => {
    const shape = broadcastAll(args);
    const axis = normalizeAxis(attrs.axis, shape.length);
    expectLengths(args, shape, axis, 3);
    return { shape, dtype: "float64", attrs: { axis } };
  },
  compose: ([x, y], { attrs, shape }) => {
    const rotated = (v: Node, shift: number) => {
      const axis = attrs.axis - (shape.length - v.shape.length);
      return roll(v, { axis, shift });
    };
    return subtract(multiply(rotated(x, -1), rotated(y, 1)), multiply(rotated(x, 1), rotated(y, -1)));
  },
});

interface Term {
  readonly x: Node;
  readonly letters: string;
}

function contractCheapest(terms: readonly Term[], out: string): Term[] {
  // All pairs while they are few; a product of very many operands is taken from left to right.
  const candidates = terms.length > pairsSearchedMax ? [[0, 1] as const] : pairs(terms.length);
  const cost = ([i, j]: readonly [number, number]) => {
    const lengths = lengthsOf([terms[i]!, terms[j]!]);
    return elementCount([...lengths.values()]);
  };
  const [i, j] = candidates.reduce((best, pair) => (cost(pair) < cost(best) ? pair : best));
  const rest = terms.filter((_, k) => k !== i && k !== j);
  const needed = new Set(out + rest.map((term) => term.letters).join(""));
  const a = summedTo(terms[i]!, new Set([...needed, ...terms[j]!.letters]));
  const b = summedTo(terms[j]!, new Set([...needed, ...terms[i]!.letters]));
  const letters = [...new Set(a.letters + b.letters)].filter((letter) => needed.has(letter)).join("");
  return [{ x: contract(a.x, b.x, { equation: `${a.letters},${b.letters}->${letters}` }), letters }, ...rest];
}

const pairsSearchedMax = 8;

function pairs(n: number): (readonly [number, number])[] {
  return range(n).flatMap((j) => range(j).map((i) => [i, j] as const));
}

/** The term summed over the letters that nobody needs. */
function summedTo({ x, letters }: Term, needed: ReadonlySet<string>): Term {
  const axis = range(letters.length).filter((i) => !needed.has(letters[i]!));
  if (axis.length === 0) return { x, letters };
  return { x: sum(x, { axis }), letters: [...letters].filter((letter) => needed.has(letter)).join("") };
}

/** The term with the diagonal taken of axes that share a letter. */
function withoutRepeats(term: Term): Term {
  let { x, letters } = term;
  for (;;) {
    const i = [...letters].findIndex((letter, k) => letters.indexOf(letter) !== k);
    if (i < 0) return { x, letters };
    const first = letters.indexOf(letters[i]!);
    const others = range(letters.length).filter((k) => k !== i && k !== first);
    x = diagonal(permute_dims(x, { axes: [...others, first, i] }));
    letters = others.map((k) => letters[k]).join("") + letters[i];
  }
}

/** An operand of matmul with letters; leading axes of length 1 that the other operand repeats are dropped. */
function broadcastTerm(x: Node, core: string, result: Shape): Term {
  const lead = x.shape.length - core.length;
  const rank = result.length;
  const matrixAxes = rank - lead;
  const letters: string[] = [];
  const shape: number[] = [];
  for (let i = 0; i < lead; i++) {
    const fromEnd = lead - i;
    const length = x.shape[i]!;
    if (length === 1 && matrixAxes >= 0) continue;
    letters.push(letterAt(fromEnd - 1));
    shape.push(length);
  }
  return { x: reshape(x, { shape: [...shape, ...x.shape.slice(lead)] }), letters: letters.join("") + core };
}

/** An operand of einsum without the axes of length 1 that are repeated along those of others. */
function unrepeated(x: Node, letters: string, lengths: ReadonlyMap<string, number>): Term {
  const stays = [...letters].map((letter, i) => !isShared(letter) || x.shape[i] === lengths.get(letter));
  const shape = x.shape.filter((_, i) => stays[i]);
  return { x: reshape(x, { shape }), letters: [...letters].filter((_, i) => stays[i]).join("") };
}

/** A term whose letters are distinct, in the axes of a result that repeats some: what is off their diagonals is 0. */
function onDiagonals({ x, letters }: Term, out: string): Node {
  if (letters.length === out.length) return x;
  const lengths = lengthsOf([{ x, letters }]);
  const shape = [...out].map((letter) => lengths.get(letter)!);
  const isFirst = (letter: string, i: number) => out.indexOf(letter) === i;
  const spread = reshape(x, { shape: [...out].map((letter, i) => (isFirst(letter, i) ? lengths.get(letter)! : 1)) });
  let isOn: Node | undefined;
  [...out].forEach((letter, i) => {
    if (isFirst(letter, i)) return;
    const n = lengths.get(letter)!;
    const pair = [...out].map((_, k) => (k === i || k === out.indexOf(letter) ? n : 1));
    const here = reshape(x.builder.build(identity.operator, [], { n }), { shape: pair });
    isOn = isOn ? multiply(isOn, here) : here;
  });
  return where(broadcastNode(isOn!, shape), broadcastNode(spread, shape), 0);
}

function lettersOf(equation: string): { x: string; y: string; out: string } {
  const [left, out] = equation.split("->") as [string, string];
  const [x, y] = left.split(",") as [string, string];
  return { x, y, out };
}

function letterLengths(args: readonly Node[], equation: string): Map<string, number> {
  const { x, y } = lettersOf(equation);
  return lengthsOf([
    { x: args[0]!, letters: x },
    { x: args[1]!, letters: y },
  ]);
}

function lengthsOf(terms: readonly Term[]): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const { x, letters } of terms) {
    for (let i = 0; i < letters.length; i++) lengths.set(letters[i]!, x.shape[i]!);
  }
  return lengths;
}

function expectLengths(args: readonly Node[], shape: Shape, axis: number, length: number): void {
  args.forEach((x, i) => {
    const own = x.shape[axis - (shape.length - x.shape.length)];
    if (own === undefined) throw new OperandFault(`shape ${showShape(x.shape)} lacks axis ${axis} of the other`, i);
    if (own !== length) throw new OperandFault(`axis ${axis} has length ${own}, not ${length}`, i);
  });
}

function tensordotAxes(axes: number | readonly (readonly number[])[], x: Shape, y: Shape): [number[], number[]] {
  if (typeof axes === "number") {
    if (axes < 0 || axes > Math.min(x.length, y.length)) {
      throw new OperandFault(`attribute "axes" ${axes} is not between 0 and ${Math.min(x.length, y.length)}`);
    }
    return [range(axes).map((i) => x.length - axes + i), range(axes)];
  }
  const [ax, ay] = axes;
  if (axes.length !== 2 || !ax || !ay || ax.length !== ay.length) {
    throw new OperandFault('attribute "axes" must be an integer or two lists of equal length');
  }
  return [normalizeAxes(ax, x.length), normalizeAxes(ay, y.length)];
}
