import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Thrown where a folder is another living process's. */
export class LockTaken extends Error {
  constructor(dir: string, pid: number) {
    super(`${dir} is in use by process ${pid}: end it, or set DATA_DIR to another folder`);
    this.name = "LockTaken";
  }
}

/** Takes a folder for this process and gives the function that lets go of it. Throws {@link LockTaken}. */
export function takeLock(dir: string): () => void {
  const path = join(dir, "lock");
  const mine: Owner = { pid: process.pid, startedAt: startOf(process.pid) };
  mkdirSync(dir, { recursive: true });
  try {
    writeFileSync(path, JSON.stringify(mine), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const owner = readOwner(path);
    if (owner && isAlive(owner)) throw new LockTaken(dir, owner.pid);
    // What two processes do here at once, the database's own lock tells apart.
    const other = `${path}.${process.pid}`;
    writeFileSync(other, JSON.stringify(mine));
    renameSync(other, path);
  }
  return () => {
    const owner = readOwner(path);
    if (owner?.pid === mine.pid && owner.startedAt === mine.startedAt) rmSync(path, { force: true });
  };
}

interface Owner {
  readonly pid: number;
  /** Something that another process of the same number would not have. */
  readonly startedAt: string;
}

function readOwner(path: string): Owner | undefined {
  try {
    const owner: Partial<Owner> = JSON.parse(readFileSync(path, "utf8"));
    if (typeof owner.pid === "number" && typeof owner.startedAt === "string") return owner as Owner;
  } catch {
    // Half a file is nobody's.
  }
  return undefined;
}

function isAlive({ pid, startedAt }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return startOf(pid) === startedAt;
}

/** When a process started, as the system tells it; empty where it does not. */
function startOf(pid: number): string {
  try {
    // The name, in parentheses, may hold anything; the 22nd field is the start in clock ticks since boot.
    return readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").trim().split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
