import type { Builder, Node } from "../graph/operator.ts";
import { multiply } from "../operators/families/arithmetic.ts";
import { matrix_transpose } from "../operators/families/arrangement.ts";
import { identity } from "../operators/families/creation.ts";
import { cholesky, lower_cholesky } from "../operators/families/linalg/cholesky.ts";
import { column_signs, reflection_signs } from "../operators/families/linalg/complement.ts";
import {
  cofactors,
  det,
  factored_determinant,
  factored_logarithm,
  factored_sign,
  regular_shift,
  slogdet,
} from "../operators/families/linalg/determinant.ts";
import { expm, expm_tangent } from "../operators/families/linalg/exponential.ts";
import { lu, tall_lu } from "../operators/families/linalg/lu.ts";
import { least_squares, lstsq, qr, tall_qr } from "../operators/families/linalg/orthogonal.ts";
import { pinv, pseudo_inverse, svd, thin_svd } from "../operators/families/linalg/singular.ts";
import { diag } from "../operators/families/linalg/structure.ts";
import { inv, lu_factors, solve, solve_factored } from "../operators/families/linalg/systems.ts";
import { solve_triangle, triangular_solve } from "../operators/families/linalg/triangular.ts";
import { solve_tridiagonal } from "../operators/families/linalg/tridiagonal.ts";
import { concat, sliceAxis } from "../operators/families/structure.ts";
import type { Op } from "../operators/kinds.ts";
import { add } from "../operators/linear.ts";
import { resultNode } from "../operators/results.ts";
import { reshape } from "../operators/views.ts";

/** The same value from a document's operators, but that zero may not absorb; undefined where none says it. */
export type PublicForm = (args: readonly Node[], node: Node, builder: Builder) => Node | undefined;

const unsaid: PublicForm = () => undefined;

/** What the linear algebra that documents cannot name is in what they can. Factors of a matrix stand for the matrix. */
export const linearAlgebraForms: readonly (readonly [Op, PublicForm])[] = [
  [lower_cholesky, ([x], _, builder) => builder.apply(cholesky.operator, [x!], {})],
  [
    solve_triangle,
    (args, { attrs: { lower, transpose, unit_diagonal } }, builder) =>
      builder.apply(triangular_solve.operator, args, { lower, transpose, unit_diagonal }),
  ],
  [lu_factors, ([x]) => x],
  [solve_factored, solutionForm],
  [factored_determinant, ([a], _, builder) => builder.apply(det.operator, [a!], {})],
  [factored_sign, ([a], _, builder) => resultNode(builder.apply(slogdet.operator, [a!], {}), 0)],
  [factored_logarithm, ([a], _, builder) => resultNode(builder.apply(slogdet.operator, [a!], {}), 1)],
  [cofactors, cofactorsForm],
  [regular_shift, unsaid],
  [expm_tangent, exponentialForm],
  [solve_tridiagonal, tridiagonalForm],
  [tall_lu, ([x], _, builder) => builder.apply(lu.operator, [x!], {})],
  [tall_qr, ([x], _, builder) => builder.apply(qr.operator, [x!], {})],
  [thin_svd, ([x], _, builder) => builder.apply(svd.operator, [x!], {})],
  [reflection_signs, unsaid],
  [column_signs, unsaid],
  [least_squares, ([a, , , b], _, builder) => builder.apply(lstsq.operator, [a!, b!], {})],
  [pseudo_inverse, ([a], { attrs }, builder) => builder.apply(pinv.operator, [a!], attrs)],
];

function solutionForm([a, , b]: readonly Node[], { args, attrs }: Node, builder: Builder): Node {
  const matrix = attrs.transpose ? builder.apply(matrix_transpose.operator, [a!], {}) : a!;
  const isInverse = args[2]!.op === identity.operator;
  return isInverse ? builder.apply(inv.operator, [matrix], {}) : builder.apply(solve.operator, [matrix, b!], {});
}

function cofactorsForm([a]: readonly Node[], _: Node, builder: Builder): Node {
  const determinant = builder.apply(det.operator, [a!], {});
  const inverse = builder.apply(matrix_transpose.operator, [builder.apply(inv.operator, [a!], {})], {});
  return multiply(reshape(determinant, { shape: [...determinant.shape, 1, 1] }), inverse);
}

/** The upper right block of the exponential of [[x, e], [0, x]]. */
function exponentialForm([x, e]: readonly Node[], _: Node, builder: Builder): Node {
  const [axis, n] = [x!.shape.length - 1, x!.shape.at(-1)!];
  const above = builder.apply(concat.operator, [x!, e!], { axis });
  const below = builder.apply(concat.operator, [multiply(0, x!), x!], { axis });
  const whole = builder.apply(concat.operator, [above, below], { axis: axis - 1 });
  const exponential = builder.apply(expm.operator, [whole], {});
  return sliceAxis(sliceAxis(exponential, axis - 1, 0, n), axis, n, 2 * n);
}

/** A dense matrix with three diagonals. */
function tridiagonalForm([below, main, above, b]: readonly Node[], _: Node, builder: Builder): Node {
  const [axis, n] = [b!.shape.length - 1, b!.shape.at(-1)!];
  const beside = (x: Node, first: number, offset: number) =>
    builder.apply(diag.operator, [sliceAxis(x, axis, first, first + n - 1)], { offset });
  const matrix = add(add(builder.apply(diag.operator, [main!], {}), beside(above!, 0, 1)), beside(below!, 1, -1));
  const columns = reshape(b!, { shape: [...b!.shape, 1] });
  return reshape(builder.apply(solve.operator, [matrix, columns], {}), { shape: b!.shape });
}
