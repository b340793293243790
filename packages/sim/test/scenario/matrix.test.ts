import { describe, expect, test } from 'vitest';
import { checkScenario, loadCells, loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();

const FILE = `name: mesh
peers: { count: 4 }
images: { copies: 2 }
phases:
  - { name: discover, until: discovered }
  - { name: steady, for: 2s, requests: { rate: 20/s } }
faults:
  - { at: 1s, for: 1s, pause: peer-1 }
  - { at: 2s, for: 1s, pause: peer-2 }
`;

/** The cells of a file with a matrix of the given lines, from line 11 on. */
function cells(...lines: readonly string[]): readonly Scenario[] {
  return loadCells(folder.write(`${FILE}matrix:\n${indented(lines)}`));
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join('');
}

function mistakes(...lines: readonly string[]): string[] {
  return folder.mistakes(`${FILE}matrix:\n${indented(lines)}`);
}

describe('a cell', () => {
  test('is a scenario with one value of each parameter, and a name that says which', () => {
    const made = cells('peers.count: [4, 8]', 'network.loss: [0, 2%, 5%]');
    expect(made.map(({ name }) => name)).toEqual([
      'mesh [peers.count=4, network.loss=0]',
      'mesh [peers.count=4, network.loss=2%]',
      'mesh [peers.count=4, network.loss=5%]',
      'mesh [peers.count=8, network.loss=0]',
      'mesh [peers.count=8, network.loss=2%]',
      'mesh [peers.count=8, network.loss=5%]',
    ]);
    expect(made.map(({ groups, network }) => [groups[0]!.count, network.loss])).toEqual([
      [4, 0],
      [4, 0.02],
      [4, 0.05],
      [8, 0],
      [8, 0.02],
      [8, 0.05],
    ]);
    expect(made[4]!.cell).toEqual({
      number: 5,
      of: 6,
      values: { 'peers.count': '8', 'network.loss': '2%' },
    });
  });

  test.each<[string, (scenario: Scenario) => unknown, unknown[]]>([
    ['seed: [1, 2]', ({ seed }) => seed, [1, 2]],
    ['phases.steady.for: [1s, 3s]', ({ phases }) => phases[1]!.forUs, [1e6, 3e6]],
    ['phases.2.for: [1s, 3s]', ({ phases }) => phases[1]!.forUs, [1e6, 3e6]],
    [
      'phases.discover.until.known: [1, 2]',
      ({ phases }) => phases[0]!.until,
      [{ known: 1 }, { known: 2 }],
    ],
    ['faults.2.at: [1s, 1500ms]', ({ faults }) => faults[1]!.offsetUs, [1e6, 15e5]],
    [
      'topology: [{ kind: ring }, { kind: star }]',
      ({ topology }) => topology.kind,
      ['ring', 'star'],
    ],
    ['expect: [[requests.wrong == 0], []]', ({ expect: lines }) => lines.length, [1, 0]],
  ])('can have any part of the file: %s', (line, of, values) => {
    expect(cells(line).map(of)).toEqual(values);
  });

  test('shows long values in part', () => {
    const [made] = cells(
      'topology: [{ edges: [[peer-1, peer-2], [peer-2, peer-3], [peer-3, peer-4]] }]',
    );
    expect(made!.name).toBe('mesh [topology={ edges: [[peer-1, peer-2], [peer-2, pe…]');
  });

  test('is not what a file without a matrix has', () => {
    const made = loadCells(folder.write(FILE));
    expect(made).toHaveLength(1);
    expect(made[0]).not.toHaveProperty('cell');
    expect(made[0]!.name).toBe('mesh');
  });

  test('is the first one, where one scenario is wanted', () => {
    cells('seed: [7, 8]');
    expect(loadScenario(folder.write(`${FILE}matrix: { seed: [7, 8] }\n`))).toMatchObject({
      seed: 7,
      name: 'mesh [seed=7]',
    });
  });

  test('can have parameters of the base, and of its own file', () => {
    folder.write(`${FILE}matrix: { seed: [1, 2], network.loss: [0, 1%] }\n`, 'base.yaml');
    const made = loadCells(
      folder.write('extends: base.yaml\nmatrix: { seed: [3], network.latency: [1ms] }\n'),
    );
    expect(made.map(({ name }) => name)).toEqual([
      'mesh [seed=3, network.loss=0, network.latency=1ms]',
      'mesh [seed=3, network.loss=1%, network.latency=1ms]',
    ]);
  });
});

describe('a mistake is shown at the value in the matrix', () => {
  test('that is wrong by itself', () => {
    expect(mistakes('peers.count: [4, ten, 20]', 'network.loss: [0, 2, 2%]')).toEqual([
      '11:20 expected a whole number, got "ten"',
      '12:21 2 has no unit, write 2%',
    ]);
  });

  test('that is wrong in itself, letter for letter', () => {
    expect(
      mistakes('expect: [[requests.wrong == 0], [requests.wrng == 0, requests.due = 4]]'),
    ).toEqual([
      '11:36 unknown figure "requests.wrng", did you mean "requests.wrong"?',
      '11:69 unknown comparison "=", did you mean "=="?',
    ]);
  });

  test('that makes something else wrong', () => {
    expect(mistakes('peers.count: [4, 1, 8]')).toEqual([
      '11:20 with peers.count=1, line 3 is wrong: 2 copies need as many peers, there are 1',
      expect.stringMatching(/^11:20 with peers\.count=1, line 9 is wrong: .*peer-2/),
    ]);
  });

  test('that goes not together with another one', () => {
    expect(mistakes('images.copies: [3, 9]', 'peers.count: [4, 8, 9]')).toEqual([
      '11:22 9 copies need as many peers, there are 4 (with peers.count=4)',
      '11:22 9 copies need as many peers, there are 8 (with peers.count=8)',
    ]);
  });

  test('of two that only together make something else wrong', () => {
    const text = FILE.replace('images: { copies: 2 }', 'topology: { degree: 5 }');
    const lines = ['topology.kind: [random]', 'peers.count: [4, 8]', 'seed: [1, 2]'];
    expect(folder.mistakes(`${text}matrix:\n${indented(lines)}`)).toEqual([
      expect.stringMatching(/^12:17 with peers\.count=4, line 3 is wrong: .*5/),
    ]);
    const both = ['topology.kind: [random, ring]', ...lines.slice(1)];
    expect(folder.mistakes(`${text}matrix:\n${indented(both)}`)).toEqual([
      expect.stringMatching(/^11:19 with topology\.kind=random, peers\.count=4, line 3 is wrong: /),
      expect.stringMatching(/^11:27 with topology\.kind=ring, line 3 is wrong: /),
    ]);
  });

  test('of a base, if the value is there', () => {
    folder.write(FILE, 'base.yaml');
    const file = folder.write('extends: base.yaml\nmatrix: { peers.count: [4, 1] }\n');
    expect(checkScenario(file)[0]).toMatchObject({
      line: 2,
      column: 28,
      message: 'with peers.count=1, base.yaml:3 is wrong: 2 copies need as many peers, there are 1',
    });
  });

  test('but a mistake of all cells is one of the file', () => {
    const text = FILE.replace('copies: 2', 'copies: 9');
    expect(folder.mistakes(`${text}matrix: { seed: [1, 2] }\n`)).toEqual([
      '3:19 9 copies need as many peers, there are 4',
    ]);
  });
});

describe('an expectation that can never hold', () => {
  const NEVER = /this can never hold: known is never more than 3 where there are 4 peers/;

  function withExpectation(...lines: readonly string[]): string {
    return `${FILE}expect: [peer-1.known >= 5]\nmatrix:\n${indented(lines)}`;
  }

  test('in one cell is none of a file that has others', () => {
    const made = loadCells(folder.write(withExpectation('peers.count: [4, 8]')));
    expect(made.map(({ expect: [line] }) => line!.text)).toEqual(
      Array(2).fill('peer-1.known >= 5'),
    );
  });

  test('in any cell is told of each', () => {
    expect(folder.mistakes(withExpectation('seed: [1, 2]'))).toEqual([
      expect.stringMatching(NEVER),
    ]);
    expect(folder.mistakes(withExpectation('peers.count: [4, 5]'))).toEqual([
      expect.stringMatching(
        /^12:17 with peers\.count=4, line 10 is wrong: .* where there are 4 peers/,
      ),
      expect.stringMatching(
        /^12:20 with peers\.count=5, line 10 is wrong: .* where there are 5 peers/,
      ),
    ]);
  });

  test('is told where the matrix has it', () => {
    const lines = ['expect: [[peer-1.known >= 5], [peer-1.known >= 2]]', 'seed: [1, 2]'];
    expect(mistakes(...lines)).toEqual([expect.stringMatching(NEVER)]);
    expect(mistakes('expect: [[peer-1.known >= 5]]', 'peers.count: [4, 8]')).toEqual([]);
  });

  test('without faults is none where other cells have some', () => {
    const text = `${FILE}expect: [healed.discovery.time <= 9s]\n`;
    const lines = ['faults: [[], [{ at: 1s, for: 1s, pause: peer-1 }]]'];
    expect(folder.mistakes(`${text}matrix:\n${indented(lines)}`)).toEqual([]);
  });
});

describe('a parameter that is wrong', () => {
  test.each<[string, string]>([
    ['peers.cuont: [4, 8]', '11:3 unknown key "cuont", did you mean "count"?'],
    ['network.los: [0, 1%]', '11:3 unknown key "los", did you mean "loss"?'],
    ['phases.stedy.for: [1s]', '11:3 "phases" has no item "stedy", did you mean "steady"?'],
    [
      'phases.nowhere.for: [1s]',
      '11:3 "phases" has no item "nowhere", expected discover or steady',
    ],
    ['faults.3.for: [1s]', '11:3 "faults" has no item "3", expected 1 to 2'],
    ['phases.0.for: [1s]', '11:3 "phases" has no item "0", expected discover or steady'],
    ['timeout.x: [1s]', '11:3 expected a duration such as 20ms or 10s, got a map'],
    ['network..loss: [1%]', '11:3 "network..loss" is no path such as network.loss'],
    ['name: [a, b]', '11:3 "name" is the same in all cells of a matrix'],
    ['matrix.seed: [1]', '11:3 "matrix" is the same in all cells of a matrix'],
    ['seed: []', '11:9 "seed" has no values'],
    ['seed: 5', '11:9 expected a list, got 5'],
    ['seed: [5, 6, 5]', '11:16 5 stands here twice'],
  ])('%s', (line, mistake) => {
    expect(mistakes(line)).toEqual([mistake]);
  });

  test('sets what another one sets', () => {
    expect(mistakes('topology: [{ kind: ring }]', 'topology.kind: [star]')).toEqual([
      '12:3 "topology.kind" and "topology" set the same value',
    ]);
  });

  test('is one too many', () => {
    const values = Array.from({ length: 11 }, (_, i) => i + 4).join(', ');
    const lines = ['peers.count', 'seed', 'peers.known'].map((key) => `${key}: [${values}]`);
    expect(mistakes(...lines)).toEqual(['10:1 the matrix has 1,331 cells, the most is 1,000']);
  });

  test('is missing', () => {
    expect(folder.mistakes(`${FILE}matrix: {}\n`)).toEqual(['10:1 the matrix is empty']);
    expect(folder.mistakes(`${FILE}matrix: [1]\n`)).toEqual(['10:9 expected a map, got a list']);
  });
});
