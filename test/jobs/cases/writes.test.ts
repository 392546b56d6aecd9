import { existsSync, readdirSync } from "node:fs";
import fs, { open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../support/folders.ts";
import { close, freshDatabase, queryOf } from "../postgres/shared.ts";
import { expectProblem, type JobService, standardJob, start } from "../service.ts";

// Whatever write fails as there is no room left: nothing is acknowledged, nothing half kept, and all goes on after it.

/** How many writes there were, of which one has failed. */
type Calls = () => Promise<number>;

const full = () => Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });

/** Lets the n-th call of something that puts bytes on disk fail as a full disk does. */
async function failingFile(kind: "write" | "sync" | "rename", nth: number): Promise<Calls> {
  let calls = 0;
  const mustFail = () => ++calls === nth;
  if (kind === "rename") {
    const { rename } = fs;
    fs.rename = async (...paths) => {
      if (mustFail()) throw full();
      return rename(...paths);
    };
    syncBuiltinESMExports();
    onTestFinished(() => {
      fs.rename = rename;
      syncBuiltinESMExports();
    });
    return async () => calls;
  }
  const handle = await open(join(temporaryFolder(), ".."), "r");
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { [kind]: real } = prototype;
  prototype[kind] = async function (...args: unknown[]) {
    if (mustFail()) throw full();
    return real.apply(this, args);
  };
  onTestFinished(() => {
    prototype[kind] = real;
  });
  return async () => calls;
}

/** Lets the n-th statement that changes rows fail as SQLite does where the disk is full, or the n-th commit. */
function failingStatement(kind: "statement" | "commit", nth: number): Calls {
  let calls = 0;
  const check = () => {
    if (++calls === nth) {
      throw Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 });
    }
  };
  // A look for work is a transaction too, that changes nothing.
  let hasChanged = false;
  const replace = (prototype: object, name: string, before: (args: unknown[]) => void) => {
    const real = Object.getOwnPropertyDescriptor(prototype, name)!;
    const value = function (this: object, ...args: unknown[]) {
      before(args);
      return real.value.apply(this, args);
    };
    Object.defineProperty(prototype, name, { ...real, value });
    onTestFinished(() => void Object.defineProperty(prototype, name, real));
  };
  replace(StatementSync.prototype, "run", () => {
    hasChanged = true;
    if (kind === "statement") check();
  });
  replace(DatabaseSync.prototype, "exec", ([sql]) => {
    if (sql === "BEGIN IMMEDIATE") hasChanged = false;
    if (kind === "commit" && sql === "COMMIT" && hasChanged) check();
  });
  return async () => calls;
}

/** Has the database itself refuse the n-th statement that changes rows of jobs as it does where the disk is full, or the n-th commit. */
async function failingDatabase(url: string, kind: "statement" | "commit", nth: number): Promise<Calls> {
  const tables = ["jobs", "specs", "chunks", "blobs", "pieces", "held"];
  const when = kind === "commit" ? "CONSTRAINT TRIGGER refuse AFTER INSERT" : "TRIGGER refuse BEFORE INSERT OR UPDATE";
  const how = kind === "commit" ? "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW" : "FOR EACH STATEMENT";
  await queryOf(
    url,
    `CREATE SEQUENCE cotangent.writes;
    CREATE FUNCTION cotangent.refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('cotangent.writes') = ${nth} THEN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
      END IF;
      RETURN NEW;
    END $$;
    ${tables.map((table) => `CREATE ${when} ON cotangent.${table} ${how} EXECUTE FUNCTION cotangent.refuse();`).join("\n")}`,
  );
  return async () => Number((await queryOf(url, "SELECT last_value FROM cotangent.writes"))[0]!.last_value);
}

async function holds({ ok, fails, done }: JobService, calls: Calls, nth: number): Promise<void> {
  const large = standardJob(2000);
  const error = await fails("job.submit", { ...large, idempotencyKey: "k" });
  expect(error).toMatchObject({ code: -32006, retryAfterMs: 5000 });
  expect(error.message).toMatch(/^jobs cannot be kept now: .*(no space left on device|disk is full)/i);
  expect(await calls()).toBeGreaterThanOrEqual(nth);
  expect((await ok("job.list", {})).jobs).toHaveLength(1);
  const { job, state } = await done({ ...large, idempotencyKey: "k" });
  expect(state).toBe("succeeded");
  expect((await ok("job.result", { job, from: 0, to: 1 })).jacobian.y.x1).toEqual([6]);
}

// What is long is a file: a write, an fsync of it, a rename, and fsyncs of the folders that it is in.
test.each([
  ["write", 1],
  ["sync", 1],
  ["sync", 2],
  ["sync", 3],
  ["rename", 1],
] as const)("sqlite: where %s number %i of a file fails", async (kind, nth) => {
  const service = start();
  await service.done(standardJob(8));
  await holds(service, await failingFile(kind, nth), nth);
  expect(existsSync(join(service.dir, "tmp"))).toBe(true);
  expect(readdirSync(join(service.dir, "tmp"))).toEqual([]);
});

const statements = [1, 2, 3, 4].map((nth) => ["statement", nth] as const);

test.each([...statements, ["commit", 1] as const])("sqlite: where %s number %i fails", async (kind, nth) => {
  const service = start();
  await service.done(standardJob(8));
  await holds(service, failingStatement(kind, nth), nth);
});

test.each([...statements, ["statement", 7] as const, ["commit", 1] as const])(
  "postgres: where %s number %i fails",
  async (kind, nth) => {
    const DATABASE_URL = await freshDatabase();
    const service = start({ DATABASE_URL });
    await service.done(standardJob(8));
    await holds(service, await failingDatabase(DATABASE_URL, kind, nth), nth);
  },
);

test("postgres: where a result cannot be written, it is kept once it can, without being computed again", async () => {
  const DATABASE_URL = await freshDatabase();
  const service = start({ DATABASE_URL, JOB_SLOTS: "0" });
  const { job } = await service.ok("job.submit", standardJob(2000));
  const calls = await failingDatabase(DATABASE_URL, "commit", 1);
  const computing = start({ DATABASE_URL });
  await computing.jobs.begin();
  expect(await service.ended(job)).toMatchObject({ state: "succeeded", progress: { chunks: { retried: 0 } } });
  expect(await calls()).toBeGreaterThan(1);
  expect(computing.faults).toHaveLength(1);
});

test("postgres: a database that takes no writes acknowledges nothing, and /readyz says why until it does", async () => {
  const DATABASE_URL = await freshDatabase();
  const { fails, done, get } = start({ DATABASE_URL });
  await done(standardJob(8));
  await close(DATABASE_URL, true);
  await expect
    .poll(async () => (await fails("job.submit", standardJob(8))).message, { timeout: 10_000 })
    .toMatch(/^jobs cannot be kept now: the database says cannot execute .* in a read-only transaction$/);
  expect(expectProblem(await get("/readyz"), 503, "overloaded").detail).toContain("read-only transaction");
  await close(DATABASE_URL, false);
  await expect.poll(async () => (await get("/readyz")).statusCode, { timeout: 10_000 }).toBe(200);
  expect((await done(standardJob(8))).state).toBe("succeeded");
});
