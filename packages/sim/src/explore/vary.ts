/**
 * Scenarios like a given one: its quantities larger or smaller, some of its faults gone, others beside them. What it
 * expects stays as it is written.
 */
import { Random } from '../random/random.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { scenarioOrNull } from './candidate.ts';
import { Dice } from './draw/dice.ts';
import {
  isList,
  partsOf,
  withPart,
  type Document,
  type Path,
  type Value,
} from './shrink/document.ts';
import { drawFault, FAULT_KINDS, type Scope } from './draw/faults.ts';

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

/** Faults of a scenario that is changed step by step. */
const MOST_STEPPED = 6;

/** `350ms`, `trouble+350ms`, `20%`, and by how much they change in one step. */
const NUDGED = /^((?:[\w-]+\+)?)(\d+(?:\.\d+)?)([a-zA-Zµ%]+)$/;
const NUDGES = [0.5, 0.8, 0.95, 1.05, 1.25, 2];

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

/** The same with other faults alone, so that variations of one scenario can be compared with one another. */
export function varyFaults(given: Document, seed: number): Document {
  const seeded = { ...given, seed: Number(given['seed'] ?? 1) };
  const scenario = scenarioOrNull(seeded);
  if (scenario === null) return seeded;
  const random = Random.fromSeed(seed);
  for (let tries = 0; tries < TRIES; tries++) {
    const varied = withFaults(seeded, new Dice(random.fork('vary faults', tries)), scenario);
    if (scenarioOrNull(varied) !== null) return varied;
  }
  return seeded;
}

/** A scenario with one fault of it moved, taken out or put in, or one of its quantities larger or smaller. */
export function stepFaults(given: Document, seed: number): Document {
  const scenario = scenarioOrNull(given)!;
  const random = Random.fromSeed(seed);
  for (let tries = 0; tries < TRIES; tries++) {
    const dice = new Dice(random.fork('step faults', tries));
    const stepped = withStep(given, dice, scopesOf(scenario));
    if (scenarioOrNull(stepped) !== null) return stepped;
  }
  return given;
}

function withStep(given: Document, dice: Dice, scopes: readonly Scope[]): Document {
  const written = given['faults'];
  const faults = (isList(written) ? written : []) as readonly Document[];
  const place = dice.between(0, faults.length);
  const fault = faults[place];
  if (fault === undefined || dice.chance(SHARE)) {
    if (faults.length >= MOST_STEPPED || scopes.length === 0) return given;
    const drawn = drawFault(dice.one(FAULT_KINDS), dice, dice.one(scopes));
    return { ...given, faults: [...faults, drawn] };
  }
  if (dice.chance(SHARE)) return { ...given, faults: faults.toSpliced(place, 1) };
  return { ...given, faults: faults.with(place, nudged(fault, dice)) };
}

/** Its moment, its duration or another quantity a little or much larger or smaller. */
function nudged(fault: Document, dice: Dice): Document {
  const sizes = [...partsOf(fault)].filter(([, part]) => NUDGED.test(String(part)));
  if (sizes.length === 0) return fault;
  const [path, part] = dice.one(sizes);
  const [, before = '', number, unit = ''] = NUDGED.exec(String(part))!;
  const size = Math.max(1, Math.round(Number(number) * dice.one(NUDGES)));
  return withPart(
    fault,
    path,
    `${before}${unit === '%' ? Math.min(100, size) : size}${unit}`,
  ) as Document;
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
  return ours.flatMap((group) =>
    timed.map(({ name: phase, forUs }) => ({
      ours: [group],
      odd: [],
      phase,
      phaseMs: forUs / 1_000,
    })),
  );
}
