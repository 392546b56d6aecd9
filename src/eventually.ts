/** A value that is there at once where that needs no waiting: a small call then costs no turn of the event loop. */
export type Eventually<T> = T | Promise<T>;

/** Uses a value when it is there. */
export function after<T, U>(value: Eventually<T>, use: (value: T) => U): Eventually<U> {
  return value instanceof Promise ? value.then(use) : use(value);
}
