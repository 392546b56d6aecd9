/**
 * Of what is offered, what an `Accept` asks for (RFC 9110 §12.5.1): the range of the highest quality that fits any of it
 * decides, of equal ones the first, and what a range of quality 0 names is never taken. Undefined where nothing fits.
 */
export function acceptedOf<T>(
  accept: string,
  offered: readonly T[],
  fits: (offer: T, mediaRange: string) => boolean,
): T | undefined {
  const ranges = accept.split(",").map(rangeOf);
  const refused = ranges.filter(({ mediaRange, quality }) => quality === 0 && !mediaRange.endsWith("*"));
  const left = offered.filter((offer) => !refused.some(({ mediaRange }) => fits(offer, mediaRange)));
  let best: T | undefined;
  let bestQuality = 0;
  for (const { mediaRange, quality } of ranges) {
    if (!(quality > bestQuality)) continue;
    const found = left.find((offer) => fits(offer, mediaRange));
    if (found !== undefined) [best, bestQuality] = [found, quality];
  }
  return best;
}

function rangeOf(text: string): { readonly mediaRange: string; readonly quality: number } {
  const [mediaRange = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  return { mediaRange, quality: weight === undefined ? 1 : Number(weight.slice("q=".length)) };
}
