import { describe, expect, test } from 'vitest';
import { BEHAVIORS } from '../../src/behavior/registry.ts';
import { countReachable, isOurs, makePlan } from '../../src/plan/plan.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();

/** A scenario with these groups beside three peers of ours, and these phases. */
function file(groups: string, phases = '{ name: rest, for: 1s }'): string {
  return [
    'name: good',
    'peers:',
    '  groups:',
    '    - { name: ours, count: 3 }',
    ...groups.split('\n').map((group) => `    - ${group}`),
    `phases: [${phases}]`,
  ].join('\n');
}

const LIAR = '{ name: liar, count: 2, behavior: wrong-bytes }';
const MUTE = '{ name: mute, count: 2, behavior: silent }';

describe('a group with a behaviour', () => {
  test.each(Object.keys(BEHAVIORS))('%s can be loaded and planned', (behavior) => {
    const text = file(`{ name: bad, count: 2, behavior: ${behavior} }`);
    const scenario = loadScenario(folder.write(text));
    expect(scenario.groups[1]).toMatchObject({ behavior, run: null, known: null });
    const plan = makePlan(scenario, 1);
    expect(plan.peers.map(isOurs)).toEqual([true, true, true, false, false]);
    expect(countReachable(plan)).toBe(BEHAVIORS[behavior]!.isReachable ? 5 : 3);
  });

  test.each<[what: string, group: string, problem: string]>([
    [
      'misspelt',
      '{ name: bad, count: 1, behavior: wrong-byte }',
      '5:40 unknown behavior "wrong-byte", did you mean "wrong-bytes"?',
    ],
    [
      'with "run"',
      '{ name: bad, count: 1, run: x, behavior: silent }',
      '5:38 "run" and "behavior" exclude each other',
    ],
    [
      'as an image without "run"',
      '{ name: bad, count: 1, image: someone/peer }',
      '5:30 "image" needs "run": what the program of the image is told, such as "{port} --host {host}"',
    ],
    [
      'as an image without a name',
      '{ name: bad, count: 1, run: x, image: --rm }',
      '5:45 "--rm" is no name of an image, such as "someone/peer:1.0"',
    ],
    [
      'with "known"',
      '{ name: bad, count: 1, behavior: silent, known: 3 }',
      '5:48 "known" is for our own peers, not for those of "behavior"',
    ],
  ])('is refused when it is %s', (_, group, problem) => {
    expect(folder.mistakes(file(group))).toEqual([problem]);
  });
});

describe('peers that misbehave', () => {
  test.each([
    ['liar', '6:62 the peers of "liar" misbehave and do not ask'],
    ['[ours, liar]', '6:69 the peers of "liar" misbehave and do not ask'],
  ])('are refused as askers: %s', (from, problem) => {
    const phases = `{ name: rest, for: 1s, requests: { rate: 5/s, from: ${from} } }`;
    expect(folder.mistakes(file(LIAR, phases))).toEqual([problem]);
  });

  test('cannot be the only ones where something is asked', () => {
    const text = [
      'name: bad',
      `peers: { groups: [${LIAR}] }`,
      'phases: [{ name: rest, for: 1s, requests: { rate: 5/s } }]',
    ].join('\n');
    expect(folder.mistakes(text)).toEqual(['3:33 nobody asks, all groups have "behavior"']);
  });

  test('need not be reached when they answer no greeting', () => {
    const until = (known: number): string => `{ name: meet, until: { known: ${known} } }`;
    expect(folder.mistakes(file(LIAR, until(4)))).toEqual([]);
    expect(folder.mistakes(file(LIAR, until(5)))).toEqual([
      '6:31 no peer can know 5 others, there are 4',
    ]);
    expect(folder.mistakes(file(MUTE, until(2)))).toEqual([]);
    expect(folder.mistakes(file(MUTE, until(3)))).toEqual([
      '6:31 no peer can know 3 others, there are 2 that answer greetings',
    ]);
  });

  test('have nothing that "until" could look at', () => {
    const text = [
      'name: bad',
      `peers: { groups: [${LIAR}] }`,
      'phases: [{ name: meet, until: discovered }]',
    ].join('\n');
    expect(folder.mistakes(text)).toEqual([
      '3:31 "until" looks at what our own peers know, and all groups have "run" or "behavior"',
    ]);
  });
});
