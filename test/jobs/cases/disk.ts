import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import fs, { type FileHandle, open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Thrown by all that would write once the power is off. */
export class PowerOff extends Error {}

interface File {
  /** What is on disk of it; undefined before it was synced. */
  durable: Uint8Array | undefined;
}

/**
 * A disk as one that loses power: of a file only what was synced is there afterwards, and of a folder only the names that it
 * had when it was synced itself. The power goes off at the n-th time that anything is written, synced or renamed.
 */
export class Disk {
  /** How often anything was written, synced or renamed. */
  steps = 0;
  private readonly offAt: number;
  private readonly dir: string;
  private readonly handles = new WeakMap<FileHandle, { readonly path: string; readonly file: File | undefined }>();
  /** Files by where they are now. */
  private readonly names = new Map<string, File>();
  private readonly durableNames = new Map<string, ReadonlyMap<string, File>>();
  /** The database and its log, as they were when a transaction was last committed. */
  private database = new Map<string, Uint8Array>();
  private readonly undo: (() => void)[] = [];

  constructor(dir: string, offAt: number) {
    this.dir = dir;
    this.offAt = offAt;
  }

  /** Watches all that is written from now on, until {@link Symbol.dispose}. */
  async watch(): Promise<void> {
    const real = { open: fs.open, rename: fs.rename };
    fs.open = async (path, flags, mode) => {
      const handle = await real.open(path, flags, mode);
      const file: File | undefined = flags === "wx" ? { durable: undefined } : undefined;
      if (file) this.names.set(String(path), file);
      this.handles.set(handle, { path: String(path), file });
      return handle;
    };
    fs.rename = async (from, to) => {
      this.step();
      await real.rename(from, to);
      const file = this.names.get(String(from));
      this.names.delete(String(from));
      if (file) this.names.set(String(to), file);
    };
    syncBuiltinESMExports();
    this.undo.push(() => {
      Object.assign(fs, real);
      syncBuiltinESMExports();
    });
    const handle = await open(dirname(this.dir), "r");
    const ofHandles = Object.getPrototypeOf(handle);
    await handle.close();
    this.replace(ofHandles, "write", () => this.step());
    this.replace(
      ofHandles,
      "sync",
      () => this.step(),
      (handle) => this.synced(handle as FileHandle),
    );
    this.replace(
      DatabaseSync.prototype,
      "exec",
      (sql) => {
        if (sql === "COMMIT") this.step();
      },
      (_, sql) => {
        if (sql === "COMMIT") this.committed();
      },
    );
  }

  /** A folder with what is on disk, in which the end of the log is torn. */
  after(dir: string): void {
    mkdirSync(dir, { recursive: true });
    for (const [name, bytes] of this.database) writeFileSync(join(dir, name), bytes);
    writeFileSync(join(dir, "jobs.db-wal"), new Uint8Array(1000).fill(0xa5), { flag: "a" });
    for (const [folder, names] of this.durableNames) {
      for (const [name, { durable }] of names) {
        const path = join(dir, folder.slice(this.dir.length), name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, durable ?? new Uint8Array());
      }
    }
  }

  [Symbol.dispose](): void {
    for (const undo of this.undo) undo();
  }

  private step(): void {
    if (++this.steps >= this.offAt) throw new PowerOff("the power is off");
  }

  private synced(handle: FileHandle): void {
    const known = this.handles.get(handle);
    if (!known) return;
    const { path, file } = known;
    if (file) {
      file.durable = readFileSync(path);
      return;
    }
    const held = [...this.names].filter(([name]) => dirname(name) === path);
    this.durableNames.set(path, new Map(held.map(([name, file]) => [name.slice(path.length + 1), file])));
  }

  private committed(): void {
    // The log is synced with each commit, as `synchronous = FULL` says.
    this.database = new Map(["jobs.db", "jobs.db-wal"].map((name) => [name, readFileSync(join(this.dir, name))]));
  }

  private replace(
    prototype: object,
    name: string,
    before: (...args: unknown[]) => void,
    after: (self: unknown, ...args: unknown[]) => void = () => {},
  ): void {
    const real = Object.getOwnPropertyDescriptor(prototype, name)!;
    const value = function (this: unknown, ...args: unknown[]) {
      before(...args);
      const result = real.value.apply(this, args);
      if (!(result instanceof Promise)) {
        after(this, ...args);
        return result;
      }
      return result.then((value) => {
        after(this, ...args);
        return value;
      });
    };
    Object.defineProperty(prototype, name, { ...real, value });
    this.undo.push(() => Object.defineProperty(prototype, name, real));
  }
}
