/**
 * Scenarios like a given one: its quantities larger or smaller, some of its faults gone, others beside them. What it
 * expects stays as it is written.
 */
import { Random } from '../random/random.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { scenarioOrNull } from './candidate.ts';
import { Dice } from './dice.ts';
import {
  isList,
  partsOf,
  withPart,
  type Document,
  type Path,
  type Value,
} from './shrink/document.ts';
import { drawFault, FAULT_KINDS, type Scope } from './troubles.ts';

/** Sections whose quantities vary; the rest is what the scenario is for. */
const VARIED: ReadonlySet<string> = new Set(['peers', 'images', 'network', 'phases', 'faults']);

/** Keys whose quantities stay: how long peers have to find one another is no size. */
const KEPT: ReadonlySet<string | number> = new Set(['within', 'name', 'known']);

/** The share of the quantities that vary, and by how much. */
const SHARE = 0.25;
const FACTORS = [0.25, 0.5, 2, 4];

/** Larger groups take longer than they tell. */
const MOST_TIMES = 2;

/** Faults that are drawn beside those that are written. */
const MOST_FAULTS = 3;

/** A variation may be no scenario (a peer that is named is gone); after so many the given one is taken. */
const TRIES = 20;

/** The variation of a seed, which is also the seed of its run. The same document and seed, the same variation. */
export function varyScenario(given: Document, seed: number): Document {
  const random = Random.fromSeed(seed);
  const seeded = { ...given, seed };
  const scenario = scenarioOrNull(seeded);
  if (scenario === null) return seeded;
  for (let tries = 0; tries < TRIES; tries++) {
    const dice = new Dice(random.fork('vary scenario', tries));
    const varied = withFaults(withSizes(seeded, dice), dice, scenario);
    if (scenarioOrNull(varied) !== null) return varied;
  }
  return seeded;
}

function withSizes(given: Document, dice: Dice): Document {
  let varied = given;
  for (const [path, part] of partsOf(given)) {
    if (!isVaried(path) || !dice.chance(SHARE)) continue;
    const other = otherSize(part, path, dice);
    if (other !== null) varied = withPart(varied, path, other) as Document;
  }
  return varied;
}

function isVaried(path: Path): boolean {
  return VARIED.has(String(path[0])) && !path.some((step) => KEPT.has(step));
}

/** Null: it is none. */
function otherSize(part: Value, path: Path, dice: Dice): number | string | null {
  const most = path[0] === 'peers' ? MOST_TIMES : Infinity;
  const factor = Math.min(most, dice.one(FACTORS));
  if (typeof part === 'number') return Math.max(1, Math.round(part * factor));
  const quantity = typeof part === 'string' ? /^(\d+(?:\.\d+)?)([a-zA-Zµ%/]+)$/.exec(part) : null;
  if (quantity === null) return null;
  const scaled = Number((Number(quantity[1]) * factor).toPrecision(3));
  return `${quantity[2] === '%' ? Math.min(100, scaled) : scaled}${quantity[2]!}`;
}

function withFaults(given: Document, dice: Dice, scenario: Scenario): Document {
  const written = given['faults'];
  const left = isList(written) ? written.filter(() => !dice.chance(SHARE)) : [];
  const scopes = scopesOf(scenario);
  const count = scopes.length === 0 ? 0 : dice.between(0, MOST_FAULTS);
  const drawn = Array.from({ length: count }, () =>
    drawFault(dice.one(FAULT_KINDS), dice, dice.one(scopes)),
  );
  return { ...given, faults: [...left, ...drawn] };
}

/** Groups of ours that faults can be about, in phases whose length is known. */
function scopesOf({ groups, phases }: Scenario): Scope[] {
  const ours = groups.filter(
    ({ count, behavior, run }) => count > 1 && behavior === null && run === null,
  );
  const timed = phases.filter(({ forUs }) => forUs >= 1_000);
  return ours.flatMap(({ name: group, count: peers }) =>
    timed.map(({ name: phase, forUs }) => ({ group, peers, phase, phaseMs: forUs / 1_000 })),
  );
}
