import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { makePicture } from '../../src/picture/picture.ts';
import { LayeredSource } from '../../src/scenario/extends.ts';
import { checkScenario, loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();
mkdirSync(join(folder.root, 'scenarios', 'bases', 'images'), { recursive: true });
const elk = makePicture({ kind: 'png', sizeBytes: 1_024, seed: 1, number: 3 });
writeFileSync(join(folder.root, 'scenarios', 'bases', 'images', 'elk.png'), elk);

const BASE = `name: base
description: What the base shows.
peers: { count: 3, known: 5 }
network: { latency: 20ms, jitter: 5ms }
phases:
  - { name: first, for: 1s }
  - { name: second, for: 1s }
expect:
  - first.time <= 5s
`;

beforeEach(() => {
  folder.write(BASE, 'base.yaml');
});

/** Loads what extends the base. */
function derived(...lines: readonly string[]): Scenario {
  return loadScenario(folder.write(['extends: base.yaml', ...lines].join('\n'), 'derived.yaml'));
}

/** `file:line:column message` of every mistake of what extends the base. */
function mistakes(...lines: readonly string[]): string[] {
  const file = folder.write(lines.join('\n'), 'derived.yaml');
  return checkScenario(file).map((problem) => {
    const where = relative(join(folder.root, 'scenarios'), problem.file ?? file);
    return `${where}:${problem.line}:${problem.column} ${problem.message}`;
  });
}

describe('what a file says', () => {
  test('is added to what its base says', () => {
    const scenario = derived('seed: 9');
    expect(scenario).toMatchObject({ name: 'base', seed: 9, description: 'What the base shows.' });
    expect(scenario.file).toBe(join(folder.root, 'scenarios', 'derived.yaml'));
  });

  test('takes the place of it, key by key in maps', () => {
    const { name, network, groups } = derived(
      'name: derived',
      'network: { jitter: 0, loss: 1% }',
      'peers: { count: 7 }',
    );
    expect(name).toBe('derived');
    expect(network).toMatchObject({ latencyUs: 20_000, jitterUs: 0, loss: 0.01 });
    expect(groups).toMatchObject([{ count: 7, known: 5 }]);
  });

  test('takes the place of a whole list', () => {
    const { phases, expect: lines } = derived('phases: [{ name: only, for: 2s }]', 'expect: []');
    expect(phases.map(({ name }) => name)).toEqual(['only']);
    expect(lines).toEqual([]);
  });

  test('takes away what it leaves empty', () => {
    const { groups } = derived('peers: { count:, groups: [{ name: a, count: 2 }] }');
    expect(groups).toMatchObject([{ name: 'a', count: 2, known: 5 }]);
    expect(derived('network:').network).toMatchObject({ latencyUs: 0, jitterUs: 0 });
  });

  test('may extend what extends something else, from folder to folder', () => {
    folder.write(
      'extends: ../base.yaml\nseed: 5\nnetwork: { latency: 1ms }\n',
      'bases/middle.yaml',
    );
    const file = folder.write('extends: bases/middle.yaml\nseed: 6\n', 'top.yaml');
    expect(loadScenario(file)).toMatchObject({
      name: 'base',
      seed: 6,
      network: { latencyUs: 1_000, jitterUs: 5_000 },
    });
  });
});

describe('a relative path', () => {
  test('in a base starts at the folder of the base', () => {
    folder.write(`${BASE}images: { from: images }\n`, 'bases/far.yaml');
    const file = folder.write('extends: bases/far.yaml\nimages: { copies: 1 }\n', 'top.yaml');
    expect(loadScenario(file).images.from).toBe(join(folder.root, 'scenarios', 'bases', 'images'));
  });

  test('that no file has starts at the folder of the scenario', () => {
    folder.write(`${BASE}images: { copies: 1 }\n`, 'bases/far.yaml');
    const file = folder.write('extends: bases/far.yaml\n', 'top.yaml');
    expect(loadScenario(file).images.from).toBe(join(folder.root, 'images'));
  });

  test('of a program starts where the program is named', () => {
    const groups = 'groups: [{ name: a, count: 1 }, { name: b, count: 1, run: "{dir}/x {port}" }]';
    const far = folder.write(`name: far\npeers: { ${groups} }\nphases: []\n`, 'bases/far.yaml');
    const phases = 'phases: [{ name: rest, for: 1s }]\n';
    const near = folder.write(`extends: bases/far.yaml\n${phases}`, 'top.yaml');
    expect(loadScenario(near).groups.map(({ file }) => file)).toEqual([undefined, far]);
    const own = folder.write(
      `extends: bases/far.yaml\npeers: { ${groups} }\n${phases}`,
      'top.yaml',
    );
    expect(loadScenario(own).groups.map(({ file }) => file)).toEqual([undefined, undefined]);
  });
});

describe('a mistake is shown where it stands', () => {
  test('in what extends the base, and in the base', () => {
    folder.write(`sede: 4\n${BASE}topology: { kind: rng }\n`, 'base.yaml');
    expect(mistakes('extends: base.yaml', 'timeuot: 5s', 'network: { latency: 5 }')).toEqual([
      'derived.yaml:2:1 unknown key "timeuot", did you mean "timeout"?',
      'derived.yaml:3:21 5 has no unit, write 5ms or 5s',
      'base.yaml:1:1 unknown key "sede", did you mean "seed"?',
      'base.yaml:11:19 unknown topology "rng", did you mean "ring"?',
    ]);
  });

  test('if the two files do not go together', () => {
    expect(mistakes('extends: base.yaml', 'phases: [{ name: other, for: 1s }]')).toEqual([
      'base.yaml:9:5 unknown phase "first", expected other',
    ]);
    expect(mistakes('extends: base.yaml', 'peers: { groups: [{ name: a, count: 2 }] }')).toEqual([
      'derived.yaml:2:10 "count" and "groups" exclude each other',
    ]);
  });

  test('but not if it is replaced', () => {
    folder.write(BASE.replace('20ms', 'soon'), 'base.yaml');
    expect(mistakes('extends: base.yaml')).toHaveLength(1);
    expect(mistakes('extends: base.yaml', 'network: { latency: 1ms }')).toEqual([]);
  });

  test('of the syntax of a base', () => {
    folder.write('name: a\npeers: { count: 3\nphases: []\n', 'base.yaml');
    expect(mistakes('extends: base.yaml')).toEqual([
      'base.yaml:2:8 a "}" is missing for this "{", or line 3 stands too far to the left',
    ]);
    folder.write('- a\n', 'base.yaml');
    expect(mistakes('extends: base.yaml')).toEqual([
      'base.yaml:1:1 expected a map with the keys of a scenario, got a list',
    ]);
    folder.write('', 'base.yaml');
    expect(mistakes('extends: base.yaml')).toEqual(['base.yaml:1:1 the file is empty']);
  });

  test('of keys given twice in a base', () => {
    folder.write(`${BASE}seed: 1\nseed: 2\n`, 'base.yaml');
    expect(mistakes('extends: base.yaml')).toEqual(['base.yaml:11:1 duplicate key "seed"']);
  });

  test('and the person sees the line of the base', () => {
    folder.write(`${BASE}sede: 4\n`, 'base.yaml');
    expect(folder.shown('extends: base.yaml\n')).toMatch(
      /base\.yaml:10:1 {2}unknown key "sede", did you mean "seed"\?\n {2}sede: 4\n {2}\^\n$/,
    );
  });
});

describe('a base that cannot be used is named where it is extended', () => {
  test.each([
    [
      'bse.yaml',
      'the base "bse.yaml" cannot be read: there is no such file, did you mean "base.yaml"?',
    ],
    ['elsewhere/x', 'the base "elsewhere/x" cannot be read: there is no such file'],
    ['.', 'the base "." is a folder, not a scenario file'],
    ['derived.yaml', 'the files extend one another in a circle: derived.yaml → derived.yaml'],
  ])('%s', (base, problem) => {
    expect(mistakes('name: a', `extends: ${base}`)).toEqual([`derived.yaml:2:10 ${problem}`]);
  });

  test('a name that is none', () => {
    expect(mistakes(...BASE.trim().split('\n'), 'extends: 5')).toEqual([
      'derived.yaml:10:10 expected text, got 5',
    ]);
    folder.write('extends: []', 'base.yaml');
    expect(mistakes('extends: base.yaml')).toEqual(['base.yaml:1:10 expected text, got a list']);
  });

  test('one that leads back to the file', () => {
    folder.write('extends: bases/middle.yaml\n', 'base.yaml');
    folder.write('name: m\nextends: ../base.yaml\n', 'bases/middle.yaml');
    expect(mistakes('extends: base.yaml')).toEqual([
      'bases/middle.yaml:2:10 the files extend one another in a circle: base.yaml → bases/middle.yaml → base.yaml',
    ]);
  });

  test('one of too many', () => {
    for (let i = 0; i < 30; i++) folder.write(`extends: chain-${i + 1}.yaml\n`, `chain-${i}.yaml`);
    expect(mistakes('extends: chain-0.yaml')).toEqual([
      'chain-18.yaml:1:10 more than 20 files extend one another',
    ]);
  });
});

test('an expectation of a base keeps its place', () => {
  const { expect: lines } = derived('seed: 4');
  expect(lines).toMatchObject([
    { line: 9, column: 5, file: join(folder.root, 'scenarios', 'base.yaml') },
  ]);
});

test('what is in a list that was replaced is in no file', () => {
  const file = folder.write('extends: base.yaml\nphases: [{ name: first }]\n', 'derived.yaml');
  const source = new LayeredSource(file);
  expect(source.fileOf(['phases', 0, 'for'])).toBe(file);
  expect(source.fileOf(['network', 'jitter'])).toBe(join(folder.root, 'scenarios', 'base.yaml'));
  expect(source.locate({ path: ['phases', 0, 'for'], message: '' })).toMatchObject({ line: 2 });
});
