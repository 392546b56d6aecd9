import { totalmem } from "node:os";

/** Watches the memory of the process that is resident. */
export interface Resident {
  /** Whether there is more of it than there may be. */
  readonly isTooMuch: boolean;
  readonly bytesMax: number;
  close(): void;
}

const lookMs = 250;

/** Looks at the memory now and then; `onTooMuch` hears each time that there is more than `bytesMax`. */
export function watchResident(bytesMax: number, onTooMuch: () => void, read = process.memoryUsage.rss): Resident {
  let isTooMuch = read() > bytesMax;
  const timer = setInterval(() => {
    isTooMuch = read() > bytesMax;
    if (isTooMuch) onTooMuch();
  }, lookMs).unref();
  return {
    get isTooMuch() {
      return isTooMuch;
    },
    bytesMax,
    close: () => clearInterval(timer),
  };
}

/** Nine tenths of the memory that the process may have: its container's, or the machine's. */
export function residentBytesDefault(): number {
  const allowed = process.constrainedMemory();
  return Math.floor(0.9 * (allowed > 0 && allowed < totalmem() ? allowed : totalmem()));
}
