import { type AttributeSpecs, type AttributesOf, type Attrs, noAttributes, noAttrs } from "../graph/attribute.ts";
import type { DType } from "../graph/dtype.ts";
import { OperandFault } from "../graph/fault.ts";
import type {
  Composite,
  Evaluation,
  Form,
  Inferred,
  IntegerForm,
  Names,
  Node,
  Operator,
  OperatorDoc,
  Own,
  PerOperand,
  Primitive,
  Rules,
} from "../graph/operator.ts";
import { broadcastShapes, elementCount, range, type Shape, showShape } from "../graph/shape.ts";

// The ground floor: kinds of operators that need no operator to be declared. A declaration is flat; the record that is
// made of it is grouped by who reads it. In all of them `S` is what documents may say as attributes, `A` what nodes
// keep of it, `N` the names of the operands.

/** An operator that can be applied to nodes in rules and composites, so that they read like formulas. */
export interface Op<O extends Operator = Operator> {
  (...operandsAndAttrs: readonly (Node | number | boolean | Attrs)[]): Node;
  readonly operator: O;
}

/** A function of one to four numbers. */
export type Scalar = (...operands: number[]) => number;

/** The one operand of an operator that names none. */
export type X = readonly ["x"];

/** What every declaration says of itself. */
export interface Described<S, N extends Names> extends OperatorDoc {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Names of the operands, "x" where absent; a last name that starts with `...` takes any number of further ones. */
  readonly operands?: N;
  readonly attributes?: S;
  /** How integers stay integers; absent: they become float64. */
  readonly integers?: IntegerForm;
}

/** Gives the type of the result and the attributes that are kept, of operands that are as many as there are names. */
type Infer<S = AttributeSpecs, A = Attrs, N extends Names = Names> = (
  args: PerOperand<N, Node>,
  attrs: NoInfer<AttributesOf<S>>,
) => Inferred<A>;

/** The rules of a primitive, and whether its operands commute. */
export interface Ruled<A = Attrs, N extends Names = Names> extends Partial<Rules<A, N>> {
  readonly commutative?: boolean;
}

/** How a declared primitive is computed, beside its form. */
interface Computed<A, N extends Names>
  extends Pick<Evaluation<A, N>, "evaluate" | "batch">,
    Partial<Omit<Evaluation<A, N>, "evaluate" | "batch">> {
  readonly cost: (node: Own<A, N>) => number;
}

/** A form without what all primitives have. */
type Special<F> = F extends unknown ? Omit<F, keyof Evaluation> : never;

interface Formed<A, N extends Names> {
  readonly form: Special<Primitive<A, N>>;
}

interface Inferring<S, A, N extends Names> {
  readonly infer: Infer<S, A, N>;
}

/** What a declaration of a primitive says. */
type Declaration<S = AttributeSpecs, A = Attrs, N extends Names = Names> = Described<S, N> &
  Inferring<S, A, N> &
  Ruled<NoInfer<A>, N> &
  Computed<NoInfer<A>, N> &
  Formed<NoInfer<A>, N>;

/** No attributes. */
export type None = Record<never, never>;

// Each kind is typed for who declares, by what its attributes and operands are, and written for records of any.

/** A primitive: how it is evaluated, and of what form it is. */
export function primitive<S = None, A = AttributesOf<S>, const N extends Names = X>(
  declaration: Declaration<S, A, N>,
): Op;
export function primitive(declaration: Declaration): Op {
  const { form } = declaration;
  return callable(recordOf(declaration, { ...form, ...evaluationOf(declaration) }));
}

/** What a declaration of a composite says. */
type CompositeDeclaration<S = AttributeSpecs, A = Attrs, N extends Names = Names> = Described<S, N> &
  Partial<Inferring<S, A, N>> &
  Composed<NoInfer<A>, N>;

interface Composed<A, N extends Names> extends Pick<Composite<A, N>, "compose"> {
  readonly integral?: (attrs: A) => boolean;
}

/** An operator that is a formula in others; its derivatives follow from them. */
export function composite<S = None, A = AttributesOf<S>, const N extends Names = X>(
  declaration: CompositeDeclaration<S, A, N>,
): Op;
export function composite(declaration: CompositeDeclaration): Op {
  const { name, compose, infer = floatOfAll, integral } = declaration;
  const cost = () => {
    throw new Error(`${name}: a composite is never counted itself`);
  };
  const record = recordOf({ ...declaration, infer, cost }, { kind: "composite", compose });
  return callable({ ...record, integral });
}

/** The record of a declaration: what it says, its form, and its rules. Throws where it is silent about a tangent. */
export function recordOf<F extends Form>(
  declaration: Described<AttributeSpecs, Names> &
    Ruled &
    Pick<Operator, "cost"> &
    Partial<Pick<Operator, "results" | "iterations" | "isUnbounded" | "loop">> & { readonly infer: Infer },
  form: F,
) {
  const {
    name,
    aliases = [],
    operands = ["x"],
    attributes = noAttributes,
    integers,
    commutative = false,
  } = declaration;
  const { summary, formula, kink, doubt, domain, costText, infer, results, cost, iterations, isUnbounded, loop } =
    declaration;
  const {
    zero,
    linear,
    jvp,
    squared,
    base,
    multiple,
    transpose,
    accumulate,
    pattern,
    joint,
    settling,
    isQuotient = false,
    isShare = false,
  } = declaration;
  const isOpen = operands.at(-1)?.startsWith("...") === true;
  const record = {
    name,
    aliases,
    operands,
    attributes,
    summary,
    formula,
    kink,
    doubt,
    domain,
    costText,
    infer: isOpen
      ? infer
      : (args: readonly Node[], attrs: Attrs) => {
          expectArity(args, operands.length);
          return infer(args, attrs);
        },
    results,
    cost,
    iterations,
    isUnbounded,
    loop,
    commutative,
    integers,
    integral: undefined,
    form,
    rules: {
      zero,
      linear,
      jvp,
      squared,
      base,
      multiple,
      transpose,
      accumulate,
      pattern,
      joint,
      settling,
      isQuotient,
      isShare,
    },
  };
  expectRules(record);
  return record;
}

/** By default operands broadcast, and the result is float64. */
function floatOfAll(args: readonly Node[], attrs: Attrs): Inferred {
  return { shape: broadcastAll(args), dtype: "float64", attrs };
}

/** The part of a declaration that says how values are computed. */
export function evaluationOf(declaration: Computed<Attrs, Names>): Evaluation {
  const { coerce, evaluate, inPlace = false, rowMajor = false, hidesNaN = [], absorbs = never, batch } = declaration;
  return { coerce, evaluate, inPlace, rowMajor, hidesNaN, absorbs, batch, workBytes: declaration.workBytes };
}

function never(): boolean {
  return false;
}

/** Makes a record callable. At least one operand must be a node: it tells the builder. */
export function callable<O extends Operator>(operator: O): Op<O> {
  const call = (...given: (Node | number | boolean | Attrs)[]): Node => {
    const last = given[given.length - 1];
    const attrs = typeof last === "object" && !isNode(last) ? last : noAttrs;
    if (attrs === last) given.pop();
    const operands = given as (Node | number | boolean)[];
    for (const operand of operands) {
      if (typeof operand === "object") return operand.builder.build(operator, operands, attrs);
    }
    throw new Error(`${operator.name}: no operand is a node`);
  };
  return Object.assign(call, { operator });
}

/** Throws a fault unless there are `count` operands. */
function expectArity(args: readonly Node[], count: number): void {
  if (args.length !== count) {
    throw new OperandFault(`takes ${count} operand${count === 1 ? "" : "s"}, received ${args.length}`);
  }
}

/** Throws unless the record says of each operand what its tangent gives, and of linear ones what cotangents do. */
function expectRules({ name, operands, form, rules }: Operator): void {
  const { zero, linear, jvp, transpose, accumulate, joint } = rules;
  if (form.kind === "composite" || form.kind === "functional" || joint) return;
  const has = (list: readonly number[] | "all" | undefined, i: number) => list === "all" || list?.includes(i) === true;
  operands.forEach((operand, i) => {
    const said = Number(has(zero, i)) + Number(has(linear, i)) + Number(jvp?.[i] !== undefined);
    if (said !== 1) {
      throw new Error(
        `${name}: the tangent of ${operand} needs one of a rule in "jvp", "linear" and "zero", and has ${said}`,
      );
    }
  });
  if (linear && !transpose && !accumulate) throw new Error(`${name}: is linear and has no "transpose"`);
}

/** The shape that all operands broadcast to. */
export function broadcastAll(args: readonly Node[]): Shape {
  let shape = args[0]!.shape;
  for (let i = 1; i < args.length; i++) {
    const joint = broadcastShapes(shape, args[i]!.shape);
    if (!joint) {
      throw new OperandFault(`shape ${showShape(args[i]!.shape)} does not broadcast with ${showShape(shape)}`, i);
    }
    shape = joint;
  }
  return shape;
}

/** The dtype of data operands: their own when they agree, else float64. */
export function commonDType(args: readonly Node[]): DType {
  const first = args[0]!.dtype;
  return args.every((x) => x.dtype === first) ? first : "float64";
}

/** Normalises one axis; counts from the end when negative. */
export function normalizeAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (normal < 0 || normal >= rank) throw new OperandFault(`axis ${axis} is out of range for rank ${rank}`);
  return normal;
}

/** Normalises distinct axes, keeping their order. */
export function normalizeAxes(axes: readonly number[], rank: number): number[] {
  const normal = axes.map((axis) => normalizeAxis(axis, rank));
  if (new Set(normal).size !== normal.length) throw new OperandFault(`axes ${showShape(axes)} repeat an axis`);
  return normal;
}

/** All axes where none is named, else the named ones, normalised and sorted. */
export function axesOrAll(axis: number | readonly number[] | undefined, rank: number): number[] {
  if (axis === undefined) return range(rank);
  return normalizeAxes([axis].flat(), rank).sort((a, b) => a - b);
}

/** The number of elements in a node's value. */
export function elements(node: { readonly shape: readonly number[] }): number {
  return elementCount(node.shape);
}

function isNode(value: object): value is Node {
  return "builder" in value;
}
