import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import type { LinkLatencies, Network } from '../../src/scenario/scenario.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();

/** Where the value of `latency` begins is column 22. */
function scenarioOf(latency: string): string {
  return [
    `network: { latency: ${latency} }`,
    'peers: { groups: [{ name: europe, count: 3 }, { name: asia, count: 2 }, { name: lab, count: 1 }] }',
    'name: a',
    'phases: [{ name: rest, for: 1s }]',
  ].join('\n');
}

function latencyOf(latency: string): Network['latencyUs'] {
  return loadScenario(folder.write(scenarioOf(latency))).network.latencyUs;
}

describe('the latency of a network', () => {
  test.each<[string, number]>([
    ['0', 0],
    ['20ms', 20_000],
  ])('%s is one number for all links', (written, us) => {
    expect(latencyOf(written)).toBe(us);
  });

  test.each<[string, LinkLatencies['otherwise']]>([
    ['{ uniform: [10ms, 40ms] }', { kind: 'uniform', from: 10_000, to: 40_000 }],
    [
      '{ normal: { mean: 40ms, deviation: 10ms } }',
      { kind: 'normal', mean: 40_000, deviation: 10_000 },
    ],
    ['{ exponential: 1s }', { kind: 'exponential', mean: 1e6 }],
  ])('%s is drawn for each link', (written, otherwise) => {
    expect(latencyOf(written)).toEqual({ groupSizes: [3, 2, 1], between: [], otherwise });
  });

  test('is a matrix between groups, which holds both ways where only one is given', () => {
    const near = { kind: 'constant', value: 10_000 };
    const far = { kind: 'uniform', from: 100_000, to: 150_000 };
    const written =
      '{ between: { europe: { europe: 10ms, asia: { uniform: [100ms, 150ms] }, lab: 1ms }, lab: { europe: 2ms } }, otherwise: 50ms }';
    expect(latencyOf(written)).toEqual({
      groupSizes: [3, 2, 1],
      between: [
        { from: 0, to: 0, latency: near },
        { from: 0, to: 1, latency: far },
        { from: 1, to: 0, latency: far },
        { from: 0, to: 2, latency: { kind: 'constant', value: 1_000 } },
        { from: 2, to: 0, latency: { kind: 'constant', value: 2_000 } },
      ],
      otherwise: { kind: 'constant', value: 50_000 },
    });
  });

  test('needs no "otherwise" when all pairs are given, a lone peer with itself apart', () => {
    const written =
      '{ between: { europe: { europe: 0, asia: 1ms, lab: 2ms }, asia: { asia: 3ms, lab: 4ms } } }';
    expect(latencyOf(written)).toMatchObject({ otherwise: null });
  });

  test.each<[string, ...string[]]>([
    ['{ between: { europe: { eurpe: 1ms } } }', '44 unknown group "eurpe", did you mean "europe"?'],
    ['{ between: { asai: { asia: 1ms } } }', '34 unknown group "asai", did you mean "asia"?'],
    [
      '{ between: { all: { asia: 1ms } }, otherwise: 0 }',
      '34 "all" cannot stand here, name each group, or give the rest as "otherwise"',
    ],
    [
      '{ between: { europe: { asia-1: 1ms } }, otherwise: 0 }',
      '44 "asia-1" is a peer, only groups can stand here, such as asia',
    ],
    [
      '{ between: { europe: { europe: 1ms, asia: 2ms } } }',
      '32 nothing says the latency between "europe" and "lab", nor of 2 other pairs of groups; add it, or "otherwise"',
    ],
    [
      '{ between: { europe: { lab: 1ms, asia: 2ms }, asia: { asia: 0, lab: 0 } } }',
      '32 nothing says the latency between two peers of "europe"; add it, or "otherwise"',
    ],
    ['{ between: { europe: { asia: -2ms } }, otherwise: 0 }', '50 -2ms is negative'],
    ['-2ms', '21 -2ms is negative'],
    ['{ uniform: [-1ms, 2ms] }', '33 -1ms is negative'],
    [
      '{ between: { europe: { asia: { uniform: [5ms, 1ms] } } }, otherwise: 0 }',
      '61 the first is more than the second, expected [least, most]',
    ],
    ['{ uniform: [5ms] }', '32 expected two quantities, [least, most], got 1'],
    ['{ normal: { mean: 5ms } }', '31 missing key "deviation"'],
    [
      '{ uniform: [1ms, 2ms], between: { lab: { lab: 0 } }, otherwise: 0 }',
      '23 "between" and "uniform" exclude each other',
    ],
    ['{ otherwise: 5ms }', '23 "otherwise" needs "between"'],
    [
      '{ otherwise: { uniform: [2ms, 1ms] }, between: { lab: { lab: 0 } } }',
      '45 the first is more than the second, expected [least, most]',
    ],
    [
      '{}',
      '21 expected "between", "uniform", "normal", "exponential", "lognormal", "pareto" or "weibull"',
    ],
    [
      '[1ms, 2ms]',
      '21 expected 20ms, a distribution such as { uniform: [10ms, 40ms] } or { between: … }, got a list',
    ],
    ['{ between: { europe: 3ms } }', '42 expected a map, got "3ms"'],
    ['{ gaussian: 3ms }', '23 unknown key "gaussian"', '21 expected'],
  ])('%s is refused', (written, ...problems) => {
    const found = folder.mistakes(scenarioOf(written)).sort();
    expect(found).toHaveLength(problems.length);
    problems.sort().forEach((problem, i) => expect(found[i]).toContain(`1:${problem}`));
  });
});
