/**
 * Whether a peer's answer to one stream can stand. docs/fuzzing.md says it in words:
 *
 *   - A stream that is one well-formed request, in one piece, must be answered as the plain peer answers it.
 *   - With the rules of our own peer the same holds for a request that is cut, or has a line end behind it.
 *   - Any other stream may be answered with what one of its readings asks for, with a denial, or not at all.
 *
 * Nobody may say anything that is no message of the protocol, send another image's bytes, or leave a part of one
 * that looks whole.
 */
import { isDeepStrictEqual } from 'node:util';
import { joined, type Stream } from './batch.ts';
import type { FuzzImages } from './fuzz-images.ts';
import { latin1, plainAnswer, requestedName, type Answer } from './plain-answer.ts';

/** How a connection ended for the side that fuzzes; `left`: it went first. */
export type Close = 'end' | 'reset' | 'refused' | 'left';

/** What came back on one connection. */
export interface Heard {
  readonly reply: Uint8Array;
  readonly close: Close;
}

/** By which rules: those that every plain peer keeps, or those of ours too. */
export type Dialect = 'plain' | 'ours';

/** What answers are held against. */
export interface Rules {
  readonly images: FuzzImages;
  readonly dialect: Dialect;
}

/** A request in pieces is one as long as its pieces come in less time than our peer waits for more. */
const MOST_PAUSE_MS = 900;

const LIST = /^PEERS:( \d{1,3}(\.\d{1,3}){3}:\d{1,5})*$/;
const EMPTY_LIST = 'PEERS: ';
const MOST_LIST_BYTES = 4_096;
const RES = 'RES: ';
const ERR = 'ERR:';

/** What a stream must be answered with; null where a peer has a choice. */
export function expectedAnswer(stream: Stream, { images, dialect }: Rules): Answer | null {
  if (stream.ending === 'reset') return null;
  if (dialect === 'ours') return tolerantAnswer(stream, images);
  return stream.pieces.length === 1 ? plainAnswer(stream.pieces[0]!, images) : null;
}

/** What is wrong with an answer, as a sentence without a subject; null: nothing. */
export function problemOf(stream: Stream, heard: Heard, rules: Rules): string | null {
  const expected = expectedAnswer(stream, rules);
  if (expected !== null) return differenceOf(expected, heard, rules.dialect);
  const isWhole = heard.close === 'end';
  const allowed = allowedReplies(stream, rules);
  const reply = latin1(heard.reply);
  if (reply === '' || isList(reply, rules.dialect, isWhole)) {
    return reply === '' || allowed.mayList ? null : 'answers with a list what is no greeting';
  }
  if (reply.startsWith(ERR)) return allowed.mayDeny ? null : 'denies what is no request';
  const isPart = (text: string): boolean => (isWhole ? text === reply : text.startsWith(reply));
  if (allowed.images.some((bytes) => isPart(RES + latin1(bytes)))) return null;
  if (!isWhole && ERR.startsWith(reply)) return null;
  return reply.startsWith(RES)
    ? 'sends bytes of no image that was asked for'
    : 'says something that is no message of the protocol';
}

/** How an answer differs from the one that there must be. */
function differenceOf(expected: Answer, heard: Heard, dialect: Dialect): string | null {
  const reply = latin1(heard.reply);
  const kind = kindOf(reply);
  const wanted = NOUNS[expected.kind];
  if (heard.close !== 'end') return `${CLOSES[heard.close]} where the plain peer sends ${wanted}`;
  if (kind !== expected.kind) return `sends ${NOUNS[kind]} where the plain peer sends ${wanted}`;
  if (expected.kind === 'image' && reply !== RES + latin1(expected.bytes)) {
    return `sends other bytes than those of ${JSON.stringify(expected.name)}`;
  }
  if (expected.kind === 'list' && !isList(reply, dialect, true)) {
    return 'sends a list that a plain peer cannot read';
  }
  return null;
}

const NOUNS = {
  list: 'a list',
  image: 'the image',
  denial: 'a denial',
  nothing: 'nothing',
  noise: 'something that is no message',
} as const;

const CLOSES = {
  end: 'ends',
  reset: 'resets the connection',
  refused: 'refuses the connection',
  left: 'does not come to an end',
} as const;

/** What kind of message an answer is, by its beginning. */
export function kindOf(reply: string): keyof typeof NOUNS {
  if (reply === '') return 'nothing';
  if (reply.startsWith('PEERS:')) return 'list';
  if (reply.startsWith(RES)) return 'image';
  return reply.startsWith(ERR) ? 'denial' : 'noise';
}

/** Ours never sends a list without the space, on which a plain reader crashes. */
function isList(reply: string, dialect: Dialect, isWhole: boolean): boolean {
  if (!isWhole && EMPTY_LIST.startsWith(reply)) return true;
  if (reply.length > MOST_LIST_BYTES) return false;
  if (reply === 'PEERS:') return dialect === 'plain';
  if (reply === EMPTY_LIST || LIST.test(reply)) return true;
  return !isWhole && reply.startsWith(EMPTY_LIST) && /^[\d.: ]*$/.test(reply.slice(7));
}

/**
 * Ours answers at the first place where nothing that follows could change the answer. It may see two pieces as one,
 * so that there is one answer only when all places that it may come to agree.
 */
function tolerantAnswer(stream: Stream, images: FuzzImages): Answer | null {
  if (stream.pauseMs * stream.pieces.length > MOST_PAUSE_MS) return null;
  const places = readingsOf(stream).filter(
    ({ bytes, isComplete }) => isComplete || !mayGrow(bytes, images),
  );
  const last = tolerantReading(places.at(-1)!.bytes, images);
  const others = places.map(({ bytes }) => tolerantReading(bytes, images));
  const areAlike = others.every((one) => one === null || isDeepStrictEqual(one, last));
  return areAlike ? last : null;
}

function tolerantReading(bytes: Uint8Array, images: FuzzImages): Answer | null {
  return isAnnouncement(bytes) ? { kind: 'list' } : plainAnswer(bytes, images);
}

/** Whether ours waits for more: an announced port may have more digits, a name may begin another's. */
function mayGrow(bytes: Uint8Array, images: FuzzImages): boolean {
  if (isAnnouncement(bytes)) return true;
  const name = requestedName(bytes);
  if (name === null) return false;
  const start = name.normalize('NFD');
  return [...images.keys()].some((other) => {
    const whole = other.normalize('NFD');
    return whole.length > start.length && whole.startsWith(start);
  });
}

function isAnnouncement(bytes: Uint8Array): boolean {
  return /^HELLO [1-9]\d{0,4}$/.test(latin1(bytes));
}

/** What a peer may take for the request: the bytes up to a piece's end, or up to a line end or NUL. */
interface Reading {
  readonly bytes: Uint8Array;
  /** Nothing can follow. */
  readonly isComplete: boolean;
}

function readingsOf(stream: Stream): Reading[] {
  const all = joined(stream);
  const at = all.findIndex((byte) => byte === 0 || byte === 10 || byte === 13);
  const readings: Reading[] = [];
  let end = 0;
  for (const piece of stream.pieces) {
    end += piece.length;
    if (at >= 0 && end > at) break;
    readings.push({ bytes: all.subarray(0, end), isComplete: false });
  }
  const last = at >= 0 ? all.subarray(0, at) : all;
  return [...readings, { bytes: last, isComplete: true }];
}

/** What a peer that has a choice may say. */
interface Allowed {
  readonly mayList: boolean;
  readonly mayDeny: boolean;
  readonly images: readonly Uint8Array[];
}

function allowedReplies(stream: Stream, { images }: Rules): Allowed {
  const all = joined(stream);
  const text = latin1(all);
  const readings = [...readingsOf(stream).map(({ bytes }) => bytes), all];
  const names = readings.map(nameIn).filter((name) => name !== null);
  return {
    mayList: text.startsWith('HELLO'),
    mayDeny: text.startsWith('REQ: '),
    images: names.map((name) => images.get(name)).filter((bytes) => bytes !== undefined),
  };
}

/** The name in any of its spellings. */
function nameIn(bytes: Uint8Array): string | null {
  if (!latin1(bytes).startsWith('REQ: ')) return null;
  return new TextDecoder().decode(bytes.subarray(5)).normalize('NFC');
}
