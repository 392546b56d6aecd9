import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Blob } from "../model.ts";

/** Files named by the SHA-256 of what they hold: written whole, or not at all. */
export class BlobFiles {
  private readonly dir: string;
  /** Blobs that are being written, which nobody may take away: how many do. */
  private readonly writing = new Map<string, number>();

  constructor(dir: string) {
    this.dir = dir;
    for (const name of ["blobs", "tmp"]) mkdirSync(join(dir, name), { recursive: true });
    // All folders are on disk before anything is acknowledged that lies in them.
    for (const folder of [dir, join(dir, "..")]) syncFolderNow(folder);
    for (const name of readdirSync(join(dir, "tmp"))) rmSync(join(dir, "tmp", name), { force: true, recursive: true });
  }

  /** Writes a blob; once it resolves, the blob and its name are on disk. `release` when its row is written too. */
  async put({ sha, pieces }: Blob): Promise<() => void> {
    const release = this.hold(sha);
    try {
      const file = await this.begin();
      try {
        for (const piece of pieces) await file.write(piece);
        await file.end(this.path(sha));
      } catch (error) {
        await file.drop();
        throw error;
      }
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Starts a file that has no name yet. */
  async begin(): Promise<BlobFile> {
    const path = join(this.dir, "tmp", randomUUID());
    return new BlobFile(path, await open(path, "wx"));
  }

  /** Gives a file its name. As {@link put}. */
  async end(file: BlobFile, sha: string): Promise<() => void> {
    const release = this.hold(sha);
    try {
      await file.end(this.path(sha));
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  async read(sha: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const handle = await open(this.path(sha), "r");
    try {
      const bytes = new Uint8Array(to - from);
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, from + at);
        if (bytesRead === 0) throw new Error(`blob ${sha} ends at byte ${from + at}, before ${to}`);
        at += bytesRead;
      }
      return bytes;
    } finally {
      await handle.close();
    }
  }

  /** Takes a blob away whose row is gone, at once; not one that is being written again. */
  remove(sha: string): void {
    if (this.writing.has(sha)) return;
    try {
      unlinkSync(this.path(sha));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }

  /** The blobs that were last written before a time. */
  olderThan(timeMs: number): string[] {
    const root = join(this.dir, "blobs");
    return readdirSync(root).flatMap((folder) =>
      readdirSync(join(root, folder)).filter((name) => statSync(join(root, folder, name)).mtimeMs < timeMs),
    );
  }

  private path(sha: string): string {
    return join(this.dir, "blobs", sha.slice(0, 2), sha);
  }

  private hold(sha: string): () => void {
    this.writing.set(sha, (this.writing.get(sha) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = this.writing.get(sha)! - 1;
      if (left === 0) this.writing.delete(sha);
      else this.writing.set(sha, left);
    };
  }
}

/** A file while it is written. */
export class BlobFile {
  bytes = 0;
  private readonly path: string;
  private readonly handle: FileHandle;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.handle = handle;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      const piece = bytes.subarray(from, from + pieceBytes);
      for (let at = 0; at < piece.length; ) {
        const { bytesWritten } = await this.handle.write(piece, at, piece.length - at);
        at += bytesWritten;
      }
      this.bytes += piece.length;
    }
  }

  /** Puts the bytes and then the name on disk. */
  async end(path: string): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
    const folder = join(path, "..");
    if (await mkdir(folder, { recursive: true })) await syncFolder(join(folder, ".."));
    await rename(this.path, path);
    await syncFolder(folder);
  }

  async drop(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

// Long enough to be quick, short enough to let others have their turn.
const pieceBytes = 4 * 2 ** 20;

function syncFolderNow(path: string): void {
  if (!canSyncFolders) return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

// Windows has no such thing, and needs none.
const canSyncFolders = process.platform !== "win32";

async function syncFolder(path: string): Promise<void> {
  if (!canSyncFolders) return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
