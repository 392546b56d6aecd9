import { readFileSync, type Stats, unwatchFile, watchFile } from "node:fs";

/** Hears of what happens to files that are read again. */
export interface FileEvents {
  /** It was read again, and counts from now on. */
  readonly onChange: (file: string) => void;
  /** What was read before still counts, for this reason. */
  readonly onBroken: (file: string, reason: string) => void;
}

/** What files hold, read again when one of them changes. */
export interface Watched<T> {
  readonly value: T;
  close(): void;
}

/** Milliseconds between two looks. Files are looked at and not listened to, as they may be links or on other machines. */
const lookMs = 500;

/**
 * Reads files, and again when one of them changes; what cannot be read then changes nothing. Throws an Error, as `read`
 * does, where they cannot be read at first.
 */
export function watchFiles<T>(
  files: readonly string[],
  read: (...texts: string[]) => T,
  { onChange, onBroken }: FileEvents,
): Watched<T> {
  const readAll = () => read(...files.map(readText));
  let value = readAll();
  const look = (now: Stats, before: Stats) => {
    if (now.mtimeMs === before.mtimeMs && now.size === before.size && now.ino === before.ino) return;
    try {
      value = readAll();
      onChange(files[0]!);
    } catch (error) {
      onBroken(files[0]!, (error as Error).message);
    }
  };
  for (const file of files) watchFile(file, { interval: lookMs, persistent: false }, look);
  return {
    get value() {
      return value;
    },
    close() {
      for (const file of files) unwatchFile(file, look);
    },
  };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "there is no permission to read it",
  EISDIR: "it is a folder",
};

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? "it cannot be read");
  }
}
