/** Every kind of fault that a scenario can have; a fault begins and ends within one phase. */
import type { Dice } from './dice.ts';
import type { Document } from './shrink/document.ts';

/** Where and when a fault may be. */
export interface Scope {
  /** It is about one, some or all peers of this group. */
  readonly group: string;
  /** Peers of the group, from 1. */
  readonly peers: number;
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
  kill: (scope) => ({ kill: whom(scope), ...comesBack(scope) }),
  stop: (scope) => ({ stop: whom(scope), ...comesBack(scope) }),
  pause: (scope) => ({ ...lasts(scope), pause: whom(scope) }),
  vanish: (scope) => ({ ...lasts(scope), vanish: whom(scope) }),
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
    link: { from: whom(scope), to: whom(scope), ...draw(scope) },
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
  return {
    of: whom(scope),
    sessions: { exponential: dice.millis(100, 3_000) },
    absences: dice.millis(10, 1_000),
    files: dice.one(['keep', 'lose']),
  };
}

function whom({ dice, group, peers }: DiceScope): string {
  if (dice.chance(0.2)) return group;
  if (dice.chance(0.3)) return `any ${dice.between(1, peers)} of ${group}`;
  return `${group}-${dice.between(1, peers)}`;
}

/** Two parts that are not empty; who is in none reaches all. */
function parts({ dice, group, peers }: DiceScope): string[][] {
  const range = (first: number, last: number): string =>
    first === last ? `${group}-${first}` : `${group}-${first}..${group}-${last}`;
  const border = dice.between(1, peers - 1);
  return [[range(1, border)], [range(border + 1, dice.between(border + 1, peers))]];
}
