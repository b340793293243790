import type { Document, Value } from '../shrink/document.ts';
import type { Cast } from './cast.ts';
import type { Dice } from './dice.ts';
import { drawQuantity } from './quantity.ts';

/** A bandwidth that large images take seconds for. */
export const NARROW = '1Mbit';

/** One way, in milliseconds; 0 is that of one machine. */
const LATENCIES_MS = [0, 1, 20, 150];

/** The share of scenarios with two groups in which the groups say how far their peers are from one another. */
const BETWEEN = 0.5;

/** A network without loss: what fails because of it says nothing of the peers. */
export function drawNetwork(dice: Dice, cast: Cast, isByteByByte: boolean): Document {
  const latency = drawLatency(dice, cast);
  const jitter = dice.one(['0', '0', '3ms', '50ms']);
  if (isByteByByte) return { latency, jitter, segments: 'every-byte' };
  const order = dice.one(['natural', 'random']);
  const bandwidth = dice.one([NARROW, '10Mbit', '100Mbit']);
  const segments = dice.one(['natural', 'natural', 'random']);
  return { latency, jitter, segments, order, ...(dice.chance(0.2) && { bandwidth }) };
}

function drawLatency(dice: Dice, { ours }: Cast): Value {
  if (ours.length < 2 || !dice.chance(BETWEEN)) return drawOne(dice);
  return {
    between: { peer: { peer: drawOne(dice), guest: drawOne(dice) } },
    otherwise: drawOne(dice),
  };
}

function drawOne(dice: Dice): Value {
  const ms = dice.one(LATENCIES_MS);
  return ms === 0 ? '0' : drawQuantity(dice, ms, 'ms');
}
