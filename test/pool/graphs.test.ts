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

test("a name given on either side serves on both, and keeps its graph when the worker is gone", async () => {
  const service = await startPooled();
  const { graph: id } = await post(service, "graph.put", { graph, alias: "there" });
  expect(await post(service, "evaluate", { graph: "there", inputs: { x: [1, 2] } })).toMatchObject({ graph: id });
  await call(service, "graph.put", { graph: formula, alias: "here" });
  const inputs = { x: 0 };
  expect(await post(service, "evaluate", { graph: "here", inputs })).toMatchObject({ outputs: { y: 2 } });
  await post(service, "graph.put", { graph: formula, alias: "there" });
  await service.pool.workers[0]!.terminate();
  await until(() => service.pool.stats().workers === 0);
  for (const ask of [post, async (...args: Parameters<typeof post>) => (await call(...args)).json]) {
    expect(await ask(service, "evaluate", { graph: "there", inputs })).toMatchObject({ outputs: { y: 2 } });
    expect(await ask(service, "evaluate", { graph: "nowhere", inputs })).toMatchObject({ code: -32002 });
  }
  const { graphs } = await post(service, "graph.list", {});
  expect(graphs.flatMap(({ aliases = [] }) => aliases).sort()).toEqual(["here", "there"]);
});

test("names beyond the limit are refused on workers too", async () => {
  const service = await startPooled({ LIMIT_ALIASES: "1" });
  await post(service, "graph.put", { graph, alias: "a" });
  expect(await post(service, "graph.put", { graph, alias: "b" })).toMatchObject({
    code: -32004,
    data: { limit: "aliases", allowed: 1, received: 2 },
  });
});
