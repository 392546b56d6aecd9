import { createHash } from "node:crypto";
import type { Random } from "../../test/support/random.ts";
import { models } from "./programs.ts";

/** A request of a route that is no method: of a facade, or of what jobs have. */
export interface Routed {
  readonly verb: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Undefined where bytes are sent as they are. */
  readonly value: unknown;
  readonly bytes?: Buffer;
}

/** One of them, right as it is. */
export function randomRoute(random: Random): Routed {
  const chance = random.unit();
  if (chance < 0.4) return bridge(random);
  if (chance < 0.8) return tesseract(random);
  return jobs(random);
}

function bridge(random: Random): Routed {
  const input = [[1, 2, 3], [2]];
  const at = { name: "m", input, outWrt: 0, inWrt: random.below(2), config: {} };
  const routes: readonly (readonly [string, unknown])[] = [
    ["/InputSizes", { name: "m" }],
    ["/OutputSizes", { name: "loop", config: {} }],
    ["/ModelInfo", { name: random.pick(["m", "loop"]) }],
    ["/Evaluate", at],
    ["/Gradient", { ...at, sens: [1] }],
    ["/ApplyJacobian", { ...at, vec: at.inWrt === 0 ? [1, 0, 2] : [1] }],
    ["/ApplyHessian", { ...at, inWrt1: 0, inWrt2: at.inWrt, sens: [1], vec: at.inWrt === 0 ? [1, 0, 2] : [1] }],
  ];
  if (random.unit() < 0.05) return { verb: "GET", path: "/Info", value: undefined };
  const [path, value] = random.pick(routes);
  return { verb: "POST", path, value };
}

function tesseract(random: Random): Routed {
  const name = random.pick(Object.keys(models));
  const inputs = Object.fromEntries(
    Object.entries(models[name]!.inputs).map(([key, value]) => [key, random.unit() < 0.5 ? value : arrayOf(value)]),
  );
  const [wrt] = Object.keys(inputs);
  const of = ["y"];
  const routes: readonly (readonly [string, unknown])[] = [
    ["apply", { inputs }],
    ["abstract_eval", { inputs: Object.fromEntries(Object.entries(inputs).map(([key, x]) => [key, typeOf(x)])) }],
    ["jacobian", { inputs, jac_inputs: [wrt], jac_outputs: of }],
    [
      "jacobian_vector_product",
      { inputs, jvp_inputs: [wrt], jvp_outputs: of, tangent_vector: { [wrt!]: inputs[wrt!] } },
    ],
    ["vector_jacobian_product", { inputs, vjp_inputs: [wrt], vjp_outputs: of, cotangent_vector: { y: arrayOf(1) } }],
  ];
  if (random.unit() < 0.1) {
    const page = random.pick(["", "/openapi.json", "/health", "/docs"]);
    return { verb: "GET", path: `/tesseract/${name}${page}`, value: undefined };
  }
  const [endpoint, value] = random.pick(routes);
  return { verb: "POST", path: `/tesseract/${name}/${endpoint}`, value };
}

function jobs(random: Random): Routed {
  const id = random.pick(["job_0123456789abcdefghijklmnop", "job_", "..", "%00", "x".repeat(300)]);
  if (random.unit() < 0.5) {
    const bytes = Buffer.alloc(random.below(200), random.below(256));
    const sha = createHash("sha256")
      .update(random.unit() < 0.8 ? bytes : "other")
      .digest("hex");
    return { verb: "PUT", path: `/v1/blobs/${random.unit() < 0.9 ? sha : id}`, value: undefined, bytes };
  }
  const rest = random.pick(["", "/result", "/result?name=jacobian", "/events?after=x", "/nothing"]);
  return { verb: random.pick(["GET", "GET", "DELETE", "POST"]), path: `/v1/jobs/${id}${rest}`, value: undefined };
}

function arrayOf(value: unknown): object {
  const flat = [value].flat(2) as number[];
  const shape = Array.isArray(value) ? [value.length] : [];
  return {
    object_type: "array",
    shape,
    dtype: "float64",
    data: { buffer: flat.length === 1 && shape.length === 0 ? flat[0] : flat, encoding: "json" },
  };
}

function typeOf(x: unknown): object {
  if (typeof x === "object" && x !== null && "shape" in x) return { shape: x.shape, dtype: "float64" };
  return { shape: Array.isArray(x) ? [x.length] : [], dtype: "float64" };
}
