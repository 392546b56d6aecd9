import { formOf } from "../graph/form.ts";
import type { AssemblyPart } from "../graph/lowering.ts";
import { type Builder, constantValue, type Node, type Operator } from "../graph/operator.ts";
import { convert } from "../operators/cast.ts";
import { direction, divide, integer_product, multiply, reciprocal, square } from "../operators/families/arithmetic.ts";
import { matrix_transpose } from "../operators/families/arrangement.ts";
import { equal, less, not_equal, where } from "../operators/families/choice.ts";
import { arange, eye, identity, iota } from "../operators/families/creation.ts";
import { cumulative_sum, integer_sums } from "../operators/families/cumulative.ts";
import { powInBase, powInExponent } from "../operators/families/exponential.ts";
import { gather, put_add, scatter_add, take } from "../operators/families/indexing.ts";
import { norm } from "../operators/families/norm.ts";
import { contract, einsum, matmul, outer } from "../operators/families/products.ts";
import { euclideanNorm, max, min, prod, tieShare, unitVector } from "../operators/families/reductions.ts";
import { difference, sigmoid, sigmoidComplement, sigmoidSlope } from "../operators/families/special.ts";
import { pad, slice_add } from "../operators/families/structure.ts";
import { cosh, inversion, oneMinusSquare, sechSquare } from "../operators/families/trigonometric.ts";
import { cast, rounded, wrapped_bits } from "../operators/families/types.ts";
import type { Op } from "../operators/kinds.ts";
import { add, negative, passGreater, quotient, scale, subtract } from "../operators/linear.ts";
import { integer_fold } from "../operators/reduction.ts";
import { broadcast_to, sum } from "../operators/views.ts";
import { linearAlgebraForms, type PublicForm } from "./linear-algebra-forms.ts";
import { specialForms } from "./special-forms.ts";
import { tableForms } from "./table-forms.ts";

const forms: readonly (readonly [Op, PublicForm])[] = [
  [scale, ([t, p]) => multiply(t!, p!)],
  [quotient, ([t, y]) => divide(t!, y!)],
  [passGreater, ([t, x, y]) => where(less(x!, y!), 0, where(equal(x!, y!), multiply(0.5, t!), t!))],
  [difference, ([x, y]) => subtract(x!, y!)],
  [sechSquare, ([x]) => square(reciprocal(cosh(x!)))],
  [oneMinusSquare, ([x]) => multiply(subtract(1, x!), add(1, x!))],
  [sigmoidComplement, ([x]) => sigmoid(negative(x!))],
  ...[sigmoidSlope, direction, inversion, powInBase, powInExponent, unitVector].map((op): readonly [Op, PublicForm] => [
    op,
    (args) => args.at(-1),
  ]),
  [iota, (_, node, builder) => builder.apply(arange.operator, [], { start: 0, stop: node.shape[0] })],
  [identity, (_, node, builder) => builder.apply(eye.operator, [], node.attrs)],
  [convert, castForm],
  [integer_product, integersForm(multiply)],
  [
    integer_fold,
    (args, node, builder) =>
      integersForm(node.attrs.by === "add" ? sum : prod, "axis", "keepdims")(args, node, builder),
  ],
  [integer_sums, integersForm(cumulative_sum, "axis")],
  [rounded, integersForm(cast, "dtype")],
  [
    wrapped_bits,
    ([x], { attrs: { bits, signed } }, builder) =>
      builder.apply(cast.operator, [x!], { dtype: `${signed ? "" : "u"}int${bits}` }),
  ],
  [tieShare, tieShareForm],
  [gather, gatherForm],
  [scatter_add, scatterAddForm],
  [slice_add, sliceAddForm],
  [contract, contractForm],
  ...linearAlgebraForms,
  ...tableForms,
  [euclideanNorm, ([x], { attrs }, builder) => builder.apply(norm.operator, [x!], attrs)],
  ...specialForms,
];

/** What the operators that documents cannot name are in those that they can. */
export const publicForms: ReadonlyMap<Operator, PublicForm> = new Map(
  forms.map(([{ operator }, form]) => [operator, form]),
);

function castForm([x]: readonly Node[], { dtype }: Node, builder: Builder): Node {
  if (dtype === "bool") return not_equal(x!, 0);
  // As formulas can say it.
  if (dtype === "float64")
    return x!.dtype === "bool" ? where(x!, 1, 0) : builder.apply(divide.operator, [x!, builder.constant(1)], {});
  return builder.apply(cast.operator, [x!], { dtype });
}

/** What an operator on integers is called, of operands that documents have. */
function integersForm({ operator }: Op, ...kept: readonly string[]): PublicForm {
  return (args, { attrs }, builder) =>
    builder.apply(operator, args, Object.fromEntries(kept.map((key) => [key, attrs[key]])));
}

function tieShareForm([x]: readonly Node[], { attrs }: Node): Node {
  const kept = { axis: attrs.axis, keepdims: true };
  const isTied = where(equal(x!, (attrs.largest ? max : min)(x!, kept)), 1, 0);
  return divide(isTied, sum(isTied, kept));
}

function gatherForm([x, i]: readonly Node[], { attrs: { axis, batch } }: Node): Node | undefined {
  const length = x!.shape[axis as number]!;
  const isOutside = constantValue(i!)?.data.some((n) => n < -length || n >= length);
  return batch === 0 && !isOutside ? x!.builder.apply(take.operator, [x!, i!], { axis }) : undefined;
}

function scatterAddForm(args: readonly Node[], { attrs: { axis, batch } }: Node): Node | undefined {
  return batch === 0 ? args[0]!.builder.apply(put_add.operator, args, { axis }) : undefined;
}

function sliceAddForm([x, v]: readonly Node[], node: Node, builder: Builder): Node {
  const [{ firsts, steps }] = formOf(node.op, "assembled").assemble(node).parts as [AssemblyPart];
  const counts = v!.shape;
  if (steps.every((step) => step === 1)) {
    const pad_width = x!.shape.map((length, i) => [firsts[i]!, length - firsts[i]! - counts[i]!]);
    return add(x!, builder.apply(pad.operator, [v!], { pad_width }));
  }
  let spread = v!;
  for (const [axis, step] of steps.entries()) {
    if (step === 1 && counts[axis] === x!.shape[axis]) continue;
    const start = firsts[axis]!;
    const indices = builder.apply(arange.operator, [], { start, stop: start + counts[axis]! * step, step });
    const shape = spread.shape.map((length, i) => (i === axis ? x!.shape[i]! : length));
    const zero = broadcast_to(builder.constant(0), { shape });
    spread = builder.apply(put_add.operator, [zero, indices, spread], { axis });
  }
  return add(x!, spread);
}

function contractForm([x, y]: readonly Node[], node: Node, builder: Builder): Node {
  const letters = formOf(node.op, "contraction").letters(node.attrs);
  const isScaled = (letters.x === "" && letters.y === letters.out) || (letters.y === "" && letters.x === letters.out);
  if (isScaled) return multiply(x!, y!);
  const equation = relabelled(`${letters.x},${letters.y}->${letters.out}`);
  const product = familiar[equation];
  if (!product) return builder.apply(einsum.operator, [x!, y!], { equation });
  const [op, ...operands] = product;
  const operandOf = (name: string) => (name.startsWith("x") ? x! : y!);
  const turned = (name: string) => builder.apply(matrix_transpose.operator, [operandOf(name)], {});
  const args = operands.map((name) => (name.endsWith("T") ? turned(name) : operandOf(name)));
  return builder.apply((op === "outer" ? outer : matmul).operator, args, {});
}

/** Contractions that people know by another name; T is transposed. */
const familiar: Readonly<Record<string, readonly ["matmul" | "outer", string, string]>> = {
  "a,b->ab": ["outer", "x", "y"],
  "a,b->ba": ["outer", "y", "x"],
  "a,a->": ["matmul", "x", "y"],
  "ab,b->a": ["matmul", "x", "y"],
  "ab,a->b": ["matmul", "y", "x"],
  "a,ab->b": ["matmul", "x", "y"],
  "a,ba->b": ["matmul", "y", "x"],
  "ab,bc->ac": ["matmul", "x", "y"],
  "ab,ca->cb": ["matmul", "y", "x"],
  "ab,cb->ac": ["matmul", "x", "yT"],
  "ab,cb->ca": ["matmul", "y", "xT"],
  "ab,ac->bc": ["matmul", "xT", "y"],
  "ab,ac->cb": ["matmul", "yT", "x"],
};

const latinLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** An equation with its letters, which may be any character, named a, b, … as they appear. */
function relabelled(equation: string): string {
  const names = new Map<string, string>();
  return equation.replace(/[^,>-]/gu, (letter) => {
    const name = names.get(letter) ?? latinLetters[names.size] ?? letter;
    names.set(letter, name);
    return name;
  });
}
