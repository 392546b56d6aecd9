import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** The name of a folder that is not there yet; gone when the test is over. */
export function temporaryFolder(): string {
  const path = join(tmpdir(), `cotangent-test-${randomUUID()}`);
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}
