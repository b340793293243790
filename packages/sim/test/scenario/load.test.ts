import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkScenario, loadScenario } from '../../src/scenario/load.ts';
import { ScenarioFolder } from './folder.ts';

const folder = new ScenarioFolder();
const SCENARIOS = join(import.meta.dirname, '../../../../scenarios');

describe('a good file', () => {
  test('becomes a scenario with every unit read', () => {
    const file = folder.write(`
name: all
description: Everything at once.
seed: 9
timeout: 2m
peers:
  known: 70
  groups:
    - { name: ours, count: 60, known: 80 }
    - { name: more, count: 9 }
    - { name: plain, count: 1, run: 'plain {port}' }
topology: { kind: random, degree: 4 }
images: { from: ../images, copies: 25% }
network: { latency: 1.5ms, jitter: 0, bandwidth: 100Mbit, loss: 0.5%, segments: every-byte }
phases:
  - { name: discover, until: discovered }
  - { name: some, until: { known: 30 }, within: 5s }
  - { name: open, for: 1m, requests: { rate: 30/m, arrivals: constant, missing: 2%, from: ours }, measured: false }
  - { name: closed, for: 10s, requests: { users: 3, think: 50ms, popularity: { zipf: 1.1 }, from: [ours, plain] } }
expect:
  - closed.latency.p99 <= 250ms
  - 'discovery.complete == true'
`);
    expect(loadScenario(file)).toEqual({
      name: 'all',
      description: 'Everything at once.',
      file,
      seed: 9,
      timeoutUs: 120_000_000,
      groups: [
        { name: 'ours', count: 60, run: null, known: 80 },
        { name: 'more', count: 9, run: null, known: 70 },
        { name: 'plain', count: 1, run: 'plain {port}', known: null },
      ],
      topology: { kind: 'random', degree: 4 },
      images: { from: join(folder.root, 'images'), copies: { share: 0.25 }, place: null },
      network: {
        latencyUs: 1500,
        jitterUs: 0,
        bandwidthBytesPerSecond: 12_500_000,
        loss: 0.005,
        segments: 'every-byte',
      },
      phases: [
        {
          name: 'discover',
          until: { known: 'all' },
          withinUs: 30_000_000,
          forUs: 0,
          requests: null,
          measured: true,
        },
        {
          name: 'some',
          until: { known: 30 },
          withinUs: 5_000_000,
          forUs: 0,
          requests: null,
          measured: true,
        },
        {
          name: 'open',
          until: null,
          withinUs: 0,
          forUs: 60_000_000,
          requests: {
            load: { kind: 'rate', perSecond: 0.5, arrivals: 'constant' },
            popularity: { kind: 'uniform' },
            missing: 0.02,
            from: ['ours'],
          },
          measured: false,
        },
        {
          name: 'closed',
          until: null,
          withinUs: 0,
          forUs: 10_000_000,
          requests: {
            load: { kind: 'users', users: 3, thinkUs: 50_000 },
            popularity: { kind: 'zipf', exponent: 1.1 },
            missing: 0,
            from: ['ours', 'plain'],
          },
          measured: true,
        },
      ],
      expect: [
        {
          text: 'closed.latency.p99 <= 250ms',
          phase: 'closed',
          figure: 'latency.p99',
          comparison: '<=',
          value: 250_000,
          line: 21,
          column: 5,
        },
        {
          text: 'discovery.complete == true',
          phase: null,
          figure: 'discovery.complete',
          comparison: '==',
          value: 1,
          line: 22,
          column: 5,
        },
      ],
    });
  });

  test('needs no more than a name, peers and a phase', () => {
    const file = folder.write(
      'name: least\npeers: { count: 1 }\nphases: [{ name: rest, for: 1s }]\n',
    );
    expect(loadScenario(file)).toEqual({
      name: 'least',
      description: '',
      file,
      seed: 1,
      timeoutUs: 60_000_000,
      groups: [{ name: 'peer', count: 1, run: null, known: null }],
      topology: { kind: 'ring', degree: 0 },
      images: { from: join(folder.root, 'images'), copies: { count: 1 }, place: null },
      network: {
        latencyUs: 0,
        jitterUs: 0,
        bandwidthBytesPerSecond: 0,
        loss: 0,
        segments: 'natural',
      },
      phases: [
        {
          name: 'rest',
          until: null,
          withinUs: 0,
          forUs: 1_000_000,
          requests: null,
          measured: true,
        },
      ],
      expect: [],
    });
  });

  test('may name edges, places and anchors', () => {
    const scenario = loadScenario(
      folder.write(`
name: places
peers: { count: 3 }
topology: { edges: [[peer-1, peer-2], [peer-2, peer-3]] }
images: { place: { peer-1: [cat.png], peer-3: [cat.png, dog.png] } }
phases:
  - { name: one, for: 1s, requests: &load { rate: 5/s } }
  - { name: two, for: 1s, requests: *load }
`),
    );
    expect(scenario.topology).toEqual({
      kind: 'edges',
      edges: [
        ['peer-1', 'peer-2'],
        ['peer-2', 'peer-3'],
      ],
    });
    expect(scenario.images.copies).toBeNull();
    expect(scenario.images.place).toEqual(
      new Map([
        ['peer-1', ['cat.png']],
        ['peer-3', ['cat.png', 'dog.png']],
      ]),
    );
    expect(scenario.phases[1]?.requests).toEqual(scenario.phases[0]?.requests);
  });

  test('may begin with a byte order mark and end its lines the Windows way', () => {
    const text = '\uFEFFname: crlf\r\npeers: { count: 2 }\r\nphases: [{ name: rest, for: 1s }]\r\n';
    expect(folder.mistakes(text)).toEqual([]);
    expect(folder.mistakes(`${text}sed: 1\r\n`)).toEqual([
      '4:1 unknown key "sed", did you mean "seed"?',
    ]);
  });

  test.each(readdirSync(SCENARIOS).filter((each) => each.endsWith('.yaml')))('%s loads', (name) => {
    // Copied, so that the test does not depend on the pictures of the repository.
    const file = folder.write(readFileSync(join(SCENARIOS, name)), name);
    expect(checkScenario(file)).toEqual([]);
    expect(`${loadScenario(file).name}.yaml`).toBe(name);
  });
});

test('a file of a thousand lines lists all of its fifty mistakes, within 300 ms', () => {
  const lines = ['name: many', 'peers: { count: 10 }', 'timeout: 1h', 'phases:'];
  const expected: number[] = [];
  for (let i = 0; lines.length < 1000; i += 1) {
    const wrong = i % 5 === 0 && expected.length < 50;
    lines.push(`  - name: phase-${i}`, '    for: 1s');
    if (wrong) expected.push(lines.length + 1);
    lines.push(
      wrong ? '    requests: { rte: 5/s, users: 2 }' : '    requests: { rate: 5/s }',
      '    measured: true',
    );
  }
  const file = folder.write(lines.slice(0, 1000).join('\n'));
  checkScenario(file);
  const start = performance.now();
  const problems = checkScenario(file);
  const took = performance.now() - start;
  expect(expected).toHaveLength(50);
  expect(problems.map((each) => each.line)).toEqual(expected);
  expect(took).toBeLessThan(300);
});
