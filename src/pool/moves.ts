/**
 * Learns in which bodies there is what another thread has to do anyway, so that they need not be read on the thread that
 * serves: bodies for one path, of one length to a factor of two.
 */
export class Moves {
  private readonly kinds = new Map<string, { share: number; asked: number }>();

  /** Whether a body is so likely to be moved that it is given away unread. Now and then one is read, to see whether it still is. */
  isExpected(kind: string): boolean {
    const known = this.kinds.get(kind);
    if (known === undefined || known.share < shareMin) return false;
    known.asked++;
    return known.asked % readOneOf !== 0;
  }

  /** Notes whether a body that was read was moved. */
  learn(kind: string, isMoved: boolean): void {
    let known = this.kinds.get(kind);
    if (!known) {
      if (!isMoved) return;
      if (this.kinds.size >= kindsMax) this.kinds.delete(this.kinds.keys().next().value!);
      known = { share: 0, asked: 0 };
      this.kinds.set(kind, known);
    }
    known.share += weight * ((isMoved ? 1 : 0) - known.share);
  }
}

const weight = 0.2;
/** Reached by eight that were moved, one after the other; left by one that was not. */
const shareMin = 0.81;
const readOneOf = 16;
const kindsMax = 1000;
