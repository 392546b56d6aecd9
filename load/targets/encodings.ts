import { encode, Token, Type } from "cborg";
import { standard } from "../../src/methods/schemas/examples.ts";
import { bundleGraph, bundleInputs } from "../kernels/bundle.ts";
import { base64, numbers, wireTensor } from "../numbers.ts";
import { jsonPoints } from "../scenarios.ts";
import { Server } from "../server.ts";
import { duration, times } from "../table.ts";
import { atMost, median, msOf, type Target } from "../target.ts";

// V8 compiles what runs again and again; the service is measured as it is once it has run for a while.
const warmTurns = 20;

/** Many points in JSON, beside parsing the request's and writing the answer's JSON and nothing else. */
export async function jsonBesideParsing(turns = 40): Promise<Target[]> {
  const points = 10_000;
  const server = await Server.service();
  const body = jsonPoints(await server.put(standard.graph), points);
  const answer = JSON.parse((await server.post("/v1/jacobian", body)).toString());
  const [served, alone] = await inTurns(
    turns,
    () => server.post("/v1/jacobian", body),
    () => {
      JSON.parse(body);
      JSON.stringify(answer);
    },
  );
  await server.stop();
  return [beside(`${points} points, JSON, beside JSON.parse and JSON.stringify`, served, alone, 2)];
}

/** Many Jacobians in base64, beside decoding the request's and encoding the answer's numbers and nothing else. */
export async function base64BesideDecoding(turns = 9): Promise<Target[]> {
  const points = 100_000;
  const server = await Server.service();
  const inputs = Object.entries(bundleInputs(points)).map(([name, tensor]) => [name, wireTensor(tensor)] as const);
  const graph = await server.put(bundleGraph);
  const body = JSON.stringify({ graph, batch: points, encoding: "base64", inputs: Object.fromEntries(inputs) });
  const { outputs, jacobian } = JSON.parse((await server.post("/v1/jacobian", body)).toString());
  const tensors: { readonly data: string }[] = [outputs, jacobian.residual].flatMap((map) => Object.values(map));
  const answers = tensors.map(({ data }) => numbers(data));
  const [served, alone] = await inTurns(
    turns,
    () => server.post("/v1/jacobian", body),
    () => {
      for (const [, { data }] of inputs) numbers(data);
      for (const answer of answers) base64(answer);
    },
  );
  await server.stop();
  return [beside(`${points} points of the 17 → 2 Jacobian, base64, beside decoding and encoding`, served, alone, 3)];
}

/** The same Jacobians in CBOR, beside them in base64: their bytes, and the time from the first to the last. */
export async function cborBesideBase64(turns = 9): Promise<Target[]> {
  const points = 100_000;
  const server = await Server.service();
  const tensors = Object.entries(bundleInputs(points));
  const graph = await server.put(bundleGraph);
  const params = { graph, batch: points };
  const inBase64 = Object.fromEntries(tensors.map(([name, tensor]) => [name, wireTensor(tensor)]));
  const inCbor = Object.fromEntries(tensors.map(([name, { shape, data }]) => [name, { shape, data }]));
  const base64Body = JSON.stringify({ ...params, encoding: "base64", inputs: inBase64 });
  const cborBody = Buffer.from(
    encode({ ...params, inputs: inCbor }, { typeEncoders: { Float64Array: float64Tokens } }),
  );
  const askCbor = () => server.post("/v1/jacobian", cborBody, "application/cbor");
  const askBase64 = () => server.post("/v1/jacobian", base64Body);
  const bytes = cborBody.length + (await askCbor()).length;
  const base64Bytes = base64Body.length + (await askBase64()).length;
  const [cborMs, base64Ms] = await inTurns(turns, askCbor, askBase64);
  await server.stop();
  const what = `${points} points of the 17 → 2 Jacobian, CBOR`;
  return [
    atMost(`${what}: bytes beside base64's ÷ 1.33`, bytes / (base64Bytes / 1.33), 1.2, times),
    beside(`${what}, beside base64`, cborMs, base64Ms, 1),
  ];
}

/** A typed array of little-endian doubles. */
function float64Tokens({ buffer, byteOffset, byteLength }: Float64Array): Token[] {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return [new Token(Type.tag, float64Tag), new Token(Type.bytes, bytes)];
}

const float64Tag = 86;

function beside(what: string, servedMs: number, aloneMs: number, limit: number): Target {
  const target = atMost(what, servedMs / aloneMs, limit, times);
  const shown = `${duration(servedMs / 1000)} and ${duration(aloneMs / 1000)}`;
  return { ...target, measured: `${target.measured} (${shown})` };
}

/** The medians of two things done in turns, after some turns that do not count. */
async function inTurns(turns: number, first: () => unknown, second: () => unknown): Promise<[number, number]> {
  const taken: [number[], number[]] = [[], []];
  for (let turn = -warmTurns; turn < turns; turn++) {
    const pair = [await msOf(first), await msOf(second)] as const;
    if (turn < 0) continue;
    taken[0].push(pair[0]);
    taken[1].push(pair[1]);
  }
  return [median(taken[0]), median(taken[1])];
}
