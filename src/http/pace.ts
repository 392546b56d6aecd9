import { Members } from "./members.ts";

/** What bytes come with, and how fast they have to. */
export interface PaceSettings {
  /** Milliseconds until the first byte. */
  readonly bodyBeginMs: number;
  /** Milliseconds over which the rate is taken, again and again. */
  readonly bodyPaceMs: number;
  /** Bytes a second. */
  readonly bodyBytesPerSecond: number;
}

/** Something that comes byte by byte. */
export interface Arriving {
  /** Bytes that have come. */
  bytes: number;
}

/** Watches what arrives, and tells of what comes too slowly. */
export interface Pace {
  /**
   * Watches until the function that it gives is called, or until it has told; `wholeMs` is how long all of it may take,
   * however steadily it comes.
   */
  watch(arriving: Arriving, tooSlow: () => void, wholeMs?: number): () => void;
}

/**
 * One timer looks at all that arrives. It counts its own beats and not the clock, so that a thread which was busy for a
 * while, and read nothing, blames no sender for that.
 */
export function createPace({ bodyBeginMs, bodyPaceMs, bodyBytesPerSecond }: PaceSettings): Pace {
  const beatMs = Math.min(1000, Math.max(1, Math.min(bodyBeginMs, bodyPaceMs) / 5));
  const bytesPerWindow = (bodyBytesPerSecond * bodyPaceMs) / 1000;
  const watched = new Members<Watched>();
  let timer: NodeJS.Timeout | undefined;

  function beat(): void {
    if (watched.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    for (const member of watched.members()) {
      if (!member.isIn || !isSlow(member.value)) continue;
      watched.remove(member);
      member.value.tooSlow();
    }
  }

  function isSlow(one: Watched): boolean {
    one.waitedMs += beatMs;
    one.wholeMs -= beatMs;
    if (one.wholeMs <= 0) return true;
    const { bytes } = one.arriving;
    if (bytes === 0) return one.waitedMs >= bodyBeginMs;
    if (one.bytes === 0) {
      // It began since the last beat: the first window opens now.
      one.bytes = bytes;
      one.waitedMs = 0;
      return false;
    }
    if (one.waitedMs < bodyPaceMs) return false;
    if (bytes - one.bytes < bytesPerWindow) return true;
    one.bytes = bytes;
    one.waitedMs = 0;
    return false;
  }

  return {
    watch(arriving, tooSlow, wholeMs = Number.POSITIVE_INFINITY) {
      const member = watched.add({ arriving, tooSlow, bytes: 0, waitedMs: 0, wholeMs });
      timer ??= setInterval(beat, beatMs).unref();
      return () => watched.remove(member);
    },
  };
}

interface Watched {
  readonly arriving: Arriving;
  readonly tooSlow: () => void;
  /** Bytes when the window opened. */
  bytes: number;
  /** Since it opened, or since the watch began. */
  waitedMs: number;
  /** What is left for all of it. */
  wholeMs: number;
}
