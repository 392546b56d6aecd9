import type { Transform } from "node:stream";
import {
  constants,
  createBrotliCompress,
  createBrotliDecompress,
  createGunzip,
  createGzip,
  createZstdCompress,
  createZstdDecompress,
} from "node:zlib";

/** How bodies and answers may be compressed, by the names of HTTP; of those that a client takes, the first is used. */
const makers = {
  zstd: {
    deflate: () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    inflate: () => createZstdDecompress({ chunkSize }),
  },
  br: {
    deflate: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    inflate: () => createBrotliDecompress({ chunkSize }),
  },
  gzip: {
    deflate: () => createGzip({ level: 1 }),
    inflate: () => createGunzip({ chunkSize }),
  },
} as const satisfies Record<string, { deflate: () => Transform; inflate: () => Transform }>;

const chunkSize = 64 * 1024;

/** A way to compress. */
export type Coding = keyof typeof makers;

/** All of them. */
export const codings = Object.keys(makers) as readonly Coding[];

/** What inflates bodies. */
export function inflaterOf(coding: Coding): Transform {
  return makers[coding].inflate();
}

/** What deflates answers: fast rather than well, as they are made for one client. */
export function deflaterOf(coding: Coding): Transform {
  return makers[coding].deflate();
}

/** How a body is compressed that says so; `identity` where it is not, undefined where nobody here knows. */
export function codingOf(contentEncoding: string | undefined): Coding | "identity" | undefined {
  const name = (contentEncoding ?? "identity").trim().toLowerCase();
  if (name === "identity" || name === "") return "identity";
  return codings.find((coding) => coding === name || `x-${coding}` === name);
}

/** How an answer is compressed for who takes these codings (RFC 9110 §12.5.3), of those there are; undefined where it is not. */
export function codingFor(acceptEncoding: string | undefined, among: readonly Coding[] = codings): Coding | undefined {
  if (acceptEncoding === undefined) return undefined;
  const weights = new Map(
    acceptEncoding.split(",").map((item) => {
      const [name = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith("q="));
      return [name, weight === undefined ? 1 : Number(weight.slice("q=".length))] as const;
    }),
  );
  const weightOf = (name: string) => weights.get(name) ?? weights.get("*") ?? 0;
  let best: Coding | undefined;
  for (const coding of among) {
    // One that is only as welcome as no coding still makes the answer shorter.
    if (weightOf(coding) > (best ? weightOf(best) : 0)) best = coding;
  }
  return best && weightOf(best) >= (weights.get("identity") ?? 0) ? best : undefined;
}
