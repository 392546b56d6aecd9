import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** The name of a folder that is not there yet; gone when the test is over. */
export function temporaryFolder(): string {
  const path = join(tmpdir(), `cotangent-test-${randomUUID()}`);
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A folder for all tests of a file; gone when they are over. */
export function folderOfFile(): string {
  const path = join(tmpdir(), `cotangent-test-${randomUUID()}`);
  mkdirSync(path);
  afterAll(() => rm(path, { recursive: true, force: true }));
  return path;
}
