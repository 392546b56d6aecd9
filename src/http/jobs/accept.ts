import { acceptedOf } from "../../wire/accept.ts";

/** The offered media type that `Accept` asks for most; the first where it asks for nothing, undefined where none fits. */
export function preferred(accept: string | undefined, offered: readonly string[]): string | undefined {
  if (accept === undefined || accept.trim() === "") return offered[0];
  const fits = (offer: string, range: string) =>
    range === "*/*" || range === offer || range === `${offer.split("/", 1)[0]}/*`;
  return acceptedOf(accept, offered, fits);
}
