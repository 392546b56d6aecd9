import type { ServiceError } from "../errors.ts";
import type { Text } from "../wire/text.ts";
import type { Dispatcher } from "./dispatch.ts";
import type { Face } from "./faces.ts";

/** The routes of another protocol over the same methods. */
export interface Facade {
  readonly routes: readonly FacadeRoute[];
  /** The face at a path, as another thread has to find it again; undefined where it is none of these. */
  at(path: string): Face | undefined;
}

/** Makes a facade over what calls methods. */
export type FacadeOf = (dispatcher: Dispatcher) => Facade;

/** A route of a facade. */
export interface FacadeRoute {
  /** Where it is served; `:name` stands for any part of a path. */
  readonly path: string;
  /** Absent, whatever is asked is answered alike. */
  readonly verb?: "GET" | "POST";
  /** What answers such a request; undefined where it accepts nothing that there is. */
  face(request: FacadeRequest): Face | undefined;
  /** How errors are told; absent, as problem documents. */
  readonly tell?: Tell | undefined;
}

/** What a facade may know of a request besides its body. */
export interface FacadeRequest {
  /** The parts of the path that have names. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly accept: string | undefined;
}

/** Tells an error in the facade's own form, of the status that it has elsewhere; undefined where as a problem document. */
export type Tell = (error: ServiceError, status: number) => Told | undefined;

/** An error as it is sent. */
export interface Told {
  readonly status: number;
  readonly contentType: string;
  readonly text: Text;
}
