import type { Codec } from "../codec.ts";
import { parseJson } from "./read.ts";
import { weighJson } from "./structure.ts";
import { writeJson } from "./write.ts";

/** JSON, which any textual body is taken for: curl, left alone, calls it a form. */
export const json: Codec = {
  name: "json",
  contentType: "application/json; charset=utf-8",
  problemType: "application/problem+json; charset=utf-8",
  reads: (mediaType) => textual.test(mediaType),
  answers: (mediaRange) => /^\*\/\*$|^application\/(\*|json|problem\+json)$/.test(mediaRange),
  read: parseJson,
  weigh: weighJson,
  write: writeJson,
};

const textual = /^$|^text\/|^application\/(json|x-www-form-urlencoded|json-rpc|jsonrequest|(x-)?javascript)$|\+json$/;
