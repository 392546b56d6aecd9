import type { Context } from "../calls/context.ts";
import type { Config } from "../config.ts";
import type { FacadeOf } from "../rpc/facade.ts";
import type { Method } from "../rpc/method.ts";
import { tesseract } from "./tesseract/facade.ts";
import { tesseractMethods } from "./tesseract/methods.ts";
import { umbridge } from "./umbridge/facade.ts";
import { umbridgeMethods } from "./umbridge/methods.ts";

/** The methods that only facades call. */
export const facadeMethods: readonly Method<Context>[] = [...umbridgeMethods, ...tesseractMethods];

/** The facades that are served. */
export function facadesOf(config: Config): readonly FacadeOf[] {
  return config.umbridge ? [umbridge, tesseract] : [tesseract];
}
