/**
 * Reads a reply, from bytes cut anywhere. A reply ends where the connection ends, so a list or a
 * reason is read out only once the caller of the parser knows that the end was a clean one.
 */
import { makeAddress, type Address } from './address.ts';
import { decodeName } from './image-name.ts';
import { MAX_LIST_ENTRIES, MAX_LIST_READ_BYTES, MAX_REASON_BYTES } from './limits.ts';

const PEERS_TEXT = [80, 69, 69, 82, 83, 58];
const RES_TEXT = [82, 69, 83, 58];
const ERR_TEXT = [69, 82, 82, 58];
const SPACE = 32;

/** Reads the answer to a greeting: `PEERS:` and the addresses behind it. */
export class PeersParser {
  #bytes: Uint8Array = EMPTY;

  /** Bytes read so far; 0 at a clean end means that the callee did not know the greeting. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Takes the next bytes. False when the list is longer than we care to read: stop reading. */
  push(bytes: Uint8Array): boolean {
    this.#bytes = append(this.#bytes, bytes, MAX_LIST_READ_BYTES);
    return this.#bytes.length < MAX_LIST_READ_BYTES;
  }

  /**
   * The addresses, at most `MAX_LIST_ENTRIES`, in the order of the list; entries that are no IPv4
   * address with a port are passed over, and so is what follows the port behind a `;`.
   */
  addresses(): Address[] {
    return this.isList ? readEntries(this.#bytes, PEERS_TEXT.length) : [];
  }

  /** Whether the reply is a list at all. */
  get isList(): boolean {
    return startsWith(this.#bytes, PEERS_TEXT);
  }
}

/** What a reply to a request turned out to be. */
export type ReplyHead =
  | { readonly kind: 'incomplete' }
  /** An image: its first bytes, which arrived with the head, are in `body`. */
  | { readonly kind: 'image'; readonly body: Uint8Array }
  | { readonly kind: 'error' }
  | { readonly kind: 'malformed' };

const INCOMPLETE: ReplyHead = { kind: 'incomplete' };
const ERROR: ReplyHead = { kind: 'error' };
const MALFORMED: ReplyHead = { kind: 'malformed' };
const EMPTY = new Uint8Array(0);

/** Reads the head of the answer to a request, and the reason behind `ERR:`. */
export class ReplyParser {
  #bytes: Uint8Array = EMPTY;

  /** Bytes read so far, body not counted. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Takes the next bytes and says what the reply is, as soon as that is certain. */
  push(bytes: Uint8Array): ReplyHead {
    this.#bytes = append(this.#bytes, bytes, MAX_REASON_BYTES + bytes.length);
    if (startsWith(this.#bytes, RES_TEXT)) return this.#image();
    this.#bytes = this.#bytes.subarray(0, MAX_REASON_BYTES);
    if (startsWith(this.#bytes, ERR_TEXT)) return ERROR;
    const mayBecome = isPrefix(this.#bytes, RES_TEXT) || isPrefix(this.#bytes, ERR_TEXT);
    return mayBecome ? INCOMPLETE : MALFORMED;
  }

  /** The reason behind `ERR:`, as sent; make it safe before it is shown. */
  reason(): string {
    const from = this.#bytes[ERR_TEXT.length] === SPACE ? ERR_TEXT.length + 1 : ERR_TEXT.length;
    let to = this.#bytes.length;
    while (to > from && this.#bytes[to - 1]! <= SPACE) to--;
    return decodeName(this.#bytes, from, to) ?? 'not readable';
  }

  // The original sends `RES: `, its README says `RES:`. One space is part of the head; no format of
  // images begins with a space, so nothing is lost by that.
  #image(): ReplyHead {
    const next = this.#bytes[RES_TEXT.length];
    if (next === undefined) return INCOMPLETE;
    const from = next === SPACE ? RES_TEXT.length + 1 : RES_TEXT.length;
    return { kind: 'image', body: this.#bytes.subarray(from) };
  }
}

/** Joins two arrays, up to `limit` bytes; the first is returned or kept by reference when it can be. */
function append(before: Uint8Array, bytes: Uint8Array, limit: number): Uint8Array {
  const fits = Math.min(bytes.length, limit - before.length);
  if (before.length === 0) return fits < bytes.length ? bytes.subarray(0, fits) : bytes;
  const joined = new Uint8Array(before.length + fits);
  joined.set(before);
  joined.set(bytes.subarray(0, fits), before.length);
  return joined;
}

function startsWith(bytes: Uint8Array, text: readonly number[]): boolean {
  return bytes.length >= text.length && isPrefix(bytes, text);
}

/** Whether the bytes and the text agree as far as both reach. */
function isPrefix(bytes: Uint8Array, text: readonly number[]): boolean {
  const length = Math.min(bytes.length, text.length);
  for (let i = 0; i < length; i++) if (bytes[i] !== text[i]) return false;
  return true;
}

function readEntries(bytes: Uint8Array, start: number): Address[] {
  const addresses: Address[] = [];
  let from = start;
  while (from < bytes.length && addresses.length < MAX_LIST_ENTRIES) {
    while (from < bytes.length && bytes[from]! <= SPACE) from++;
    let to = from;
    while (to < bytes.length && bytes[to]! > SPACE) to++;
    const address = readEntry(bytes, from, to);
    if (address !== 0) addresses.push(address);
    from = to;
  }
  return addresses;
}

/** Reads `a.b.c.d:port`, and passes over what stands behind a `;`. 0 when it is not that. */
function readEntry(bytes: Uint8Array, from: number, to: number): Address {
  let ip = 0;
  let at = from;
  for (let part = 0; part < 4; part++) {
    const end = endOfDigits(bytes, at, to);
    const value = readDecimal(bytes, at, end);
    if (value < 0 || value > 255 || end >= to || bytes[end] !== (part < 3 ? DOT : COLON)) return 0;
    ip = ip * 256 + value;
    at = end + 1;
  }
  const end = endOfDigits(bytes, at, to);
  const port = readDecimal(bytes, at, end);
  const alone = end === to || bytes[end] === SEMICOLON;
  return alone && port >= 1 && port <= 65_535 ? makeAddress(ip, port) : 0;
}

const DOT = 46;
const COLON = 58;
const SEMICOLON = 59;

function endOfDigits(bytes: Uint8Array, from: number, to: number): number {
  let end = from;
  while (end < to && bytes[end]! >= 48 && bytes[end]! <= 57) end++;
  return end;
}

/** The decimal number in `bytes[from, to)`: one to five digits, no leading zero; -1 otherwise. */
function readDecimal(bytes: Uint8Array, from: number, to: number): number {
  const digits = to - from;
  if (digits < 1 || digits > 5 || (digits > 1 && bytes[from] === 48)) return -1;
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + bytes[i]! - 48;
  return value;
}
