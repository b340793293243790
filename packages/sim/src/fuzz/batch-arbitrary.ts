/**
 * Where inputs come from: the grammar of the protocol, its messages with a byte or two wrong, and noise; cut
 * anywhere, several behind one another, with pauses, and with every way to leave.
 */
import fc from 'fast-check';
import type { Batch, Ending, Stream } from './batch.ts';
import type { FuzzImages } from './fuzz-images.ts';

/** What inputs are drawn for. */
export interface BatchOptions {
  readonly images: FuzzImages;
  /** Well-formed requests alone, each in one piece: nothing that is known to end the original program. */
  readonly isGentle: boolean;
  /** Calls at the same time. */
  readonly mostCalls: number;
  /** Whether the peer's own calls are answered; and whether pauses cost nothing. */
  readonly isVirtual: boolean;
}

/** Batches of some calls, and in the virtual world up to three replies. */
export function batchArbitrary(options: BatchOptions): fc.Arbitrary<Batch> {
  const message = options.isGentle ? goodRequest(options.images) : requestBytes(options.images);
  const call = options.isGentle ? wholeStream(message) : streamOf(message, options.isVirtual);
  const calls = fc.array(call, { minLength: 1, maxLength: options.mostCalls, size: 'max' });
  if (!options.isVirtual) return calls.map((some) => ({ calls: some, replies: [], fetch: null }));
  const names = namesOf(options.images);
  return fc.record({
    calls,
    replies: fc.array(streamOf(replyBytes(options.images), true), { maxLength: 3 }),
    fetch: fc.option(fc.constantFrom(...names, ABSENT), { freq: 2 }),
  });
}

const BAD_NAMES = ['', '.', '..', '../cat.png', 'a/b', 'a\\b', 'con', 'c:', 'cat.png ', '.hidden'];
/** A name that no folder has. */
const ABSENT = 'no such image.png';

const GREETINGS = ['HELLO', 'HELLO 9000', 'HELLO 0', 'HELLO 65535', 'HELLO 65536', 'HELLO x'];
const LINE_ENDS = ['', '', '', '\n', '\r\n', '\0', ' '];

/** Where the peers of a list may be: the fuzzer, the peer itself, nobody, and where nobody may be dialled. */
const ENTRIES = [
  ...['10.0.0.2:9000', '10.0.0.1:9000', '10.0.0.9:9000', '127.0.0.1:9000', '0.0.0.0:1'],
  ...[
    '255.255.255.255:9',
    '169.254.169.254:80',
    '10.0.0.2:9000;v=2',
    '1.2.3.4',
    ':',
    '1.2.3.4:65536',
  ],
  ...['10.0.0.2:0', '10.0.0.2:-1', 'cat:9', '::1:9000', ''],
];

function text(value: string): Uint8Array {
  return Buffer.from(value);
}

function oneOf(values: readonly string[]): fc.Arbitrary<Uint8Array> {
  return fc.constantFrom(...values).map(text);
}

/** A name that is there, that begins such a name, that goes on behind one, or that is not there. */
function goodName(images: FuzzImages): fc.Arbitrary<string> {
  const there = fc.constantFrom(...namesOf(images));
  return fc.oneof(
    { weight: 4, arbitrary: there },
    {
      weight: 1,
      arbitrary: fc.tuple(there, fc.nat(3)).map(([name, n]) => [...name].slice(0, n + 1).join('')),
    },
    { weight: 1, arbitrary: there.map((name) => `${name}x`) },
    { weight: 1, arbitrary: fc.constantFrom(ABSENT, 'ü'.repeat(40), 'y'.repeat(240)) },
  );
}

/** Of the images that are known; where none are, one that nobody has. */
function namesOf(images: FuzzImages): string[] {
  return images.size === 0 ? [ABSENT] : [...images.keys()];
}

function goodRequest(images: FuzzImages): fc.Arbitrary<Uint8Array> {
  const request = goodName(images).map((name) => text(`REQ: ${name}`));
  return fc.oneof(fc.constant(text('HELLO')), { weight: 3, arbitrary: request });
}

function requestBytes(images: FuzzImages): fc.Arbitrary<Uint8Array> {
  const message = fc.oneof(
    { weight: 6, arbitrary: goodRequest(images) },
    { weight: 2, arbitrary: oneOf(GREETINGS) },
    { weight: 2, arbitrary: oneOf(BAD_NAMES.map((name) => `REQ: ${name}`)) },
    {
      weight: 1,
      arbitrary: oneOf(['PEERS: 10.0.0.2:9000', 'RES: x', 'ERR: not_found', 'HELP', 'REQ:cat']),
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 200, max: 2_000 }).map((n) => text(`REQ: ${'z'.repeat(n)}`)),
    },
  );
  return spoilt(message);
}

function replyBytes(images: FuzzImages): fc.Arbitrary<Uint8Array> {
  const list = fc
    .array(fc.constantFrom(...ENTRIES), { maxLength: 5 })
    .map((entries) => text(`PEERS: ${entries.join(' ')}`));
  const body = fc
    .constantFrom(...images.values())
    .map((bytes) => Buffer.concat([text('RES: '), bytes]));
  const message = fc.oneof(
    { weight: 4, arbitrary: list },
    { weight: 4, arbitrary: body },
    {
      weight: 2,
      arbitrary: oneOf(['ERR: not_found', 'ERR:', 'RES: ', 'RES:', 'PEERS:', 'PEERS', '']),
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 1, max: 20_000 }).map((n) => text(`PEERS: ${'9'.repeat(n)}`)),
    },
  );
  return spoilt(message);
}

/** A message as it is, with something behind it, with one byte wrong, cut off, or nothing but noise. */
function spoilt(message: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const ended = fc.tuple(message, fc.constantFrom(...LINE_ENDS));
  const two = fc.tuple(message, fc.constantFrom(...LINE_ENDS), message);
  const at = fc.nat(300);
  return fc.oneof(
    { weight: 6, arbitrary: ended.map(([bytes, end]) => Buffer.concat([bytes, text(end)])) },
    { weight: 2, arbitrary: two.map(([a, end, b]) => Buffer.concat([a, text(end), b])) },
    {
      weight: 1,
      arbitrary: fc.tuple(message, at, fc.nat(255)).map(([a, i, b]) => withByte(a, i, b)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(message, at).map(([a, i]) => a.subarray(0, i % (a.length + 1))),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
  );
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  if (changed.length > 0) changed[at % changed.length] = value;
  return changed;
}

/** Long pauses let every deadline of a peer pass; on real sockets they would take as long. */
const VIRTUAL_PAUSES = [0, 1, 20, 400, 1_100, 16_000];
const REAL_PAUSES = [0, 0, 0, 1, 10];

function wholeStream(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Stream> {
  const ending = fc.constantFrom<Ending>('wait', 'end');
  return fc.tuple(bytes, ending).map(([all, how]) => ({ pieces: [all], pauseMs: 0, ending: how }));
}

function streamOf(bytes: fc.Arbitrary<Uint8Array>, isVirtual: boolean): fc.Arbitrary<Stream> {
  const cuts = fc.array(fc.nat(600), { maxLength: 4 });
  const pauseMs = fc.constantFrom(...(isVirtual ? VIRTUAL_PAUSES : REAL_PAUSES));
  const ending = fc.constantFrom<Ending>('wait', 'end', 'reset');
  const some = fc.oneof(fc.constant([]), { weight: 2, arbitrary: cuts });
  return fc
    .tuple(bytes, some, pauseMs, ending)
    .map(([all, at, pause, how]) => ({ pieces: cut(all, at), pauseMs: pause, ending: how }));
}

/** The bytes in pieces that are not empty; no bytes are no piece. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)), bytes.length];
  places.sort((a, b) => a - b);
  return places
    .slice(1)
    .map((place, i) => bytes.subarray(places[i], place))
    .filter(({ length }) => length > 0);
}
