/** Every kind of fault that a scenario can have; a fault begins and lasts within the phase `trouble`. */
import type { Dice } from './dice.ts';
import type { Document } from './shrink/document.ts';

/** Peers that faults can be about: one, some or all of the group `peer`. */
interface Scope {
  readonly dice: Dice;
  /** Peers of our own. */
  readonly peers: number;
}

type DrawFault = (scope: Scope) => Document;

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

/** How long the phase is in which faults begin, in milliseconds. */
export const TROUBLE_MS = 8_000;

/** A fault of a kind, with its time, duration and targets. `peers` is the number of peers of our own. */
export function drawFault(kind: string, dice: Dice, peers: number): Document {
  const at = `trouble+${dice.between(0, TROUBLE_MS / 2)}ms`;
  return { at, ...FAULTS[kind]!({ dice, peers }) };
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

function lasts({ dice }: Scope): Document {
  return { for: dice.millis(10, TROUBLE_MS / 2) };
}

function comesBack({ dice }: Scope): Document {
  return { restart: dice.millis(1, 4_000), files: dice.one(['keep', 'lose']) };
}

function comings({ dice, peers }: Scope): Document {
  return {
    of: whom({ dice, peers }),
    sessions: { exponential: dice.millis(100, 3_000) },
    absences: dice.millis(10, 1_000),
    files: dice.one(['keep', 'lose']),
  };
}

function whom({ dice, peers }: Scope): string {
  if (dice.chance(0.2)) return 'peer';
  if (dice.chance(0.3)) return `any ${dice.between(1, peers)} of peer`;
  return `peer-${dice.between(1, peers)}`;
}

/** Two parts that are not empty; who is in none reaches all. */
function parts({ dice, peers }: Scope): string[][] {
  const border = dice.between(1, peers - 1);
  return [[range(1, border)], [range(border + 1, dice.between(border + 1, peers))]];
}

function range(first: number, last: number): string {
  return first === last ? `peer-${first}` : `peer-${first}..peer-${last}`;
}
