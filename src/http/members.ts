/** What was added to {@link Members}, and is there until it is removed. */
export interface Member<T> {
  readonly value: T;
  previous: Member<T> | undefined;
  next: Member<T> | undefined;
  isIn: boolean;
}

/**
 * Values that come and go all the time. A Set would do, but for V8: each table that a Set outgrows refers to the table that
 * replaced it, so that once one of them is in old memory, dead or not, all values of all later ones are moved there too, and
 * collecting them takes longer than serving small calls.
 */
export class Members<T> {
  size = 0;
  private last: Member<T> | undefined;

  add(value: T): Member<T> {
    const member: Member<T> = { value, previous: this.last, next: undefined, isIn: true };
    if (this.last) this.last.next = member;
    this.last = member;
    this.size++;
    return member;
  }

  /** Removes what was added; again, does nothing. */
  remove(member: Member<T>): void {
    if (!member.isIn) return;
    const { previous, next } = member;
    if (previous) previous.next = next;
    if (next) next.previous = previous;
    else this.last = previous;
    member.previous = undefined;
    member.next = undefined;
    member.isIn = false;
    this.size--;
  }

  /** What is there now, the latest first. */
  members(): Member<T>[] {
    const members: Member<T>[] = [];
    for (let member = this.last; member; member = member.previous) members.push(member);
    return members;
  }

  /** The values that are there now, the latest first. */
  values(): T[] {
    return this.members().map(({ value }) => value);
  }
}
