import { expect, test } from 'vitest';
import { planOverview } from '../../src/plan/overview.ts';
import { phaseOf, planOf, requestsOf } from '../plans.ts';

test('images are counted, and so are those that nobody owns', () => {
  const images = [
    { sizeBytes: 10, owners: [0, 1] },
    { sizeBytes: 500, owners: [2] },
    { sizeBytes: 30, owners: [] },
  ];
  expect(planOverview(planOf({ images })).images).toEqual({
    count: 3,
    totalBytes: 540,
    sizeBytes: { least: 10, median: 30, most: 500 },
    copies: { least: 0, median: 1, most: 2 },
    orphans: 1,
    differing: 0,
  });
});

test('all pictures count of an image whose owners do not hold the same', () => {
  const source = { path: '/nowhere' };
  const content = { source, sizeBytes: 40, sha256: '' };
  const other = { version: 2, content, owners: [1] };
  const images = [
    { sizeBytes: 10, owners: [0, 1], others: [other] },
    // Nobody holds the first version: they do not differ.
    { sizeBytes: 10, owners: [1], others: [other] },
  ];
  const { count, totalBytes, differing, copies } = planOverview(planOf({ images })).images;
  expect({ count, totalBytes, differing }).toEqual({ count: 2, totalBytes: 90, differing: 1 });
  expect(copies).toEqual({ least: 1, median: 1, most: 2 });
});

test('phases with `until` may end at once, or after `within`; the others last as long as they say', () => {
  const phases = [
    phaseOf({ until: { known: 'all' }, withinUs: 4_000_000 }),
    phaseOf({ forUs: 3_000_000 }),
  ];
  const { phases: found, runUs } = planOverview(planOf({ scenario: { phases } }));
  expect(found.map(({ lastsUs }) => lastsUs)).toEqual([
    { least: 0, most: 4_000_000 },
    { least: 3_000_000, most: 3_000_000 },
  ]);
  expect(runUs).toEqual({ least: 3_000_000, most: 7_000_000 });
});

test('no run lasts longer than its timeout', () => {
  const phases = [phaseOf({ forUs: 3_000_000 })];
  const scenario = { phases, timeoutUs: 2_000_000 };
  expect(planOverview(planOf({ scenario })).runUs).toEqual({ least: 2_000_000, most: 2_000_000 });
});

test('requests are expected at the rate of each stream, or at its mean, but for those of users', () => {
  const arrivals = 'poisson' as const;
  const requests = [
    requestsOf({ load: { kind: 'rate', perSecond: 20, arrivals } }),
    requestsOf({
      load: { kind: 'varying', profile: { kind: 'ramp', perSecond: [0, 10] }, arrivals },
    }),
    requestsOf({
      load: { kind: 'varying', profile: { kind: 'steps', perSecond: [3, 6, 9] }, arrivals },
    }),
    requestsOf({ load: { kind: 'users', users: 5, think: { kind: 'constant', value: 0 } } }),
  ];
  const of = (part: Parameters<typeof phaseOf>[0]): unknown =>
    planOverview(planOf({ scenario: { phases: [phaseOf({ ...part, requests })] } })).phases[0]!
      .requests;
  const exactly = (count: number): object => ({ least: count, most: count });
  expect(of({ forUs: 4_000_000 })).toEqual([exactly(80), exactly(20), exactly(24), null]);
  expect(of({ until: { known: 2 }, withinUs: 2_000_000 })).toEqual([
    { least: 0, most: 40 },
    { least: 0, most: 10 },
    { least: 0, most: 12 },
    null,
  ]);
});

test('the graph is that of who knows whom', () => {
  const peers = [{ starts: [1] }, { starts: [0] }, { starts: [] }];
  expect(planOverview(planOf({ peers })).graph).toMatchObject({ edges: 1, parts: 2 });
});
