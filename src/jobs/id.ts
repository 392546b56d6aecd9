import { randomInt } from "node:crypto";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
const length = 26;

/** `job_` and 26 characters, of some 134 bits that nobody can guess. */
export function newJobId(): string {
  return `job_${Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("")}`;
}
