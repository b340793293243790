import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BEHAVIORS } from '../../src/behavior/registry.ts';
import { FAULT_KINDS } from '../../src/scenario/complete-faults.ts';
import { loadCells } from '../../src/scenario/load.ts';
import type { FaultAction } from '../../src/scenario/scenario.ts';

const FOLDER = join(import.meta.dirname, '../../../../scenarios');

const scenarios = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) => loadCells(join(FOLDER, name)));

const actions = scenarios.flatMap(({ faults }) => faults.map(({ action }) => action));

/** What a fault does: its kind, and what is wrong where that can be several things. */
function ways(action: FaultAction): string[] {
  switch (action.kind) {
    case 'link':
    case 'disk':
      return Object.entries(action.rule)
        .filter(([, value]) => value !== 0 && value !== false && value !== null)
        .map(([key, value]) => (key === 'cut' ? `link: cut ${value}` : `${action.kind}: ${key}`));
    case 'kill':
    case 'stop':
      return [action.restartUs === null ? action.kind : `${action.kind}, ${restart(action)}`];
    case 'churn':
      return [`churn: ${action.pattern.kind}`];
    default:
      return [action.kind];
  }
}

function restart({ keepsFiles }: { readonly keepsFiles: boolean }): string {
  return keepsFiles ? 'restart' : 'restart without files';
}

const shown = new Set(actions.flatMap(ways));

test.each([
  ...['kill', 'kill, restart', 'kill, restart without files', 'stop, restart'],
  ...['pause', 'vanish', 'clock', 'partition'],
  ...['disk: slowUs', 'disk: isFull', 'disk: isUnreadable'],
  ...['link: latencyUs', 'link: jitterUs', 'link: bandwidthBytesPerSecond', 'link: loss'],
  ...['link: cut both', 'link: cut one-way', 'link: isReset', 'link: isHalfOpen'],
  ...['link: slowCloseUs', 'link: limitBytes', 'link: corrupt'],
  ...['churn: sessions', 'churn: leaves', 'churn: trace'],
])('a scenario shows %s', (way) => {
  expect([...shown]).toContain(way);
});

test('a scenario shows every kind of fault', () => {
  const kinds = new Set(actions.map(({ kind }) => kind));
  expect(FAULT_KINDS.filter((kind) => !kinds.has(kind))).toEqual([]);
});

test('a scenario shows every behaviour', () => {
  const behaviors = new Set(scenarios.flatMap(({ groups }) => groups.map((one) => one.behavior)));
  expect(Object.keys(BEHAVIORS).filter((name) => !behaviors.has(name))).toEqual([]);
});

/** Without a bound a run in which everything is excused would pass. */
const troubled = scenarios.filter(
  ({ faults, groups }) => faults.length > 0 || groups.some(({ behavior }) => behavior !== null),
);

test.each(troubled.map((one) => [one.name, one] as const))(
  '%s says how much may be excused',
  (_, { expect: expectations }) => {
    const bounds = expectations.filter(
      ({ figure, comparison }) =>
        figure === 'requests.excused' && ['<', '<=', '=='].includes(comparison),
    );
    expect(bounds).not.toEqual([]);
  },
);
