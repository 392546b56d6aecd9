import { afterAll, beforeAll, onTestFinished } from "vitest";
import { PostgresStore } from "../../../src/jobs/postgres/store.ts";
import { type StoreUnderTest, storeSuite } from "../suite.ts";
import { PostgresServer } from "./server.ts";

let server: PostgresServer;
let template: string;

beforeAll(async () => {
  server = await PostgresServer.create();
  const url = await server.database();
  await (await openStore(url)).close();
  template = new URL(url).pathname.slice(1);
});
afterAll(() => server.remove());

const limits = { jobsQueued: 100, jobsBytes: 2 ** 30 };

async function openStore(url: string, more: Parameters<StoreUnderTest["open"]>[0] = {}): Promise<PostgresStore> {
  return PostgresStore.open({
    url,
    arithmetic: more.arithmetic ?? "test",
    isWorker: true,
    limits: { ...limits, ...more.limits },
    onFault: (error) => console.error(error),
  });
}

storeSuite("the store of several machines", async () => {
  const url = await server.database(template);
  return {
    async open(more) {
      const store = await openStore(url, more);
      onTestFinished(() => store.close().catch(() => undefined));
      return store;
    },
  };
});
