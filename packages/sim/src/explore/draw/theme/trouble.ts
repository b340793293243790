/**
 * Trouble: peers meet, faults begin and end, all must find one another again, and requests come once more. A
 * scenario draws first *which* kinds of faults it may have (swarm testing: one that has everything reaches less, since
 * some troubles hide others), then how much of them.
 */
import type { Random } from '../../../random/random.ts';
import type { Document } from '../../shrink/document.ts';
import { drawCast, groupsOf, type Cast } from '../cast.ts';
import { Dice } from '../dice.ts';
import { drawFault, FAULT_KINDS, type Scope } from '../faults.ts';
import { drawImages, hasLargeImages } from '../images.ts';
import { drawNetwork, NARROW } from '../network.ts';
import { drawRequests } from '../requests.ts';
import { drawTopology } from '../topology.ts';
import { MOST_PEERS } from './sizes.ts';

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

/** The phase in which peers first find one another, in milliseconds as long as faults may be in it. */
const MEETING_MS = 6_000;

/** What is drawn for a scenario of this theme; `isFromStart`: with faults while peers first find one another. */
export function drawTrouble(random: Random, isFromStart = false): Document {
  const dice = new Dice(random.fork('explore scenario'));
  const others = dice.chance(0.3) ? dice.between(1, 2) : 0;
  const isByteByByte = dice.chance(BYTE_BY_BYTE);
  const peers = dice.between(2, isByteByByte ? MOST_BYTE_BY_BYTE : MOST_PEERS - others);
  const time = dice.chance(LONG) && !isByteByByte ? LONG_TROUBLE : SHORT_TROUBLE;
  const isDear = isByteByByte || time === LONG_TROUBLE;
  const behaviors = isDear ? BEHAVIORS.filter((one) => one !== 'flood-hello') : BEHAVIORS;
  const cast = drawCast(new Dice(random.fork('explore peers')), peers, others, behaviors);
  const hasLiars = cast.odd.some(({ behavior }) => LIARS.includes(behavior));
  return {
    peers: { groups: groupsOf(cast) },
    topology: drawTopology(new Dice(random.fork('explore topology')), cast),
    ...drawLoad(random, cast, isByteByByte),
    phases: drawPhases(new Dice(random.fork('explore phases')), cast, time),
    faults: drawFaults(
      new Dice(random.fork('explore faults')),
      cast,
      isFromStart ? { phase: 'meet', phaseMs: MEETING_MS } : { phase: 'trouble', ...time },
    ),
    ...(hasLiars && { expect: ['requests.wrong <= 100% * requests.due'] }),
  };
}

/** Images and the network that they travel; what is too much for it fails without anybody's fault. */
function drawLoad(random: Random, cast: Cast, isByteByByte: boolean): Document {
  const images = drawImages(new Dice(random.fork('explore images')), cast, isByteByByte);
  const network = drawNetwork(new Dice(random.fork('explore network')), cast, isByteByByte);
  const isTooMuch = hasLargeImages(images) && network['bandwidth'] === NARROW;
  return { images, network: isTooMuch ? { ...network, bandwidth: '10Mbit' } : network };
}

function drawPhases(dice: Dice, { ours }: Cast, time: typeof SHORT_TROUBLE): Document[] {
  const seconds = time.phaseMs / 1_000;
  const requests = drawRequests(dice, seconds, ours);
  return [
    { name: 'meet', until: 'discovered', within: '60s' },
    { name: 'trouble', for: `${seconds}s`, requests },
    { name: 'mend', until: 'discovered', within: time.mend },
    { name: 'after', for: '2s', requests },
  ];
}

function drawFaults(
  dice: Dice,
  { ours, odd }: Cast,
  { phase, phaseMs }: Pick<Scope, 'phase' | 'phaseMs'>,
): Document[] {
  const kinds = dice.some(FAULT_KINDS, 0.2);
  if (kinds.length === 0) return [];
  const count = dice.between(1, MOST_FAULTS);
  const scope = { ours, odd, phase, phaseMs };
  return Array.from({ length: count }, () => drawFault(dice.one(kinds), dice, scope));
}
