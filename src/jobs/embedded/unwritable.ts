import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { ServiceError } from "../../errors.ts";

/** Whether a folder can be written, and what to say where it cannot. */
export class Writable {
  private readonly dir: string;
  private readonly diskFreeBytes: number;
  private probed: { readonly atMs: number; readonly reason: Promise<string | undefined> } | undefined;

  constructor(dir: string, diskFreeBytes: number) {
    this.dir = dir;
    this.diskFreeBytes = diskFreeBytes;
  }

  /** Does something that writes: what fails as the folder cannot be written becomes an error that says so. */
  async guarded<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      this.probed = undefined;
      throw new ServiceError("overloaded", `jobs cannot be kept now: ${reason}`, { retryAfterMs });
    }
  }

  /** Why nothing can be written; undefined where it can. It is tried, but not again and again. */
  reason(): Promise<string | undefined> {
    const now = performance.now();
    if (!this.probed || now - this.probed.atMs > probeMs) this.probed = { atMs: now, reason: this.probe() };
    return this.probed.reason;
  }

  /** Throws `quota_exceeded` where so many bytes would leave too few of the disk. */
  async checkDisk(bytes: number): Promise<void> {
    const { diskFreeBytes } = this;
    const { bavail, bsize } = await statfs(this.dir);
    const left = bavail * bsize - bytes;
    if (left >= diskFreeBytes) return;
    const message = `the disk would have ${Math.max(0, left)} bytes left, and keeps ${diskFreeBytes} free`;
    const data = { quota: "diskFreeBytes", allowed: diskFreeBytes, received: left, retryAfterMs };
    throw new ServiceError("quota_exceeded", message, data);
  }

  private async probe(): Promise<string | undefined> {
    const path = join(this.dir, "tmp", randomUUID());
    try {
      if (!existsSync(join(this.dir, "jobs.db"))) return `${this.dir} is gone`;
      const handle = await open(path, "wx");
      try {
        await handle.write(new Uint8Array(probeBytes));
        await handle.sync();
      } finally {
        await handle.close();
        await rm(path, { force: true });
      }
      return undefined;
    } catch (error) {
      return reasonOf(error) ?? String(error);
    }
  }
}

/** Why something could not be written; undefined for errors of another kind. */
function reasonOf(error: unknown): string | undefined {
  const { code, errcode, message } = error as { code?: string; errcode?: number; message?: string };
  const isOfSystem = code !== undefined && unwritableCodes.has(code);
  const isOfDatabase = code === "ERR_SQLITE_ERROR" && unwritableResults.has((errcode ?? 0) & 0xff);
  return isOfSystem || isOfDatabase ? message : undefined;
}

const unwritableCodes: ReadonlySet<string> = new Set([
  "ENOSPC",
  "EDQUOT",
  "EIO",
  "EROFS",
  "EACCES",
  "EPERM",
  "ENOENT",
  "ENOTDIR",
  "EMFILE",
  "ENFILE",
]);
// BUSY, READONLY, IOERR, FULL, CANTOPEN.
const unwritableResults: ReadonlySet<number> = new Set([5, 8, 10, 13, 14]);

const retryAfterMs = 5000;
const probeMs = 2000;
const probeBytes = 4096;
