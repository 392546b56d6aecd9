import { isUtf8 } from "node:buffer";
import { limitExceeded, ServiceError } from "../../errors.ts";
import type { ReadLimits, Weight } from "../codec.ts";
import { isTypedArrayTag } from "./typed-arrays.ts";

/**
 * Walks CBOR bytes without reading them, so that all that reading takes is known before: what is cut off, nests too deeply or
 * has tags that nobody knows is a `parse_error`, what is too much `limit_exceeded`.
 */
export function weighCbor(bytes: Uint8Array, limits: ReadLimits): Weight {
  return new Walk(bytes, limits).weight();
}

/** The error of bytes that are not as they have to be. */
export function cborFault(offset: number, reason: string): ServiceError {
  return new ServiceError("parse_error", `the body is not CBOR that is read here: byte ${offset}: ${reason}`, {
    reason,
    offset,
  });
}

/** An array or map on the way to its end. */
interface Frame {
  readonly isMap: boolean;
  /** Items that are still to come, keys included; infinite where a break ends it. */
  left: number;
  /** Whether the next item is a key. */
  isAtKey: boolean;
  /** Whether the value that comes is called `timeoutMs`. */
  isTimeout: boolean;
}

const majorBytes = 2;
const majorText = 3;
const majorArray = 4;
const majorTag = 6;
const majorSimple = 7;
const indefinite = 31;
const breakByte = 0xff;
const timeoutName = Buffer.from("timeoutMs");

class Walk {
  private readonly bytes: Buffer;
  private readonly limits: ReadLimits;
  private readonly frames: Frame[] = [];
  private readonly timeoutsMs = new Map<number, number>();
  private at = 0;
  private containers = 0;
  private members = 0;
  private strings = 0;
  private stringBytes = 0;
  private items = 0;

  constructor(bytes: Uint8Array, limits: ReadLimits) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.limits = limits;
  }

  weight(): Weight {
    if (this.bytes.length === 0) throw new ServiceError("parse_error", "the body is empty");
    const first = this.bytes[0]! >> 5;
    do this.item();
    while (this.frames.length > 0);
    if (this.at < this.bytes.length) throw cborFault(this.at, "more bytes follow the end");
    const { containers, members, strings, stringBytes, items } = this;
    return {
      // Bytes of strings twice: as they came, and as they are kept.
      memoryBytes: this.bytes.length + 2 * stringBytes + 96 * containers + 80 * members + 40 * strings + 16 * items,
      isList: first === majorArray,
      timeoutsMs: this.timeoutsMs,
    };
  }

  /** One item, or the head of one that holds others; ends all that ends with it. */
  private item(): void {
    const frame = this.frames.at(-1);
    if (this.bytes[this.at] === breakByte && frame?.left === Number.POSITIVE_INFINITY) {
      if (frame.isMap && !frame.isAtKey) throw cborFault(this.at, "a map ends after a key");
      this.at++;
      this.frames.pop();
      this.ended();
      return;
    }
    this.items++;
    this.head(frame, false);
  }

  private head(frame: Frame | undefined, isTagged: boolean): void {
    const start = this.at;
    const initial = this.take(1)[0]!;
    const major = initial >> 5;
    const info = initial & 31;
    if (frame?.isAtKey && major !== majorText) throw cborFault(start, "the keys of maps are texts");
    if (isTagged && major !== majorBytes) throw cborFault(start, "the tag of a typed array stands before bytes");
    if (info > 27 && info < indefinite) throw cborFault(start, `the additional information ${info} means nothing`);
    if (major === majorSimple) {
      this.simple(start, info, frame);
      this.ended();
      return;
    }
    if (info === indefinite && major !== majorArray && major !== majorArray + 1) {
      throw cborFault(start, "texts and bytes of no known length are not read: send their length");
    }
    const value = info === indefinite ? Number.POSITIVE_INFINITY : this.argument(info);
    if (major < majorBytes) {
      this.number(major === 0 ? value : -1 - value, frame);
      this.ended();
    } else if (major === majorBytes || major === majorText) {
      this.text(start, major, value, frame);
      this.ended();
    } else if (major === majorTag) {
      if (!isTypedArrayTag(value))
        throw cborFault(start, `the tag ${value} is not read here; those of typed arrays of up to 64 bits are`);
      this.head(frame, true);
    } else this.open(start, major !== majorArray, value);
  }

  private open(start: number, isMap: boolean, count: number): void {
    this.count("jsonContainers", ++this.containers);
    if (isMap && Number.isFinite(count)) this.count("jsonMembers", this.members + count);
    // Each item takes at least a byte, so that what cannot be there is found now.
    const left = isMap ? 2 * count : count;
    if (Number.isFinite(left) && left > this.bytes.length - this.at) throw cutOff(start);
    this.frames.push({ isMap, left, isAtKey: isMap, isTimeout: false });
    const depth = this.frames.length;
    if (depth > this.limits.depth) {
      throw new ServiceError("parse_error", `the body nests ${depth} deep, ${this.limits.depth} allowed`, {
        limit: "depth",
        allowed: this.limits.depth,
        received: depth,
      });
    }
    if (left === 0) {
      this.frames.pop();
      this.ended();
    }
  }

  /** Notes that an item has ended, and with it perhaps what holds it. */
  private ended(): void {
    for (let frame = this.frames.at(-1); frame; frame = this.frames.at(-1)) {
      frame.left--;
      if (frame.isMap) {
        if (frame.isAtKey) this.count("jsonMembers", ++this.members);
        else frame.isTimeout = false;
        frame.isAtKey = !frame.isAtKey;
      }
      if (frame.left > 0) return;
      this.frames.pop();
    }
  }

  private text(start: number, major: number, length: number, frame: Frame | undefined): void {
    this.count("jsonStrings", ++this.strings);
    if (length > this.bytes.length - this.at) throw cutOff(start);
    const text = this.take(length);
    this.stringBytes += length;
    if (major !== majorText) return;
    if (!isUtf8(text)) throw cborFault(start, "a text is not UTF-8");
    if (frame?.isAtKey) frame.isTimeout = length === timeoutName.length && timeoutName.equals(text);
  }

  private simple(start: number, info: number, frame: Frame | undefined): void {
    switch (info) {
      case 20:
      case 21:
      case 22:
      case 23:
        return;
      case 25:
        this.take(2);
        return;
      case 26:
        this.number(this.take(4).readFloatBE(), frame);
        return;
      case 27:
        this.number(this.take(8).readDoubleBE(), frame);
        return;
      default:
        throw cborFault(start, info === indefinite ? "a break ends nothing" : "a simple value that is not known");
    }
  }

  private number(value: number, frame: Frame | undefined): void {
    if (!frame?.isTimeout || frame.isAtKey) return;
    const depth = this.frames.length;
    this.timeoutsMs.set(depth, Math.max(value, this.timeoutsMs.get(depth) ?? value));
  }

  private argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.take(1)[0]!;
    if (info === 25) return this.take(2).readUInt16BE();
    return info === 26 ? this.take(4).readUInt32BE() : Number(this.take(8).readBigUInt64BE());
  }

  private take(length: number): Buffer {
    if (length > this.bytes.length - this.at) throw cutOff(this.bytes.length);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private count(limit: "jsonContainers" | "jsonMembers" | "jsonStrings", received: number): void {
    if (received > this.limits[limit]) throw limitExceeded(limit, this.limits[limit], received);
  }
}

function cutOff(offset: number): ServiceError {
  return cborFault(offset, "the body is cut off");
}
