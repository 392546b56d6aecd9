import type { AttributeSpecs, AttributesOf, Attrs } from "../graph/attribute.ts";
import type { Budget } from "../graph/budget.ts";
import type { NdArray } from "../graph/ndarray.ts";
import type {
  Chosen,
  Composite,
  Evaluation,
  Functional,
  Inferred,
  JointRules,
  Looped,
  Names,
  Node,
  Operator,
  Own,
  PerOperand,
  Repeated,
  Settling,
  TensorType,
} from "../graph/operator.ts";
import type { PatternOperand, SeedSets } from "../graph/pattern.ts";
import { callable, type Described, evaluationOf, type None, type Op, recordOf, type X } from "./kinds.ts";
import { bundleShape, packed, tupleNode } from "./results.ts";

/** The types of the results and the attributes that are kept. Says the same again of the attributes that it kept. */
type InferResults<S, A, N extends Names> = (
  args: PerOperand<N, Node>,
  attrs: NoInfer<AttributesOf<S>>,
) => { readonly results: readonly TensorType[]; readonly attrs: A };

interface Inferring<S, A, N extends Names> {
  readonly infer: InferResults<S, A, N>;
}

/** What a declaration of a primitive with several results says. */
interface Computed<A, N extends Names>
  extends JointRules<A, N>,
    Pick<Evaluation<A, N>, "batch">,
    Partial<Pick<Evaluation<A, N>, "coerce" | "hidesNaN" | "rowMajor" | "workBytes">>,
    Settling<A, N>,
    Pick<Operator, "iterations" | "isUnbounded" | "loop"> {
  readonly cost: (node: Own<A, N>) => number;
  /** What code can know of it; absent: nothing. */
  readonly form?:
    | Pick<Looped<A, N>, "kind" | "rows">
    | Pick<Repeated<A, N>, "kind" | "repetition">
    | Pick<Chosen<A, N>, "kind" | "branches">;
  /** The values of the results, each row-major or a view; or all of them end to end. */
  readonly evaluate: (args: PerOperand<N, NdArray>, node: Own<A, N>, budget: Budget) => readonly NdArray[] | NdArray;
  /** The sets of each result; absent: every element depends on all. */
  readonly pattern?: (sets: SeedSets, args: PerOperand<N, PatternOperand>, node: Own<A, N>) => readonly NdArray[];
}

type Declaration<S = AttributeSpecs, A = Attrs, N extends Names = Names> = Described<S, N> &
  Inferring<S, A, N> &
  Computed<NoInfer<A>, N>;

/**
 * A primitive with several results, or with as many as its attributes say. A node of it is a bundle: `resultsOf` gives
 * the results, and so `batch` gives the bundle of many points, in which results that are the same for all may lack the
 * axis of points.
 */
export function several<S = None, A = AttributesOf<S>, const N extends Names = X>(
  declaration: Declaration<S, A, N>,
): Op;
export function several(declaration: Declaration): Op {
  const { infer, evaluate, pattern, jvp, transpose, extension, settled, refusal, form, ...rest } = declaration;
  const record = recordOf(
    {
      ...rest,
      ...inferring(infer),
      joint: transpose ? { jvp, transpose } : { jvp },
      settling: { ...(extension && { extension }), ...(settled && { settled }), ...(refusal && { refusal }) },
      ...(pattern && { pattern: (sets, args, node) => packed(pattern(sets, args, node)) }),
    },
    {
      ...(form ?? { kind: "opaque" }),
      ...evaluationOf({ ...rest, evaluate: (args, node, budget) => bundleOf(evaluate(args, node, budget)) }),
    },
  );
  return callable(record);
}

function bundleOf(results: readonly NdArray[] | NdArray): NdArray {
  return "data" in results ? results : packed(results);
}

/** What a declaration of a composite with several results says. */
type CompositeDeclaration<S = AttributeSpecs, A = Attrs, N extends Names = Names> = Described<S, N> &
  Inferring<S, A, N> & {
    readonly compose: (...given: Parameters<Composite<NoInfer<A>, N>["compose"]>) => readonly Node[];
  };

/** An operator whose results are formulas in others, one for each. */
export function severalComposite<S = None, A = AttributesOf<S>, const N extends Names = X>(
  declaration: CompositeDeclaration<S, A, N>,
): Op;
export function severalComposite(declaration: CompositeDeclaration): Op {
  const { name, compose, infer, ...rest } = declaration;
  const cost = () => {
    throw new Error(`${name}: a composite is never counted itself`);
  };
  const record = recordOf(
    { name, ...rest, ...inferring(infer), cost },
    { kind: "composite", compose: (...given) => tupleNode(compose(...given)) },
  );
  return callable(record);
}

/** What a declaration of an operator that holds functions says. */
type FunctionalDeclaration<S = AttributeSpecs, A = Attrs, N extends Names = Names> = Described<S, N> &
  Inferring<S, A, N> &
  Pick<Operator, "iterations"> & {
    readonly compose: (...given: Parameters<Functional<NoInfer<A>, N>["compose"]>) => readonly Node[];
  };

/** An operator with functions among its attributes, whose results are formulas that passes make of these. */
export function functional<S = None, A = AttributesOf<S>, const N extends Names = X>(
  declaration: FunctionalDeclaration<S, A, N>,
): Op;
export function functional(declaration: FunctionalDeclaration): Op {
  const { name, compose, infer, ...rest } = declaration;
  const cost = () => {
    throw new Error(`${name}: is never counted itself`);
  };
  const record = recordOf(
    { name, ...rest, ...inferring(infer), cost },
    { kind: "functional", compose: (...given) => tupleNode(compose(...given)) },
  );
  return callable(record);
}

function inferring(infer: InferResults<AttributeSpecs, Attrs, Names>): Pick<Operator, "results"> & {
  infer(args: readonly Node[], attrs: Attrs): Inferred;
} {
  return {
    infer: (args, given) => {
      const { results, attrs } = infer(args, given);
      return { shape: bundleShape(results), dtype: "float64", attrs };
    },
    results: (args, attrs) => infer(args, attrs).results,
  };
}
