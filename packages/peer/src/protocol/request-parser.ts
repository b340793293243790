/**
 * Reads what a caller asks, from bytes cut anywhere.
 *
 * The plain protocol has no mark for the end of a request: a plain caller writes `HELLO` or
 * `REQ: name` and waits. So what has arrived so far is always one of
 *
 *   incomplete   `HE`, `REQ:`: more must come
 *   greeting     `HELLO`, `HELLO 9002`
 *   image        `REQ: name`
 *   unknown      no continuation can make a request of it
 *   too-long     more than `MAX_REQUEST_BYTES`
 *
 * and a greeting or an image is `complete` when nothing that follows can change it: a line end or a
 * NUL stood behind it, or the caller has ended its side. An incomplete one may be all there is; the
 * session decides what may be answered already (docs/protocol.md, "Where a request ends").
 */
import { decodeName, nameProblem, type NameProblem } from './image-name.ts';
import { MAX_REQUEST_BYTES } from './limits.ts';

/** What has been asked so far. */
export type Request =
  | { readonly kind: 'incomplete' | 'unknown' | 'too-long'; readonly complete: boolean }
  | {
      readonly kind: 'greeting';
      readonly complete: boolean;
      /** The caller's own listening port; 0 when it announced none or nonsense. */
      readonly port: number;
      /** Whether anything stands behind `HELLO`. */
      readonly bare: boolean;
    }
  | {
      readonly kind: 'image';
      readonly complete: boolean;
      readonly name: string;
      readonly problem: NameProblem | null;
    };

const INCOMPLETE: Request = { kind: 'incomplete', complete: false };
const NOTHING: Request = { kind: 'unknown', complete: true };
const UNKNOWN: Request = { kind: 'unknown', complete: true };
const TOO_LONG: Request = { kind: 'too-long', complete: true };
const BARE: Request = { kind: 'greeting', complete: false, port: 0, bare: true };
const BARE_COMPLETE: Request = { kind: 'greeting', complete: true, port: 0, bare: true };

const HELLO_TEXT = [72, 69, 76, 76, 79];
const REQ_TEXT = [82, 69, 81, 58, 32];
const SPACE = 32;

/** One parser per connection; holds at most `MAX_REQUEST_BYTES`. */
export class RequestParser {
  #bytes: Uint8Array | null = null;
  #length = 0;
  /** Index of the first NUL, CR or LF; -1 while none has come. */
  #terminator = -1;
  #overflow = false;
  #ended = false;

  /** Takes the next bytes, which are kept by reference when they are the first and only ones. */
  push(bytes: Uint8Array): void {
    if (this.#terminator >= 0 || this.#overflow || bytes.length === 0) return;
    this.#findTerminator(bytes);
    const fits = Math.min(bytes.length, MAX_REQUEST_BYTES - this.#length);
    if (this.#terminator < 0 && fits < bytes.length) this.#overflow = true;
    if (this.#bytes === null) {
      // A copy of the beginning: a view would keep all of a large piece in memory.
      this.#bytes = bytes.length > fits ? new Uint8Array(bytes.subarray(0, fits)) : bytes;
    } else {
      // Requests in pieces are rare and short, so a new array for each piece is cheap enough.
      const joined = new Uint8Array(this.#length + fits);
      joined.set(this.#bytes.subarray(0, this.#length));
      joined.set(bytes.subarray(0, fits), this.#length);
      this.#bytes = joined;
    }
    this.#length += fits;
  }

  /** The caller has ended its side: what is here is all. */
  end(): void {
    this.#ended = true;
  }

  /** What the bytes so far amount to. */
  request(): Request {
    const bytes = this.#bytes;
    if (bytes === null) return this.#ended ? NOTHING : INCOMPLETE;
    const complete = this.#ended || this.#terminator >= 0;
    const end = this.#terminator >= 0 ? this.#terminator : this.#length;
    if (this.#overflow || end > MAX_REQUEST_BYTES) return TOO_LONG;
    if (startsLike(bytes, end, HELLO_TEXT)) return readGreeting(bytes, end, complete);
    if (startsLike(bytes, end, REQ_TEXT)) return readImage(bytes, end, complete);
    return UNKNOWN;
  }

  #findTerminator(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === 0 || byte === 10 || byte === 13) {
        this.#terminator = this.#length + i;
        return;
      }
      if (this.#length + i >= MAX_REQUEST_BYTES) return;
    }
  }
}

/** Whether the bytes begin with `text`, or are the beginning of it. */
function startsLike(bytes: Uint8Array, end: number, text: readonly number[]): boolean {
  const length = Math.min(end, text.length);
  for (let i = 0; i < length; i++) if (bytes[i] !== text[i]) return false;
  return end > 0;
}

function readGreeting(bytes: Uint8Array, end: number, complete: boolean): Request {
  if (end < HELLO_TEXT.length) return complete ? UNKNOWN : INCOMPLETE;
  if (end === HELLO_TEXT.length) return complete ? BARE_COMPLETE : BARE;
  if (bytes[HELLO_TEXT.length] !== SPACE) return UNKNOWN;
  return {
    kind: 'greeting',
    complete,
    port: readPort(bytes, HELLO_TEXT.length + 1, end),
    bare: false,
  };
}

/** A port in decimal, alone up to `end`; 0 when it is anything else. Words behind it are for later versions. */
function readPort(bytes: Uint8Array, from: number, end: number): number {
  let port = 0;
  let i = from;
  for (; i < end && bytes[i] !== SPACE; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9 || port > 6_553) return 0;
    port = port * 10 + digit;
  }
  return port > 65_535 ? 0 : port;
}

function readImage(bytes: Uint8Array, end: number, complete: boolean): Request {
  if (end < REQ_TEXT.length) return complete ? UNKNOWN : INCOMPLETE;
  const name = decodeName(bytes, REQ_TEXT.length, end);
  if (name === null) return { kind: 'image', complete, name: '', problem: 'invalid-utf8' };
  return { kind: 'image', complete, name, problem: nameProblem(name) };
}
