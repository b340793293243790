/** Attacks with addresses of peers. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from '../arena.ts';
import { holdsWithin, refusedWithin, unless, type Attack, type Finding } from '../attack.ts';
import { leaveAll } from '../hostile-caller.ts';
import { HostilePeer } from '../hostile-peer.ts';

/** Whose addresses are silent; and who behaves well. */
const LIAR = 60;
const HONEST = 61;

/** Eight greetings of five seconds each at most, before the liar is known for what it is. */
const PATIENCE_MS = 15_000;

export const LIST_ATTACKS: readonly Attack[] = [
  {
    name: 'endless-list',
    about: 'answers a greeting with a list of 100,000 addresses',
    weight: 1,
    run: (arena) => tell(arena, `PEERS: ${Array.from({ length: 100_000 }, entry).join(' ')}`),
  },
  {
    name: 'foreign-addresses',
    about: 'answers a greeting with addresses that are not ours to dial',
    weight: 1,
    run: foreignAddresses,
  },
  {
    name: 'silent-addresses',
    about:
      'announces 300 addresses that accept and say nothing, while another peer wants to be found',
    weight: 2,
    run: silentAddresses,
  },
];

function entry(_: unknown, i: number): string {
  return `10.${(i >>> 16) & 255}.${(i >>> 8) & 255}.${i & 255}:9001`;
}

/** Has the peer greet somebody who answers so. */
async function tell(arena: Arena, list: string): Promise<Finding> {
  const hostile = await HostilePeer.start((socket) => socket.end(list), sourceOf(LIAR));
  await announce(arena, LIAR, hostile.port);
  const isGreeted = await holdsWithin(PATIENCE_MS, () => hostile.connections > 0);
  await refusedWithin(arena, PATIENCE_MS, 'list-too-long', 1);
  const told = (await arena.peer.refusals()).get('list-too-long') ?? 0;
  await hostile.stop();
  return {
    did: `a list of ${list.length >>> 10} KiB`,
    answer: `list-too-long × ${told}`,
    faults: [
      ...unless(isGreeted, 'the attack was not greeted'),
      ...unless(told > 0, 'the list was not refused'),
    ],
  };
}

/** 0.0.0.0 reaches this very machine, so that a dial of it would be seen. */
async function foreignAddresses(arena: Arena): Promise<Finding> {
  const canary = await HostilePeer.start(() => {}, '0.0.0.0');
  const list = [
    ...['0.0.0.0', '0.1.2.3'].map((ip) => `${ip}:${canary.port}`),
    ...['224.0.0.1:9001', '255.255.255.255:9001', '169.254.169.254:80', '169.254.1.1:80'],
    ...[`127.0.0.1:${arena.peer.port}`, '127.0.0.1:0', '1.2.3.4:65536', '::1:9001', '-1.2.3.4:5'],
  ];
  const hostile = await HostilePeer.start(
    (socket) => socket.end(`PEERS: ${list.join(' ')}`),
    sourceOf(LIAR),
  );
  await announce(arena, LIAR, hostile.port);
  const isGreeted = await holdsWithin(PATIENCE_MS, () => hostile.connections > 0);
  await refusedWithin(arena, PATIENCE_MS, 'address-not-dialled', 1);
  // Whatever it dials, it dials at once.
  await sleep(500);
  const told = (await arena.peer.refusals()).get('address-not-dialled') ?? 0;
  const dials = canary.connections;
  await Promise.all([hostile.stop(), canary.stop()]);
  return {
    did: list.slice(0, 4).join(', ') + ` and ${list.length - 4} more`,
    answer: `address-not-dialled × ${told}, ${dials} dials`,
    faults: [
      ...unless(isGreeted, 'the attack was not greeted'),
      ...unless(told > 0, 'no refusal was counted'),
      ...unless(dials === 0, `it dialled 0.0.0.0 ${dials} times`),
    ],
  };
}

async function silentAddresses(arena: Arena): Promise<Finding> {
  const silent = await Promise.all(
    Array.from({ length: 300 }, () => HostilePeer.start(() => {}, sourceOf(LIAR))),
  );
  for (const { port } of silent) await announce(arena, LIAR, port);
  let greetedAfterMs = Number.NaN;
  const startMs = performance.now();
  const answer = (socket: Socket): void => {
    greetedAfterMs = performance.now() - startMs;
    socket.end('PEERS: ');
  };
  const honest = await HostilePeer.start(answer, sourceOf(HONEST));
  await announce(arena, HONEST, honest.port);
  const isFound = await holdsWithin(PATIENCE_MS, () => honest.connections > 0);
  const dialled = silent.filter(({ connections }) => connections > 0).length;
  await Promise.all([honest, ...silent].map((one) => one.stop()));
  return {
    did: `${silent.length} announcements from one machine`,
    answer: `${dialled} greeted; the other peer after ${Math.round(greetedAfterMs)} ms`,
    faults: [
      ...unless(isFound, `a peer that behaves was not greeted within ${PATIENCE_MS} ms`),
      ...unless(dialled <= 64, `${dialled} silent addresses were greeted`),
    ],
  };
}

async function announce(arena: Arena, machine: number, port: number): Promise<void> {
  const caller = arena.call(machine);
  caller.socket.end(`HELLO ${port}`);
  await holdsWithin(PATIENCE_MS, () => caller.isClosed);
  await leaveAll([caller]);
}

/** The address that `Arena.call` calls from. */
function sourceOf(machine: number): string {
  return process.platform === 'linux' ? `127.66.0.${machine}` : '127.0.0.1';
}
