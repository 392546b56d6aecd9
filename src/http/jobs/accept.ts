/** The offered media type that `Accept` asks for most; the first where it asks for nothing, undefined where none fits. */
export function preferred(accept: string | undefined, offered: readonly string[]): string | undefined {
  if (accept === undefined || accept.trim() === "") return offered[0];
  let best: string | undefined;
  let bestQuality = 0;
  for (const range of accept.split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    const quality = weight === undefined ? 1 : Number(weight.slice("q=".length));
    if (!(quality > bestQuality)) continue;
    const found = offered.find((one) => type === "*/*" || type === one || type === `${one.split("/", 1)[0]}/*`);
    if (found) [best, bestQuality] = [found, quality];
  }
  return best;
}
