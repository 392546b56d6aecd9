import type { Attrs } from "../graph/attribute.ts";
import { bodiesOf, runnableForm } from "../graph/form.ts";
import { reachable } from "../graph/graph.ts";
import { NodeSet } from "../graph/node-map.ts";
import type { Body, Node, Primitive, Rows } from "../graph/operator.ts";

/**
 * Whether a program has to compute with absorbing zeros, and if not, which outputs depend on products in which zero
 * would absorb; or whether it is to be heard where one does. A product differs from an absorbing one only where it is NaN, and a NaN reaches every output that
 * depends on it, unless an operator in between hides it.
 */
export function absorptionOf(
  nodes: readonly Node[],
  outputs: readonly Node[],
  mustAbsorb: boolean,
): { absorbs: boolean; isHeard: boolean; doubtful: readonly number[] } {
  // Whoever runs it where it must has been told before.
  if (mustAbsorb) return { absorbs: true, isHeard: false, doubtful: [] };
  const { isHidden, tainted } = new Spreading().spread(nodes, outputs, []);
  if (isHidden) return { absorbs: true, isHeard: true, doubtful: [] };
  return { absorbs: false, isHeard: false, doubtful: tainted.flatMap((is, i) => (is ? [i] : [])) };
}

/** What becomes of NaN: whether an operator hides one, and which outputs may have one. */
interface Spread {
  readonly isHidden: boolean;
  readonly tainted: readonly boolean[];
}

/** Follows NaN through a program. What it finds of bodies it remembers: functions in functions may be very many. */
class Spreading {
  private readonly found = new Map<Attrs, Map<string, Spread>>();
  private readonly absorbing = new Map<Attrs, boolean>();

  spread(nodes: readonly Node[], outputs: readonly Node[], taintedInputs: readonly Node[]): Spread {
    const last = nodes.at(-1);
    if (!last) return { isHidden: false, tainted: outputs.map(() => false) };
    const tainted = new NodeSet(last.index + 1);
    for (const input of taintedInputs) if (input.index <= last.index) tainted.add(input);
    let isHidden = false;
    for (const node of nodes) {
      const { op, args, attrs } = node;
      const form = runnableForm(op);
      if (!form) continue;
      const given = args.map((arg) => tainted.has(arg));
      const bodies = bodiesOf(form, attrs);
      if (bodies.length > 0) {
        if (!given.includes(true) && !this.absorbsWithin(attrs, bodies)) continue;
        const known = this.found.get(attrs) ?? new Map<string, Spread>();
        const within = known.get(given.join()) ?? this.spreadInBodies(form, attrs, bodies, given);
        this.found.set(attrs, known.set(given.join(), within));
        if (within.tainted.includes(true)) tainted.add(node);
        isHidden ||= within.isHidden;
        continue;
      }
      const hides = form.hidesNaN === "all" ? args : form.hidesNaN.map((operand) => args[operand]!);
      isHidden ||= hides.some((arg) => tainted.has(arg));
      if (form.absorbs(attrs) || given.includes(true)) tainted.add(node);
    }
    return { isHidden, tainted: outputs.map((output) => output.index <= last.index && tainted.has(output)) };
  }

  /** The same of what runs bodies, of whose operands some may have a NaN: by a fixed point over what a step hands on. */
  private spreadInBodies(form: Primitive, attrs: Attrs, bodies: readonly Body[], given: readonly boolean[]): Spread {
    const through = ({ inputs, outputs }: Body, which: readonly boolean[]) =>
      this.spread(
        reachable(outputs),
        outputs,
        inputs.filter((_, i) => which[i]),
      );
    if (form.kind === "choice") {
      const found = bodies.map((body) => through(body, given.slice(1)));
      return {
        isHidden: given[0]! || found.some(({ isHidden }) => isHidden),
        tainted: found[0]!.tainted.map((_, i) => found.some(({ tainted }) => tainted[i])),
      };
    }
    const body = bodies.at(-1)!;
    const { constants, carry, counted: isCounted } = handedOn(form, attrs);
    const which = given.slice(Number(isCounted));
    for (;;) {
      const found = through(body, which);
      const more = found.tainted.flatMap((is, i) => (i < carry && is && !which[constants + i] ? [constants + i] : []));
      for (const i of more) which[i] = true;
      if (more.length > 0) continue;
      // How often a loop runs hides what says so.
      const tested = form.kind === "until" ? through(bodies[0]!, which) : undefined;
      const isAsked = tested !== undefined && (tested.isHidden || tested.tainted.includes(true));
      const carried = which.slice(constants, constants + carry).includes(true);
      return {
        isHidden: found.isHidden || isAsked || (isCounted && given[0]!),
        tainted: carried ? [true] : found.tainted,
      };
    }
  }

  /** Whether zero absorbs in a product in some bodies, or in bodies in these. */
  private absorbsWithin(attrs: Attrs, bodies: readonly Body[]): boolean {
    const known = this.absorbing.get(attrs);
    if (known !== undefined) return known;
    const found = bodies.some(({ outputs }) =>
      reachable(outputs).some((node) => {
        const form = runnableForm(node.op);
        if (!form) return false;
        return form.absorbs(node.attrs) || this.absorbsWithin(node.attrs, bodiesOf(form, node.attrs));
      }),
    );
    this.absorbing.set(attrs, found);
    return found;
  }
}

function handedOn(form: Primitive, attrs: Attrs): Pick<Rows, "constants" | "carry" | "counted"> {
  if (form.kind === "loop") return form.rows(attrs);
  if (form.kind === "until") return { ...form.repetition(attrs), counted: false };
  throw new Error(`${form.kind} hands nothing on`);
}
