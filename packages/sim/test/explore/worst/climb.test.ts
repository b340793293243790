import { expect, test } from 'vitest';
import { environment } from '../../../src/cli/environment.ts';
import type { Document } from '../../../src/explore/shrink/document.ts';
import { Climb, type Terrain } from '../../../src/explore/worst/climb.ts';
import { measure } from '../../../src/explore/worst/figure.ts';
import { Random } from '../../../src/random/random.ts';

/** A wide hill whose top, 1000 at 700, no random place is near; steps are small. */
const HILL: Terrain = {
  random: (run) => ({ x: Random.fromSeed(run).below(300) }),
  step: ({ x }, run) => ({ x: Number(x) + Random.fromSeed(run).below(41) - 20 }),
  valueOf: ({ x }) => (Number(x) < 0 ? null : 1_000 - Math.abs(Number(x) - 700)),
};

function climbed(terrain: Terrain, runs: number): Climb {
  const climb = new Climb(terrain);
  for (let i = 0; i < runs; i++) climb.go();
  return climb;
}

test('a climb comes further than as many random tries, and says what these were', () => {
  const climb = climbed(HILL, 400);
  expect(climb.values).toHaveLength(200);
  expect(climb.worstRandom!.value).toBe(Math.max(...climb.values));
  expect(climb.worstRandom!.value).toBeLessThanOrEqual(600);
  expect(climb.worst!.value).toBeGreaterThan(950);
  expect(HILL.valueOf(climb.worst!.document)).toBe(climb.worst!.value);
});

test('the same climb comes to the same end', () => {
  expect(climbed(HILL, 100).worst).toEqual(climbed(HILL, 100).worst);
});

test('from a hill without a way up it starts anew elsewhere', () => {
  const starts = new Set<number>();
  climbed(
    {
      random: (run) => ({ x: run }),
      step: ({ x }) => {
        starts.add(Number(x));
        return { x: -1 };
      },
      valueOf: ({ x }) => (Number(x) < 0 ? null : Number(x)),
    },
    500,
  );
  expect(starts.size).toBeGreaterThanOrEqual(3);
});

test('over a plain it wanders on from what is as bad', () => {
  const climb = climbed(
    {
      random: () => ({ x: 0 }),
      step: ({ x }) => ({ x: Number(x) + 1 }),
      valueOf: ({ x }) => (Number(x) < 20 ? 5 : 6),
    },
    100,
  );
  expect(climb.worst).toMatchObject({ value: 6 });
});

test('what cannot be measured is no worst', () => {
  const climb = climbed({ ...HILL, valueOf: () => null }, 20);
  expect([climb.worst, climb.worstRandom, climb.values]).toEqual([null, null, []]);
});

test('a figure is taken as an expectation would, beside those that are written', () => {
  const document: Document = {
    name: 'measured',
    peers: { count: 3 },
    images: { generate: { count: 1 } },
    network: { latency: '50ms' },
    phases: [{ name: 'meet', until: 'discovered', within: '10s' }],
    expect: ['meet.time <= 1us'],
  };
  const { value, shown } = measure(document, 'meet.time', environment);
  expect(value).toBeGreaterThan(50_000);
  expect(shown).toMatch(/^\d+ ms$/);
  expect(measure(document, 'meet.tim', environment).value).toBeNull();
  expect(measure(document, 'latency.p99', environment).value).toBeNull();
});
