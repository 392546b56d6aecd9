import { expect, test } from "vitest";
import { call, large, type Pooled, quick, send, startPooled, until } from "./service.ts";

const graph = {
  inputs: [{ name: "x", shape: [2] }],
  nodes: [
    { id: "v", op: "multiply", args: ["x", { shape: [2], data: [-0, 3] }] },
    { id: "y", op: "sum", args: ["v"] },
  ],
  outputs: ["y"],
};
const formula = { expression: "exp(x) + 1" };
const post = async ({ port }: Pooled, method: string, params: unknown) =>
  (await send(port, `/v1/${method}`, large(params)).answer).json;

test("a graph that a worker read is known to all", async () => {
  const service = await startPooled({ WORKERS: "2" });
  const put = await post(service, "graph.put", { graph });
  expect(put).toMatchObject({ cached: false, nodes: 2 });
  const id = put.graph;
  // Here, in the worker that knows it, and, while that has something to do, in the other.
  expect((await call(service, "graph.get", { graph: id })).json.document.nodes).toHaveLength(2);
  const inputs = { x: [1, 2] };
  const answers = await Promise.all([1, 2].map(() => post(service, "evaluate", { graph: id, inputs })));
  answers.push((await call(service, "evaluate", { graph: id, inputs })).json);
  expect(answers).toEqual(Array(3).fill({ graph: id, outputs: { y: 6 } }));
  expect((await call(service, "graph.put", { graph })).json).toMatchObject({ graph: id, cached: true });
  expect((await call(service, "graph.list", {})).json.graphs).toMatchObject([{ graph: id, nodes: 2 }]);
});

test("a graph that was read on the thread that serves is known to workers", async () => {
  const service = await startPooled();
  const { graph: id } = (await call(service, "graph.put", { graph: formula })).json;
  expect((await call(service, "check", { graph: id, inputs: { x: 1 } })).status).toBe(200);
  expect(await post(service, "graph.put", { graph: formula })).toMatchObject({ graph: id, cached: true });
  expect((await post(service, "graph.list", {})).graphs).toMatchObject([{ graph: id }]);
});

test("a graph that was deleted is unknown to all until it is sent again", async () => {
  const service = await startPooled();
  for (const remove of [post, async (...args: Parameters<typeof post>) => (await call(...args)).json]) {
    const { graph: id, cached } = await post(service, "graph.put", { graph });
    expect(cached).toBe(false);
    expect(await remove(service, "graph.delete", { graph: id })).toMatchObject({ deleted: true });
    expect(await post(service, "evaluate", { graph: id, inputs: { x: [1, 2] } })).toMatchObject({ code: -32002 });
    expect((await call(service, "graph.get", { graph: id })).json).toMatchObject({ code: -32002 });
    expect(await post(service, "graph.put", { graph })).toMatchObject({ graph: id, cached: false });
    expect(await remove(service, "graph.delete", { graph: id })).toMatchObject({ deleted: true });
    expect(await remove(service, "graph.delete", { graph: id })).toMatchObject({ deleted: false });
  }
});

test("a graph outlives the worker that read it", async () => {
  const service = await startPooled();
  const { graph: id } = await post(service, "graph.put", { graph });
  await service.pool.workers[0]!.terminate();
  await until(() => service.pool.stats().workers === 0);
  expect(await post(service, "evaluate", { graph: id, inputs: { x: [1, 2] } })).toMatchObject({ outputs: { y: 6 } });
  expect((await call(service, "check", quick)).status).toBe(200);
});
