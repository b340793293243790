import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Requests } from '../../src/scenario/scenario.ts';
import { ScenarioFolder } from './folder.ts';
import { mistakesWith } from './sections.ts';

const folder = new ScenarioFolder();

function phases(requests: string, lasts = 'for: 1s'): string {
  return `phases: [{ name: rest, ${lasts}, requests: ${requests} }]`;
}

describe('requests', () => {
  test.each<[requests: string, read: readonly Partial<Requests>[]]>([
    [
      '{ rate: 5/s }',
      [
        {
          load: { kind: 'rate', perSecond: 5, arrivals: 'poisson' },
          popularity: { kind: 'uniform' },
          missing: 0,
          from: null,
        },
      ],
    ],
    [
      '{ ramp: [0, 500/s], arrivals: constant }',
      [
        {
          load: {
            kind: 'varying',
            profile: { kind: 'ramp', perSecond: [0, 500] },
            arrivals: 'constant',
          },
        },
      ],
    ],
    [
      '{ steps: [50/s, 0, 60/m] }',
      [
        {
          load: {
            kind: 'varying',
            profile: { kind: 'steps', perSecond: [50, 0, 1] },
            arrivals: 'poisson',
          },
        },
      ],
    ],
    [
      '{ users: 3, think: { uniform: [100ms, 2s] } }',
      [
        {
          load: {
            kind: 'users',
            users: 3,
            think: { kind: 'uniform', from: 100_000, to: 2_000_000 },
          },
        },
      ],
    ],
    [
      '[{ rate: 5/s, from: leech }, { users: 2, from: { leech: 3, seeder: 0.5 } }]',
      [
        { from: ['leech'] },
        {
          load: { kind: 'users', users: 2, think: { kind: 'constant', value: 0 } },
          from: new Map([
            ['leech', 3],
            ['seeder', 0.5],
          ]),
        },
      ],
    ],
  ])('%s are read', (requests, read) => {
    const peers = 'peers: { groups: [{ name: seeder, count: 2 }, { name: leech, count: 3 }] }';
    const file = folder.write(`name: a\n${peers}\n${phases(requests)}`);
    expect(loadScenario(file).phases[0]!.requests).toMatchObject(read);
  });

  test.each<[requests: string, ...problems: string[]]>([
    ['{}', '43 expected "rate", "ramp", "steps" or "users"'],
    ['[]', '43 nothing is asked, name a stream or leave it out'],
    ['5/s', '43 expected a map or a list of maps, got "5/s"; write { rate: 5/s }'],
    ['often', '43 expected a map or a list of maps, got "often"'],
    [
      '[5/s]',
      '44 expected a map with the keys rate, ramp, steps, users, think, arrivals, popularity, missing, from, got "5/s"',
    ],
    ['{ rte: 5/s, users: 2 }', '45 unknown key "rte", did you mean "rate"?'],
    ['{ rate: 50 }', '51 50 has no unit, write 50/s or 50/m'],
    ['{ rate: 0 }', '51 0 is not above 0'],
    ['{ rate: 5/s, users: 2 }', '56 "rate" and "users" exclude each other'],
    [
      '{ users: 2, ramp: [1/s, 2/s], steps: [1/s, 2/s] }',
      '45 "ramp" and "users" exclude each other',
      '73 "ramp" and "steps" exclude each other',
    ],
    ['{ rate: 5/s, think: 2s }', '56 "think" needs "users"'],
    ['{ users: 2, arrivals: constant }', '55 "arrivals" needs "rate", "ramp" or "steps"'],
    ['{ rate: 5/s, arrivals: posson }', '66 unknown arrivals "posson", did you mean "poisson"?'],
    ['{ ramp: 5/s }', '51 expected a list, got "5/s"'],
    ['{ ramp: [5/s] }', '51 expected two rates, the first and the last, got 1'],
    ['{ ramp: [0, 0] }', '51 nothing is asked, all rates are 0'],
    ['{ ramp: [5, 10/s] }', '52 5 has no unit, write 5/s or 5/m'],
    ['{ steps: [5/s] }', '52 expected two rates or more, got 1; "rate" stays the same'],
    ['{ steps: [5/s, 2000000/s] }', '58 2000000/s is too large, the most is 1000000/s'],
    ['{ users: 2, think: 5 }', '62 5 has no unit, write 5ms or 5s'],
    ['{ users: 2, think: 5KiB }', '62 5KiB is a size, expected a duration such as 20ms or 10s'],
    ['{ users: 2, think: { exponential: 0 } }', '77 0 is not above 0'],
    [
      '{ users: 2, think: { lognormal: 1s } }',
      '75 expected a map with the keys median, sigma, got "1s"',
    ],
    ['{ rate: 5/s, missing: 2 }', '65 2 has no unit, write 2%'],
    ['{ rate: 5/s, popularity: zipf }', '68 expected uniform or { zipf: 0.9 }, got "zipf"'],
    ['{ rate: 5/s, popularity: { zipf: 0 } }', '76 0 is not above 0'],
    ['{ rate: 5/s, from: lech }', '62 unknown group "lech", did you mean "leech"?'],
    ['{ rate: 5/s, from: [seeder, x] }', '71 unknown group "x", expected all, seeder or leech'],
    [
      '{ rate: 5/s, from: lab }',
      '62 the lab itself does not ask, add a group of one peer that does: { name: lab, count: 1 }',
    ],
    [
      '{ rate: 5/s, from: { lab: 3, seeder: 1 } }',
      '64 the lab itself does not ask, add a group of one peer that does: { name: lab, count: 1 }',
    ],
    ['{ rate: 5/s, from: [] }', '62 nobody asks, name a group or leave it out'],
    ['{ rate: 5/s, from: {} }', '62 nobody asks, name a group or leave it out'],
    ['{ rate: 5/s, from: { x: 3, seeder: 1 } }', '64 unknown group "x", expected seeder or leech'],
    ['{ rate: 5/s, from: { leech: 0 } }', '71 0 is not above 0'],
    ['{ rate: 5/s, from: { leech: 50% } }', '71 expected a number such as 3, got "50%"'],
    [
      '[{ rate: 5/s }, { users: 2, arrivals: poisson, from: them }]',
      '71 "arrivals" needs "rate", "ramp" or "steps"',
      '96 unknown group "them", expected all, seeder or leech',
    ],
  ])('%s are refused', (requests, ...problems) => {
    const found = mistakesWith(folder, 'phases', phases(requests));
    expect(found).toEqual(problems);
  });

  test('that change in the course of a phase need to know how long it is', () => {
    const until = 'until: discovered';
    const needs = 'needs "for": how long a phase with "until" lasts is not known';
    expect(mistakesWith(folder, 'phases', phases('{ ramp: [1/s, 2/s] }', until))).toEqual([
      `55 "ramp" ${needs}`,
    ]);
    expect(
      mistakesWith(folder, 'phases', phases('[{ users: 1 }, { steps: [1/s, 2/s] }]', until)),
    ).toEqual([`70 "steps" ${needs}`]);
    expect(mistakesWith(folder, 'phases', phases('{ rate: 1/s }', until))).toEqual([]);
  });

  test('are not made by peers that misbehave', () => {
    const peers =
      'peers: { groups: [{ name: seeder, count: 2 }, { name: leech, count: 3, behavior: wrong-bytes }] }';
    const head = `${peers}\nimages: {}\n`;
    const found = (from: string): string[] =>
      folder.mistakes(`${head}${phases(`{ rate: 1/s, from: ${from} }`)}\nname: a`);
    const message = 'the peers of "leech" misbehave and do not ask';
    expect(found('leech')).toEqual([`3:62 ${message}`]);
    expect(found('[seeder, leech]')).toEqual([`3:71 ${message}`]);
    expect(found('{ seeder: 1, leech: 2 }')).toEqual([`3:75 ${message}`]);
    expect(found('seeder')).toEqual([]);
  });
});
