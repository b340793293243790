/**
 * Trouble: peers meet, faults begin and end, all must find one another again, and requests come once more. A
 * scenario draws first *which* kinds of faults it may have (swarm testing: one that has everything reaches less, since
 * some troubles hide others), then how much of them.
 */
import type { Random } from '../../random/random.ts';
import { Dice } from '../dice.ts';
import type { Document } from '../shrink/document.ts';
import { drawFault, FAULT_KINDS } from '../troubles.ts';
import { MOST_PEERS, MOST_REQUESTS } from './sizes.ts';

/** The share of scenarios in which bytes travel one by one, of which only few peers send. */
const BYTE_BY_BYTE = 0.2;

/** Peers of our own at most in these: their greetings are some 20 events for each pair and each peer. */
const MOST_BYTE_BY_BYTE = 4;

/** The share of scenarios whose trouble lasts so long that peers give one another up. */
const LONG = 0.04;

/** How long the phase is in which faults begin, in milliseconds, and how soon after it all must have met again. */
const SHORT_TROUBLE = { phaseMs: 8_000, mend: '30s' };
const LONG_TROUBLE = { phaseMs: 90_000, mend: '100s' };

/** Faults at most in one scenario. */
const MOST_FAULTS = 5;

/**
 * Who is beside our peers now and then. Not among them are those that cost more events than all the rest
 * together: replies without an end, and lists of 100,000 addresses.
 */
const HARMLESS = [
  ...['truncated-reply', 'empty-reply', 'reset-reply', 'silent-reply', 'slow-reply'],
  ...['never-closing', 'silent', 'slow-writer', 'refuses', 'bogus-peers', 'littered-peers'],
  ...['malformed-messages', 'flood-hello', 'slow-reader'],
];

/** Those whose lies are believed, since the protocol has no checksum: beside them answers may be wrong. */
const LIARS = ['wrong-bytes', 'corrupted-bytes', 'denies-all'];

const BEHAVIORS = [...HARMLESS, ...LIARS];

/** What is drawn for a scenario of this theme. */
export function drawTrouble(random: Random): Document {
  const dice = new Dice(random.fork('explore scenario'));
  const others = dice.chance(0.3) ? dice.between(1, 2) : 0;
  const isByteByByte = dice.chance(BYTE_BY_BYTE);
  const peers = dice.between(2, isByteByByte ? MOST_BYTE_BY_BYTE : MOST_PEERS - others);
  const time = dice.chance(LONG) && !isByteByByte ? LONG_TROUBLE : SHORT_TROUBLE;
  const behaviors = isByteByByte ? BEHAVIORS.filter((one) => one !== 'flood-hello') : BEHAVIORS;
  const groups = drawGroups(new Dice(random.fork('explore peers')), peers, others, behaviors);
  const hasLiars = groups.some(({ behavior }) => LIARS.includes(String(behavior)));
  return {
    peers: { groups },
    topology: drawTopology(new Dice(random.fork('explore topology')), peers, others),
    images: drawImages(new Dice(random.fork('explore images')), peers, isByteByByte),
    network: drawNetwork(new Dice(random.fork('explore network')), isByteByByte),
    phases: drawPhases(new Dice(random.fork('explore phases')), time),
    faults: drawFaults(new Dice(random.fork('explore faults')), peers, time.phaseMs),
    ...(hasLiars && { expect: ['requests.wrong <= 100% * requests.due'] }),
  };
}

function drawGroups(
  dice: Dice,
  peers: number,
  others: number,
  behaviors: readonly string[],
): Document[] {
  const ours = { name: 'peer', count: peers };
  const odd = Array.from({ length: others }, (_, number) => ({
    name: `odd${number + 1}`,
    count: 1,
    behavior: dice.one(behaviors),
  }));
  return [ours, ...odd];
}

/** Beside peers that misbehave all know all: a peer that is known to a silent one only is found by nobody. */
function drawTopology(dice: Dice, peers: number, others: number): Document {
  if (others > 0) return { kind: 'full' };
  const kind = dice.one(['full', 'ring', 'line', 'star', 'grid', 'tree', 'random', 'scale-free']);
  const hasDegree = kind === 'random' || kind === 'scale-free';
  return hasDegree ? { kind, degree: dice.between(1, Math.min(3, peers - 1)) } : { kind };
}

/** Small ones mostly: to make the bytes of a large one takes as long as a run. */
function drawImages(dice: Dice, peers: number, isByteByByte: boolean): Document {
  const count = dice.between(1, 8);
  const copies = dice.between(1, peers);
  const isLarge = dice.chance(0.15) && !isByteByByte;
  const size = dice.one(isLarge ? ['64KiB', '300KiB'] : ['1KiB', '3KiB', '17KiB']);
  return { generate: { count, size }, copies, owners: 'peer' };
}

function drawNetwork(dice: Dice, isByteByByte: boolean): Document {
  const network = {
    latency: dice.one(['0', '1ms', '20ms', '150ms']),
    jitter: dice.one(['0', '0', '3ms', '50ms']),
  };
  if (isByteByByte) return { ...network, segments: 'every-byte' };
  const order = dice.one(['natural', 'random']);
  const bandwidth = dice.one(['1Mbit', '10Mbit', '100Mbit']);
  const segments = dice.one(['natural', 'natural', 'random']);
  return { ...network, segments, order, ...(dice.chance(0.2) && { bandwidth }) };
}

function drawPhases(dice: Dice, { phaseMs, mend }: typeof SHORT_TROUBLE): Document[] {
  const seconds = phaseMs / 1_000;
  // Poisson arrivals bring more than their rate at times; three phases share the requests.
  const rate = `${Math.max(1, dice.between(1, Math.floor(MOST_REQUESTS / seconds / 2)))}/s`;
  const missing = dice.one(['0%', '5%', '30%']);
  const popularity = dice.chance(0.3) ? { zipf: 1 } : 'uniform';
  const requests = { rate, missing, popularity, from: 'peer' };
  return [
    { name: 'meet', until: 'discovered', within: '60s' },
    { name: 'trouble', for: `${seconds}s`, requests },
    { name: 'mend', until: 'discovered', within: mend },
    { name: 'after', for: '2s', requests },
  ];
}

function drawFaults(dice: Dice, peers: number, phaseMs: number): Document[] {
  const kinds = dice.some(FAULT_KINDS, 0.2);
  if (kinds.length === 0) return [];
  const count = dice.between(1, MOST_FAULTS);
  const scope = { group: 'peer', peers, phase: 'trouble', phaseMs };
  return Array.from({ length: count }, () => drawFault(dice.one(kinds), dice, scope));
}
