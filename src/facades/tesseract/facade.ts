import type { FacadeOf, FacadeRequest } from "../../rpc/facade.ts";
import type { Face } from "../../rpc/faces.ts";
import { type InternalFace, internalFace } from "../internal.ts";
import { formFor } from "./accept.ts";
import { tellFaults } from "./faults.ts";
import { tesseractMethods } from "./methods.ts";

const documents = new Set(["openapi.json", "health"]);
const contentTypes: Readonly<Record<string, string>> = {
  json: "application/json",
  base64: "application/json+base64",
};

/** Tesseracts, one for each graph, by alias or id. */
export const tesseract: FacadeOf = (dispatcher) => {
  const endpoints = tesseractMethods.map(({ name }) => name.slice(name.indexOf(".") + 1));

  function faceOf(endpoint: string, form: string, name: string): Face {
    const made: InternalFace = {
      path: JSON.stringify([endpoint, form, name]),
      method: `tesseract.${endpoint}`,
      asked: { name, form },
      head: { status: 200, contentType: contentTypes[endpoint === "abstract_eval" ? "json" : form]! },
    };
    return documents.has(endpoint)
      ? { ...internalFace(dispatcher, { ...made, empty: {} }), ignoresBody: true }
      : internalFace(dispatcher, made);
  }

  function faceFor(endpoint: string, { params: { name = "" }, accept }: FacadeRequest): Face | undefined {
    // Only arrays have several forms.
    const form = documents.has(endpoint) || endpoint === "abstract_eval" ? "json" : formFor(accept);
    return form && faceOf(endpoint, form, name);
  }

  return {
    routes: [
      { path: "/tesseract/:name", verb: "GET", face: () => toDocs },
      ...endpoints.map((endpoint) => ({
        path: `/tesseract/:name/${endpoint}`,
        verb: documents.has(endpoint) ? ("GET" as const) : ("POST" as const),
        face: (request: FacadeRequest) => faceFor(endpoint, request),
        tell: tellFaults,
      })),
    ],
    at(path) {
      if (!path.startsWith("[")) return undefined;
      const [endpoint, form, name] = JSON.parse(path);
      return faceOf(endpoint, form, name);
    },
  };
};

const reply = {
  text: "",
  head: { status: 302, contentType: "text/plain; charset=utf-8", headers: { location: "/docs" } },
  method: undefined,
  calls: undefined,
  outcome: "ok",
};

/** For people who open a Tesseract in a browser. */
const toDocs: Face = {
  path: "/tesseract",
  method: undefined,
  empty: {},
  ignoresBody: true,
  run: () => reply,
  glance: () => ({ method: "/tesseract", isBatch: false, ids: [], params: [{}] }),
  refuse: () => reply,
};
