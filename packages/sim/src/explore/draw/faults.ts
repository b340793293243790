/** Every kind of fault that a scenario can have; a fault begins and ends within one phase. */
import type { Document, Value } from '../shrink/document.ts';
import { namesOf, type Sized } from './cast.ts';
import type { Dice } from './dice.ts';
import { drawQuantity } from './quantity.ts';

/** Where and when a fault may be. */
export interface Scope {
  /** Groups of our own peers. A fault is about one, some or all peers of one of them. */
  readonly ours: readonly Sized[];
  /** Groups of peers that misbehave, which some kinds of faults can be about, too. */
  readonly odd: readonly Sized[];
  /** It begins in the first half of this phase and lasts for half of it at most. */
  readonly phase: string;
  readonly phaseMs: number;
}

interface DiceScope extends Scope {
  readonly dice: Dice;
}

type DrawFault = (scope: DiceScope) => Document;

/** Kinds of faults by name. Whoever ends comes back, so that discovery can be expected to complete. */
const FAULTS: Readonly<Record<string, DrawFault>> = {
  kill: (scope) => ({ kill: anybody(scope), ...comesBack(scope) }),
  stop: (scope) => ({ stop: anybody(scope), ...comesBack(scope) }),
  pause: (scope) => ({ ...lasts(scope), pause: anybody(scope) }),
  vanish: (scope) => ({ ...lasts(scope), vanish: anybody(scope) }),
  partition: (scope) => ({ ...lasts(scope), partition: parts(scope) }),
  latency: link(({ dice }) => ({ latency: dice.millis(1, 2_000) })),
  jitter: link(({ dice }) => ({ jitter: dice.millis(1, 500) })),
  bandwidth: link(({ dice }) => ({ bandwidth: `${dice.between(8, 8_000)}kbit` })),
  loss: link(({ dice }) => ({ loss: `${dice.between(1, 60)}%` })),
  corrupt: link(({ dice }) => ({ corrupt: `${dice.between(1, 100)}%` })),
  cut: link(({ dice }) => ({ cut: dice.one(['both', 'one-way']) })),
  reset: link(() => ({ reset: true })),
  'half-open': link(() => ({ 'half-open': true })),
  limit: link(({ dice }) => ({ limit: `${dice.between(1, 20_000)}B` })),
  'slow-close': link(({ dice }) => ({ 'slow-close': dice.millis(1, 5_000) })),
  'disk-slow': disk(({ dice }) => ({ slow: dice.millis(1, 3_000) })),
  'disk-full': disk(() => ({ full: true })),
  'disk-unreadable': disk(() => ({ unreadable: true })),
  churn: (scope) => ({ ...lasts(scope), churn: comings(scope) }),
  clock: (scope) => ({ clock: { of: whom(scope), jump: `${scope.dice.between(1, 7_200)}s` } }),
};

/** Names of all kinds of faults, in a fixed order. */
export const FAULT_KINDS: readonly string[] = Object.keys(FAULTS);

/** A fault of a kind, with its time, duration and targets. */
export function drawFault(kind: string, dice: Dice, scope: Scope): Document {
  const at = `${scope.phase}+${dice.between(0, halfOf(scope))}ms`;
  return { at, ...FAULTS[kind]!({ ...scope, dice }) };
}

function halfOf({ phaseMs }: Scope): number {
  return Math.floor(phaseMs / 2);
}

function link(draw: DrawFault): DrawFault {
  return (scope) => ({
    ...lasts(scope),
    link: { from: anybody(scope), to: anybody(scope), ...draw(scope) },
  });
}

function disk(draw: DrawFault): DrawFault {
  return (scope) => ({ ...lasts(scope), disk: { of: whom(scope), ...draw(scope) } });
}

function lasts(scope: DiceScope): Document {
  const most = halfOf(scope);
  return { for: scope.dice.millis(Math.min(10, most), most) };
}

function comesBack(scope: DiceScope): Document {
  const { dice } = scope;
  return { restart: dice.millis(1, halfOf(scope)), files: dice.one(['keep', 'lose']) };
}

function comings(scope: DiceScope): Document {
  const { dice } = scope;
  const leaving = dice.chance(0.3)
    ? { leaves: `${dice.between(5, 60)}/m` }
    : { sessions: drawSessions(dice, dice.between(100, 3_000)) };
  return {
    of: whom(scope),
    ...leaving,
    absences: drawQuantity(dice, dice.between(10, 1_000), 'ms'),
    files: dice.one(['keep', 'lose']),
  };
}

/** How long peers stay that come and go; now and then a few stay much longer than most. */
function drawSessions(dice: Dice, ms: number): Value {
  if (dice.chance(0.3)) return { weibull: { median: `${ms}ms`, shape: 0.6 } };
  return dice.chance(0.3) ? { exponential: `${ms}ms` } : drawQuantity(dice, ms, 'ms');
}

/** One or some of ours, or all of a group of them. */
function whom({ dice, ours }: DiceScope): string {
  const { name, count } = dice.one(ours);
  if (dice.chance(0.2)) return name;
  if (dice.chance(0.3)) return `any ${dice.between(1, count)} of ${name}`;
  return `${name}-${dice.between(1, count)}`;
}

/** The same, and now and then a peer that misbehaves, or all. */
function anybody(scope: DiceScope): string {
  const { dice, odd } = scope;
  if (odd.length > 0 && dice.chance(0.25)) return dice.one(odd).name;
  return whom(scope);
}

/** Parts that are not empty; who is in none reaches all. */
function parts(scope: DiceScope): (string | string[])[] {
  const { dice, ours, odd } = scope;
  const names = namesOf([...ours, ...odd]);
  if (ours.length > 1 && dice.chance(0.3)) return ours.map(({ name }) => name);
  if (names.length > 2 && dice.chance(0.3)) return manyParts(dice, names);
  const border = dice.between(1, names.length - 1);
  return [names.slice(0, border), names.slice(border, dice.between(border + 1, names.length))];
}

/** Each peer in one of up to four parts, or in none. */
function manyParts(dice: Dice, names: readonly string[]): string[][] {
  const count = dice.between(2, Math.min(4, names.length));
  const all: string[][] = Array.from({ length: count }, () => []);
  // The first ones see to it that no part is empty.
  names.forEach((name, i) => all[i < count ? i : dice.between(0, count)]?.push(name));
  return all;
}
