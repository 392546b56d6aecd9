import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { inject, onTestFinished } from "vitest";
import type { TestProject } from "vitest/node";
import { PostgresStore } from "../../../src/jobs/postgres/store.ts";
import { PostgresAt, PostgresServer } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the files of tests ask for the database that they share. */
    readonly postgres: string;
  }
}

/** Has one PostgreSQL for all files of tests, which starts when the first of them asks for it. Vitest calls it. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<Shared> | undefined;
  const desk = createServer(async (_, response) => {
    starting ??= start();
    await starting.then(
      ({ server: { dir }, template }) => response.end(JSON.stringify({ dir, template })),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise<void>((resolve) => desk.listen(0, "127.0.0.1", resolve));
  provide("postgres", `http://127.0.0.1:${(desk.address() as AddressInfo).port}/`);
  return async () => {
    desk.close();
    await (await starting?.catch(() => undefined))?.server.remove();
  };
}

/** The address of a database that has the tables of jobs and nothing else; gone when the test is over. */
export async function freshDatabase(): Promise<string> {
  asking ??= ask();
  const { server, template } = await asking;
  const url = await server.database(template);
  onTestFinished(async () => {
    await server.query(`DROP DATABASE ${nameOf(url)} WITH (FORCE)`);
  });
  return url;
}

/** Does statements in a database of the shared server. */
export async function queryOf(url: string, sql: string) {
  return (await asking!).server.query(sql, nameOf(url));
}

/** Has a database take no writes, or take them again. */
export async function close(url: string, isClosed: boolean): Promise<void> {
  const { server } = await asking!;
  const name = nameOf(url);
  await server.query(`ALTER DATABASE ${name} SET default_transaction_read_only = ${isClosed}`);
  await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
}

interface Shared<Server = PostgresServer> {
  readonly server: Server;
  readonly template: string;
}

let asking: Promise<Shared<PostgresAt>> | undefined;

async function start(): Promise<Shared> {
  const server = await PostgresServer.create();
  const url = await server.database();
  const limits = { jobsQueued: 1, jobsBytes: 1 };
  const options = { url, arithmetic: "none", isWorker: false, limits, onFault: () => undefined };
  await (await PostgresStore.open(options)).close();
  return { server, template: nameOf(url) };
}

/** Not by fetch: that keeps its connection, and the desk open. */
async function ask(): Promise<Shared<PostgresAt>> {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get(inject("postgres"), { agent: false }, resolve).on("error", reject),
  );
  const told = await text(response);
  if (response.statusCode !== 200) throw new Error(told);
  const { dir, template }: { dir: string; template: string } = JSON.parse(told);
  return { server: new PostgresAt(dir), template };
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}
