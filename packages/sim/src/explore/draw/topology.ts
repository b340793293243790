import type { Document } from '../shrink/document.ts';
import { namesOf, type Cast } from './cast.ts';
import type { Dice } from './dice.ts';

/** Others that each peer of a drawn topology knows, at most. */
const MOST_DEGREE = 3;

/** The share of scenarios with two groups in which the groups say who knows whom. */
const BY_GROUPS = 0.5;

/** Beside peers that misbehave all know all: a peer that is known to a silent one only is found by nobody. */
export function drawTopology(dice: Dice, cast: Cast): Document {
  if (cast.odd.length > 0) return { kind: 'full' };
  const [own, guest] = cast.ours;
  if (guest === undefined || !dice.chance(BY_GROUPS)) return drawMesh(dice, namesOf(cast.ours));
  const most = Math.min(MOST_DEGREE, own!.count);
  return {
    kind: 'groups',
    inside: { peer: drawMesh(dice, namesOf([own!])) },
    join: [{ from: 'guest', to: 'peer', ...drawRule(dice, most) }],
  };
}

function drawRule(dice: Dice, most: number): Document {
  const count = dice.between(1, most);
  return dice.chance(0.5) ? { degree: count } : { links: count };
}

type Draw = (dice: Dice, names: readonly string[]) => Document;

/** Kinds of topologies; those whose demands the peers do not meet are a ring. */
const KINDS: readonly Draw[] = [
  () => ({ kind: 'full' }),
  () => ({ kind: 'ring' }),
  () => ({ kind: 'line' }),
  () => ({ kind: 'star' }),
  (dice, { length }) => ({
    kind: 'grid',
    ...(dice.chance(0.5) && { width: dice.between(1, length), wrap: dice.chance(0.5) }),
  }),
  (dice) => ({ kind: 'tree', ...(dice.chance(0.5) && { branching: dice.between(1, 4) }) }),
  (dice, names) => ({ kind: 'random', degree: degreeFor(dice, names) }),
  (dice, names) => ({ kind: 'scale-free', degree: degreeFor(dice, names) }),
  drawRegular,
  drawSmallWorld,
  drawEdges,
];

function drawMesh(dice: Dice, names: readonly string[]): Document {
  return dice.one(KINDS)(dice, names);
}

function degreeFor(dice: Dice, { length }: readonly string[]): number {
  return dice.between(1, Math.max(1, Math.min(MOST_DEGREE, length - 1)));
}

/** A degree of 2 or more, so that it can be in one part, and an even number of ends. */
function drawRegular(dice: Dice, names: readonly string[]): Document {
  const degrees = [2, 3, 4].filter(
    (degree) => degree < names.length && (degree * names.length) % 2 === 0,
  );
  if (degrees.length === 0) return { kind: 'ring' };
  return { kind: 'random-regular', degree: dice.one(degrees) };
}

function drawSmallWorld(dice: Dice, names: readonly string[]): Document {
  const degrees = [2, 4].filter((degree) => degree < names.length - 1);
  if (degrees.length === 0) return { kind: 'ring' };
  const rewire = dice.one(['0%', '10%', '50%', '100%']);
  return { kind: 'small-world', degree: dice.one(degrees), rewire };
}

/** A tree, so that all are in one part, and a few edges more, some of them there twice. */
function drawEdges(dice: Dice, names: readonly string[]): Document {
  if (names.length < 2) return { kind: 'ring' };
  const turned = (one: string, other: string): string[] =>
    dice.chance(0.5) ? [one, other] : [other, one];
  const tree = names.slice(1).map((name, i) => turned(name, names[dice.between(0, i)]!));
  const more = Array.from({ length: dice.between(0, 3) }, () => {
    const one = dice.between(1, names.length - 1);
    return turned(names[one]!, names[dice.between(0, one - 1)]!);
  });
  return { edges: [...tree, ...more] };
}
