/** Attacks with connections that do nothing, or hardly anything. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arena } from '../arena.ts';
import { holdsWithin, unless, type Attack, type Finding } from '../attack.ts';
import { countClosed, leaveAll, type HostileCaller } from '../hostile-caller.ts';

/** The request must be here in a second (`SHORTER` in arena.ts), and the machine is busy. */
const CUT_OFF_MS = 10_000;

const MACHINE = 1;

export const CONNECTION_ATTACKS: readonly Attack[] = [
  {
    name: 'one-byte-a-second',
    about: 'sends a request a byte a second',
    weight: 1,
    run: (arena) => sitThere(arena, 200, dripInto),
  },
  {
    name: 'silence',
    about: 'connects and says nothing',
    weight: 1,
    run: (arena) => sitThere(arena, 800, () => {}),
  },
  {
    name: 'half-open',
    about: 'ends its side at once, or behind half a request, and waits',
    weight: 1,
    run: (arena) =>
      sitThere(arena, 400, (caller, i) => {
        if (i % 2 === 1) caller.write('REQ');
        caller.end();
      }),
  },
  {
    name: 'crowd',
    about: 'holds 5,000 connections from one address, then takes all places with six',
    weight: 2,
    run: crowd,
  },
];

async function sitThere(
  arena: Arena,
  count: number,
  act: (caller: HostileCaller, index: number) => void,
): Promise<Finding> {
  const callers = Array.from({ length: count }, () => arena.call(MACHINE));
  callers.forEach(act);
  const areGone = await holdsWithin(CUT_OFF_MS, () => countClosed(callers) === count);
  const answered = callers.filter(({ receivedBytes }) => receivedBytes > 0).length;
  const closed = countClosed(callers);
  await leaveAll(callers);
  return {
    did: `${count} connections`,
    answer: `${closed} closed, ${answered} answered`,
    faults: [
      ...unless(areGone, `${count - closed} connections were still open after ${CUT_OFF_MS} ms`),
      ...unless(answered === 0, `${answered} got an answer`),
    ],
  };
}

function dripInto(caller: HostileCaller): void {
  const request = 'REQ: small.pn';
  let sent = 1;
  const timer = setInterval(() => caller.write(request[sent++ % request.length]!), 1_000);
  caller.write('R');
  void caller.closed.then(() => clearInterval(timer));
}

/** From one address first: 1,024 are let in. Then from six, which together want more places than there are. */
async function crowd(arena: Arena, forMs: number): Promise<Finding> {
  const before = await arena.peer.refusals();
  const first = await connectMany(arena, 2, 5_000, forMs);
  // What has been refused is noticed here a little later.
  const isHeld = await holdsWithin(1_000, () => first.length - countClosed(first) <= 1_024);
  await leaveAll(first);
  const many: HostileCaller[] = [];
  for (let machine = 3; machine < 9; machine++) {
    many.push(...(await connectMany(arena, machine, 1_000, forMs / 4)));
  }
  // The good caller calls all this time; it has one place of those that the others hold.
  await sleep(Math.min(1_000, forMs / 4));
  await leaveAll(many);
  const after = await arena.peer.refusals();
  const told = (code: string): number => (after.get(code) ?? 0) - (before.get(code) ?? 0);
  return {
    did: `${first.length} connections from one address, ${many.length} from six`,
    answer: `${told('too-many-from-address')} turned away, ${told('crowded-out')} crowded out`,
    faults: [
      ...unless(isHeld, 'more than 1,024 connections of one address stayed open'),
      ...unless(told('too-many-from-address') > 0, 'no refusal was counted'),
    ],
  };
}

async function connectMany(
  arena: Arena,
  machine: number,
  count: number,
  withinMs: number,
): Promise<HostileCaller[]> {
  const callers: HostileCaller[] = [];
  while (callers.length < count) {
    // A bit at a time: the system's queue of those that nobody has accepted yet has its end as well.
    for (let i = 0; i < 250; i++) callers.push(arena.call(machine));
    await holdsWithin(withinMs, () => callers.every((one) => one.isOpen || one.isClosed));
  }
  return callers;
}
