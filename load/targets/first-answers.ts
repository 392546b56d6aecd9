import { coldGraph } from "../cold-graph.ts";
import { Server } from "../server.ts";
import { duration, times } from "../table.ts";
import { atMost, median, msOf, type Target } from "../target.ts";

const graphs = [
  { nodes: 1000, count: 21 },
  { nodes: 10_000, count: 7 },
  { nodes: 100_000, count: 3 },
];

/** The gradients of graphs that the service has not seen before: how long the first answer takes, and how that grows. */
export async function firstAnswers(): Promise<Target[]> {
  const server = await Server.service();
  const medians: number[] = [];
  for (const { nodes, count } of graphs) {
    const bodies = coldGraph(nodes);
    const taken: number[] = [];
    for (let i = 0; i < count; i++) {
      const body = bodies.next();
      taken.push((await msOf(() => server.post("/v1/gradient", body))) / 1000);
    }
    medians.push(median(taken));
    console.error(`first answer, ${nodes} nodes: ${duration(medians.at(-1)!)}`);
  }
  await server.stop();
  const [small, middle, large] = medians as [number, number, number];
  return [
    atMost("first answer of an unseen graph of 1,000 nodes, gradient, median", small, 0.025, duration),
    atMost("the same of 10,000 nodes, times that of 1,000", middle / small, 14, times),
    atMost("the same of 100,000 nodes, times that of 10,000", large / middle, 14, times),
    atMost("the same of 100,000 nodes", large, 4, duration),
  ];
}
