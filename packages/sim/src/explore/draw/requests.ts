import type { Document, Value } from '../shrink/document.ts';
import { allOf, type Sized } from './cast.ts';
import type { Dice } from './dice.ts';
import { drawQuantity } from './quantity.ts';

/** Requests of one phase; about so many at most. Three phases share them. */
const MOST_REQUESTS = 50;

/** Users of a closed loop at most. */
const MOST_USERS = 4;

/** The share of phases with two streams of requests. */
const TWO_STREAMS = 0.1;

/** What peers of ours are asked for in a phase of so many seconds. */
export function drawRequests(dice: Dice, seconds: number, ours: readonly Sized[]): Value {
  if (!dice.chance(TWO_STREAMS)) return drawStream(dice, seconds, ours, MOST_REQUESTS);
  return [1, 2].map(() => drawStream(dice, seconds, ours, MOST_REQUESTS / 2));
}

function drawStream(dice: Dice, seconds: number, ours: readonly Sized[], most: number): Document {
  return {
    ...drawPace(dice, seconds, most),
    missing: dice.one(['0%', '5%', '30%']),
    popularity: dice.chance(0.3) ? { zipf: dice.one([0.5, 1, 3]) } : 'uniform',
    from: drawAsking(dice, ours),
  };
}

/** An open loop, at one rate mostly, or users who wait for their answers. */
function drawPace(dice: Dice, seconds: number, most: number): Document {
  const mostRate = Math.max(1, Math.floor(most / seconds));
  const rate = (): string => `${dice.between(1, mostRate)}/s`;
  if (dice.chance(0.2)) {
    const users = dice.between(1, MOST_USERS);
    return { users, think: drawQuantity(dice, (users * seconds * 1_000) / most, 'ms') };
  }
  const arrivals = dice.one(['poisson', 'poisson', 'constant']);
  if (dice.chance(0.15)) return { ramp: [rate(), rate()], arrivals };
  if (dice.chance(0.15)) return { steps: [rate(), rate(), rate()], arrivals };
  return { rate: rate(), arrivals };
}

/** All of ours, the first group alone, or one more than the other. */
function drawAsking(dice: Dice, ours: readonly Sized[]): Value {
  const [own, guest] = ours;
  if (guest === undefined || dice.chance(0.4)) return allOf(ours);
  return dice.chance(0.5) ? guest.name : { [own!.name]: 1, [guest.name]: 3 };
}
