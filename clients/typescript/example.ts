import createClient from "openapi-fetch";
import type { components, paths } from "./cotangent.js";

declare const process: { env: Record<string, string | undefined> };

type Schemas = components["schemas"];

const api = createClient<paths>({ baseUrl: process.env.COTANGENT_URL ?? "http://127.0.0.1:3000" });
const graph = { expression: "log(x1) + x1*x2 - sin(x2)" };

const standard = await api.POST("/v1/gradient", { body: { graph, inputs: { x1: 2, x2: 5 } } });
if (standard.error) throw new Error(standard.error.detail);
const { outputs, gradient } = standard.data;
console.log(`standard example: ${outputs.y}, ${gradient.x1}, ${gradient.x2}`);

const squares: Schemas["GraphDocument"] = {
  inputs: [{ name: "x", shape: [3] }],
  nodes: [
    { id: "s", op: "square", args: ["x"] },
    { id: "y", op: "sum", args: ["s"] },
  ],
  outputs: ["y"],
};
const document = await api.POST("/v1/gradient", { body: { graph: squares, inputs: { x: [1, 2, 3] } } });
console.log(`graph document: ${document.data?.outputs.y}, ${[document.data?.gradient.x].flat().join(", ")}`);

const points = { graph: { expression: "x^2" }, inputs: { x: [1, 2, 3] }, batch: 3 };
const batch = await api.POST("/v1/gradient", { body: points });
console.log(`batch: ${[batch.data?.gradient.x].flat().join(", ")}`);

const body = { graph, inputs: { x1: 2, x2: 5 }, layout: "matrix", encoding: "base64" } as const;
const { data } = await api.POST("/v1/jacobian", { body });
const matrix = data?.jacobian as Schemas["ArrayObject"];
const bytes = Uint8Array.from(atob(matrix.data as string), (character) => character.charCodeAt(0));
console.log(`base64: ${[...new Float64Array(bytes.buffer)].join(", ")}`);

const wrong = { nodes: [{ id: "v1", op: "nothing", args: [1] }], outputs: ["v1"] };
const { error } = await api.POST("/v1/evaluate", { body: { graph: wrong } });
console.log(`error: ${error?.type}, node ${error?.data.node}`);

const submitted = await api.POST("/v1/job.submit", { body: { method: "gradient", params: points } });
if (submitted.error) throw new Error(submitted.error.detail);
let told: Pick<Schemas["JobStatusResult"], "job" | "state"> = submitted.data;
while (told.state === "queued" || told.state === "running") {
  const asked = await api.POST("/v1/job.status", { body: { job: told.job, wait: 10 } });
  if (asked.error) throw new Error(asked.error.detail);
  told = asked.data;
}
const result = await api.POST("/v1/job.result", { body: { job: told.job } });
const { gradient: slopes } = result.data as Schemas["GradientResult"];
console.log(`job: ${[slopes.x].flat().join(", ")}`);
