/** Attacks with what is sent, and with what is not read. */
import { holdsWithin, refusedWithin, unless, type Attack, type Finding } from '../attack.ts';
import type { Arena, Random } from '../arena.ts';
import { countClosed, leaveAll, type HostileCaller } from '../hostile-caller.ts';

const MACHINE = 20;

/** Streams of random bytes in a run of a minute or more. */
const STREAMS = 100_000;

/** Streams at once. */
const AT_ONCE = 64;

const LINE_BYTES = 10 * 1_024 ** 3;
const CUT_OFF_MS = 10_000;

export const BYTE_ATTACKS: readonly Attack[] = [
  {
    name: 'random-bytes',
    about: 'sends streams of random bytes, and requests that are wrong in one place',
    weight: 6,
    run: randomBytes,
  },
  { name: 'long-line', about: 'sends a request line of 10 GiB', weight: 1, run: longLine },
  {
    name: 'talker',
    about: 'asks for a large image, does not read it, and talks on without end',
    weight: 1,
    run: talk,
  },
  {
    name: 'never-reads',
    about: 'asks for large images on 256 connections and never reads',
    weight: 1,
    run: (arena) => readSlowly(arena, 256, null),
  },
  {
    name: 'reads-by-drops',
    about: 'asks for large images on 64 connections and takes a little now and then',
    weight: 1,
    run: (arena) => readSlowly(arena, 64, 400),
  },
];

async function randomBytes(arena: Arena, forMs: number): Promise<Finding> {
  // A short run sends what it can; a whole one sends them all, however long that takes.
  const isShort = forMs < 5_000;
  const endMs = performance.now() + (isShort ? forMs : 10 * forMs);
  let sent = 0;
  let answered = 0;
  const sendInTurn = async (): Promise<void> => {
    while (performance.now() < endMs && sent < STREAMS) {
      // Many addresses: each connection keeps a port of its own busy for a while.
      const caller = arena.call(1_000 + (sent++ % 5_000));
      caller.socket.end(stream(arena.random));
      await caller.closed;
      if (caller.receivedBytes > 0) answered++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendInTurn));
  return {
    did: `${sent} streams`,
    answer: `${answered} answered, the others closed on`,
    faults: unless(isShort || sent === STREAMS, `only ${sent} streams were sent in the time`),
  };
}

const WORDS = [
  'HELLO',
  'HELLO 65535',
  'REQ: small.png',
  'REQ: ',
  'PEERS: 1.2.3.4:5',
  'RES: ',
  '\n',
];

/** Nothing but noise, or a message with a byte changed, put in, or cut off. */
function stream(random: Random): Uint8Array {
  const kind = random.below(4);
  if (kind === 0) return random.bytes(random.below(64));
  if (kind === 1 && random.below(50) === 0) return random.bytes(4_096);
  const bytes = Buffer.from(WORDS[random.below(WORDS.length)]!);
  const at = random.below(bytes.length);
  if (kind === 1) return bytes.subarray(0, at);
  if (kind === 2) bytes[at] = random.below(256);
  return Buffer.concat([bytes.subarray(0, at), random.bytes(random.below(4)), bytes.subarray(at)]);
}

async function longLine(arena: Arena): Promise<Finding> {
  const caller = arena.call(MACHINE);
  caller.write('REQ: ');
  const sentBytes = await pour(caller, LINE_BYTES);
  const isClosed = await holdsWithin(CUT_OFF_MS, () => caller.isClosed);
  await leaveAll([caller]);
  return {
    did: `${mib(sentBytes)} of a request line`,
    answer: isClosed ? `closed (${caller.error || 'end'})` : 'went on reading',
    faults: [
      ...unless(isClosed, 'it was not cut off'),
      ...unless(sentBytes < 64 * 1_024 ** 2, `it read ${mib(sentBytes)} of it`),
      ...unless(caller.receivedBytes === 0, 'it was answered'),
    ],
  };
}

/** Writes without end until the connection is gone, or so many bytes have been taken. Returns how many were. */
async function pour(caller: HostileCaller, mostBytes: number): Promise<number> {
  const piece = Buffer.alloc(65_536, 'a');
  for (let sent = 0; sent < mostBytes && !caller.socket.destroyed; sent += piece.length) {
    const taken = new Promise<void>((resolve) => caller.socket.write(piece, () => resolve()));
    await Promise.race([taken, caller.closed]);
  }
  return caller.socket.bytesWritten;
}

async function talk(arena: Arena): Promise<Finding> {
  const callers = Array.from({ length: 8 }, () => arena.call(MACHINE + 1, true));
  for (const caller of callers) caller.write('REQ: large.png\n');
  const before = (await arena.peer.refusals()).get('too-many-bytes') ?? 0;
  const pouring = Promise.all(callers.map((caller) => pour(caller, LINE_BYTES)));
  // Who does not read learns late that the other side has gone, so the peer is asked.
  const areCutOff = await refusedWithin(arena, CUT_OFF_MS, 'too-many-bytes', before + 8);
  await leaveAll(callers);
  const most = Math.max(...(await pouring));
  return {
    did: `8 callers, ${mib(most)} at most behind a request`,
    answer: areCutOff ? 'cut off' : 'not cut off',
    faults: [
      ...unless(areCutOff, 'a caller could talk on'),
      ...unless(most < 64 * 1_024 ** 2, `it read ${mib(most)} behind a request`),
    ],
  };
}

/** `everyMs`: null, never. */
async function readSlowly(arena: Arena, count: number, everyMs: number | null): Promise<Finding> {
  const callers = Array.from({ length: count }, () => arena.call(MACHINE + 2, true));
  for (const caller of callers) caller.write('REQ: large.png\n');
  const timer = everyMs === null ? null : setInterval(() => sip(callers), everyMs);
  // Nothing tells a socket that is not read that the other side has gone, but a write.
  const prod = setInterval(() => {
    for (const caller of callers) caller.write('\n');
  }, 500);
  const areGone = await holdsWithin(2 * CUT_OFF_MS, () => countClosed(callers) === count);
  if (timer !== null) clearInterval(timer);
  clearInterval(prod);
  const closed = countClosed(callers);
  await leaveAll(callers);
  return {
    did: `${count} readers of 16 MiB`,
    answer: `${closed} cut off`,
    faults: unless(areGone, `${count - closed} readers were never cut off`),
  };
}

/** Takes some bytes, so that it cannot be said that nothing moves. */
function sip(callers: readonly HostileCaller[]): void {
  for (const { socket } of callers) if (!socket.destroyed) socket.read(16);
}

function mib(bytes: number): string {
  return `${(bytes / 1_024 ** 2).toFixed(1)} MiB`;
}
