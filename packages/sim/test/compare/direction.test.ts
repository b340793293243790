import { expect, test } from 'vitest';
import { changeBy, directionOf } from '../../src/compare/direction.ts';
import { FIGURES } from '../../src/scenario/figures.ts';

test('times, failures, messages and memory are better when lower, successes when higher', () => {
  const ways = Object.groupBy(FIGURES, ({ name }) => directionOf(name) ?? 'neither');
  expect(ways.higher!.map(({ name }) => name)).toEqual([
    'requests.correct',
    'requests.success',
    'requests.rate',
    'throughput',
    'discovery.complete',
    'discovery.reached',
    'discovery.largest',
    'known',
  ]);
  expect(ways.neither!.map(({ name }) => name)).toEqual([
    'requests.due',
    'messages.received',
    ...['hello', 'peers', 'req', 'res', 'err'].map((type) => `messages.received.${type}`),
    'bytes.sent',
    'bytes.received',
    'harness.openRequests',
  ]);
  expect(ways.lower!.length + ways.higher!.length + ways.neither!.length).toBe(FIGURES.length);
});

test('more of a figure is better, worse or only a change', () => {
  expect((['lower', 'higher', null] as const).map((way) => changeBy(way, 1))).toEqual([
    'worse',
    'better',
    'changed',
  ]);
  expect((['lower', 'higher', null] as const).map((way) => changeBy(way, -1))).toEqual([
    'better',
    'worse',
    'changed',
  ]);
  expect(changeBy('lower', 0)).toBe('same');
});
