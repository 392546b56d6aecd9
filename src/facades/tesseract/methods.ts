import type { Context } from "../../calls/context.ts";
import { planJacobian } from "../../calls/matrices.ts";
import { planProducts } from "../../calls/products.ts";
import { convertArray, zeros } from "../../graph/ndarray.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Method } from "../../rpc/method.ts";
import { type Answer, PlainAnswer, TensorLeaf } from "../../wire/answer.ts";
import { type Asked, type Handle, internalMethod } from "../internal.ts";
import { solver } from "../solve.ts";
import { arrayAnswer, type Form, readAbstract } from "./arrays.ts";
import { jointLead, type Placed } from "./broadcast.ts";
import { description } from "./description.ts";
import { Faults } from "./faults.ts";
import {
  checkDerivatives,
  type DerivativeMembers,
  membersOf,
  type Port,
  readArrays,
  readDerivative,
  readInputs,
  servedGraph,
} from "./request.ts";
import { runTask } from "./run.ts";

const solve = {
  apply: solver(planProducts("evaluate")),
  jacobian: solver(planJacobian),
  jvp: solver(planProducts("jvp")),
  vjp: solver(planProducts("vjp")),
};

/** What a Tesseract is asked for, by endpoint; each asks the questions that our own methods ask. */
export const tesseractMethods: readonly Method<Context>[] = Object.entries({
  "openapi.json": (asked, context, call) => {
    const served = servedGraph(asked, context, call);
    const label = context.engine.graphs.named(call.tenant, served.name)?.label;
    return new PlainAnswer(description(served, label));
  },
  health: (asked, context, call) => {
    servedGraph(asked, context, call);
    return { status: "ok" };
  },
  apply: (asked, context, call) => {
    const served = servedGraph(asked, context, call);
    const form = formOf(asked);
    const faults = new Faults();
    const { inputs: sent } = membersOf(asked.body, ["inputs"], faults);
    const inputs = readArrays(sent, served.inputs, faults);
    faults.check();
    return runTask({ served, inputs, solve: solve.apply }, context, call, (made, lead) =>
      arraysOf(served.outputs, lead, form, ({ name }) => made && leafOf(made.outputs, name)),
    );
  },
  abstract_eval: (asked, context, call) => {
    const served = servedGraph(asked, context, call);
    const faults = new Faults();
    const { inputs: sent } = membersOf(asked.body, ["inputs"], faults);
    const leads = readInputs(sent, served.inputs, faults, (value, declared, place) => {
      const lead = readAbstract(value, declared, place, faults);
      return lead && { lead, place };
    });
    faults.check();
    const lead = jointLead(
      leads,
      leads.map((each) => each.lead),
      faults,
    );
    faults.check();
    const { outputs } = served;
    return new PlainAnswer(
      Object.fromEntries(outputs.map(({ name, shape, dtype }) => [name, { shape: [...lead, ...shape], dtype }])),
    );
  },
  jacobian: (asked, context, call) => {
    const served = servedGraph(asked, context, call);
    checkDerivatives(served);
    const form = formOf(asked);
    const { inputs, wrt, of } = readDerivative(asked.body, served, { wrt: "jac_inputs", of: "jac_outputs" });
    refuseLeads(inputs);
    return runTask({ served, inputs, wrt, of, solve: solve.jacobian }, context, call, (made) => {
      return named(of, (output) =>
        named(wrt, (input) => {
          const { array } = leafOf(made!.derivative, output.name, input.name);
          return arrayAnswer(convertArray(array, output.dtype), array.shape, form);
        }),
      );
    });
  },
  jacobian_vector_product: product(
    "jvp",
    { wrt: "jvp_inputs", of: "jvp_outputs", seed: { member: "tangent_vector", side: "wrt" } },
    ({ of }) => of,
  ),
  vector_jacobian_product: product(
    "vjp",
    { wrt: "vjp_inputs", of: "vjp_outputs", seed: { member: "cotangent_vector", side: "of" } },
    // JAX wants the cotangent of an array in the dtype of that array.
    ({ wrt, inputs }, all) =>
      wrt.map((port) => {
        const { sent } = inputs[all.findIndex(({ name }) => name === port.name)]!.array;
        return sent === "float32" || sent === "float64" ? { ...port, dtype: sent } : port;
      }),
  ),
} satisfies Record<string, Handle>).map(([endpoint, handle]) =>
  internalMethod(`tesseract.${endpoint}`, `Tesseract's ${endpoint}.`, handle),
);

/** Products of the Jacobian with seeds; `answered` tells what is answered, and in which dtypes. */
function product(
  kind: "jvp" | "vjp",
  members: DerivativeMembers,
  answered: (request: ReturnType<typeof readDerivative>, inputs: readonly Port[]) => readonly Port[],
): Handle {
  return (asked, context, call) => {
    const served = servedGraph(asked, context, call);
    checkDerivatives(served);
    const form = formOf(asked);
    const request = readDerivative(asked.body, served, members);
    const task = { ...request, served, solve: solve[kind] };
    return runTask(task, context, call, (made, lead) =>
      arraysOf(answered(request, served.inputs), lead, form, ({ name }) => made && leafOf(made.derivative, name)),
    );
  };
}

/** Arrays by name, at all points; where there is none, they are empty. */
function arraysOf(
  ports: readonly Port[],
  lead: Shape,
  form: Form,
  leaf: (port: Port) => TensorLeaf | undefined,
): Answer {
  return named(ports, (port) => {
    const shape = [...lead, ...port.shape];
    return arrayAnswer(convertArray(leaf(port)?.array ?? zeros(port.dtype, shape), port.dtype), shape, form);
  });
}

function named<T extends Answer>(ports: readonly Port[], member: (port: Port) => T): { readonly [name: string]: T } {
  return Object.fromEntries(ports.map((port) => [port.name, member(port)]));
}

function leafOf(tree: Answer, ...path: readonly string[]): TensorLeaf {
  let leaf = tree;
  for (const name of path) leaf = (leaf as { readonly [name: string]: Answer })[name];
  if (leaf instanceof TensorLeaf) return leaf;
  throw new Error(`no array is called ${path.join(".")}`);
}

/** JAX expects the shape of the output, then of the input, and no more. */
function refuseLeads(inputs: readonly Placed[]): void {
  const faults = new Faults();
  for (const { array, declared, place } of inputs) {
    if (array.lead.length === 0) continue;
    const msg = `a jacobian takes no leading axes: expected shape [${declared.shape}]`;
    faults.add("array_dimensionality_mismatch", place, msg);
  }
  faults.check();
}

function formOf({ form }: Asked): Form {
  return form === "base64" ? "base64" : "json";
}
