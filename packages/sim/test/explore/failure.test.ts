import { expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { failuresOf, familyOf } from '../../src/explore/failure.ts';
import type { Document } from '../../src/explore/shrink/document.ts';
import { tryScenario } from '../../src/explore/trial.ts';
import { resultOf } from '../../src/mutate/scenario-run.ts';
import type { Result } from '../../src/result/result.ts';
import { scenarioOf } from '../../src/scenario/load.ts';

/** Peers that ask before they have met. */
function unmet(peers: number, seed: number): Document {
  return {
    name: 'unmet',
    seed,
    peers: { count: peers },
    images: { generate: { count: 3 } },
    network: { latency: '62ms' },
    phases: [{ name: 'early', for: '1s', requests: { rate: '6/s' } }],
  };
}

const TOO_EARLY = 'always every request is answered or excused: had not found an owner of … yet';

test('requests that fail for one reason are one failure, whoever asks for what', () => {
  for (const [peers, seed] of [
    [2, 49],
    [3, 50],
    [5, 51],
  ] as const) {
    expect(tryScenario(unmet(peers, seed), environment).failures).toEqual([TOO_EARLY]);
  }
});

test('requests that fail for different reasons are different failures, each told once', () => {
  const { result } = resultOf(scenarioOf(unmet(2, 49), 'unmet.yaml'), 10_000, environment);
  const [first] = result.badRequests as [Result['badRequests'][number]];
  const why = 'no answer before the end of the run';
  const badRequests = [first, { ...first, why }, { ...first, why, request: 7 }];
  expect(failuresOf({ ...result, badRequests })).toEqual([
    TOO_EARLY,
    'always every request is answered or excused: no answer before the end of the run',
  ]);
});

test('phases that are cut short and peers that do not meet are two failures', () => {
  const rule = { text: 'every phase comes to its end', holds: false };
  const cut = { ...rule, reasons: ['phase trouble was cut short'] };
  const apart = { ...rule, reasons: ['phase mend did not come to its end within 30 s: 0 of 2 …'] };
  const { result } = resultOf(scenarioOf(unmet(2, 49), 'unmet.yaml'), 10_000, environment);
  const kinds = [cut, apart].map((one) => failuresOf({ ...result, always: [one] }));
  expect(kinds).toEqual([
    ['always every phase comes to its end: the time-out'],
    ['always every phase comes to its end: peers do not meet'],
  ]);
});

test('an expectation with other numbers is of the same family, another figure is not', () => {
  const family = familyOf('expectation seeker-1.known == 6');
  expect(familyOf('expectation seeker-2.known == 4')).toBe(family);
  expect(familyOf('expectation latency.p50 <= 5ms')).not.toBe(
    familyOf('expectation latency.p99 <= 5ms'),
  );
});
