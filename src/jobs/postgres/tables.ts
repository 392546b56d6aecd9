import type { Connection } from "./connection.ts";
import { schema, schemaName, schemaVersion } from "./schema.ts";

/** Makes the tables where there are none. Throws where they are of another version. */
export async function makeTables(connection: Connection): Promise<void> {
  await connection.transaction(async (statements) => {
    await statements.get("SELECT pg_advisory_xact_lock(?, 0) AS locked", makingLock);
    await statements.run(`CREATE SCHEMA IF NOT EXISTS ${schemaName}`);
    await statements.run("CREATE TABLE IF NOT EXISTS layout (version INT NOT NULL)");
    const version = (await statements.get("SELECT version FROM layout"))?.version;
    if (version === schemaVersion) return;
    if (version !== undefined) {
      throw new Error(`the tables of the database are of version ${version}, and this program knows ${schemaVersion}`);
    }
    await statements.db.executeSql(schema);
    await statements.run("INSERT INTO layout VALUES (?)", schemaVersion);
  });
}

const makingLock = 1_131_377_778;
