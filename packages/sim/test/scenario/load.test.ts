import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkScenario, loadScenario } from '../../src/scenario/load.ts';
import { plainName } from '../../src/scenario/matrix.ts';
import type { Images } from '../../src/scenario/scenario.ts';
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
        { name: 'ours', count: 60, run: null, behavior: null, known: 80 },
        { name: 'more', count: 9, run: null, behavior: null, known: 70 },
        { name: 'plain', count: 1, run: 'plain {port}', behavior: null, known: null },
      ],
      topology: { kind: 'random', degree: 4, connected: true },
      images: imagesOf({ copies: { share: 0.25 } }),
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
          requests: [],
          measured: true,
        },
        {
          name: 'some',
          until: { known: 30 },
          withinUs: 5_000_000,
          forUs: 0,
          requests: [],
          measured: true,
        },
        {
          name: 'open',
          until: null,
          withinUs: 0,
          forUs: 60_000_000,
          requests: [
            {
              load: { kind: 'rate', perSecond: 0.5, arrivals: 'constant' },
              popularity: { kind: 'uniform' },
              missing: 0.02,
              from: ['ours'],
            },
          ],
          measured: false,
        },
        {
          name: 'closed',
          until: null,
          withinUs: 0,
          forUs: 10_000_000,
          requests: [
            {
              load: { kind: 'users', users: 3, think: { kind: 'constant', value: 50_000 } },
              popularity: { kind: 'zipf', exponent: 1.1 },
              missing: 0,
              from: ['ours', 'plain'],
            },
          ],
          measured: true,
        },
      ],
      faults: [],
      expect: [
        {
          text: 'closed.latency.p99 <= 250ms',
          phase: 'closed',
          group: null,
          peer: null,
          figure: 'latency.p99',
          comparison: '<=',
          value: 250_000,
          terms: [],
          line: 21,
          column: 5,
        },
        {
          text: 'discovery.complete == true',
          phase: null,
          group: null,
          peer: null,
          figure: 'discovery.complete',
          comparison: '==',
          value: 1,
          terms: [],
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
      groups: [{ name: 'peer', count: 1, run: null, behavior: null, known: null }],
      topology: { kind: 'ring' },
      images: imagesOf({ copies: { count: 1 } }),
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
          requests: [],
          measured: true,
        },
      ],
      faults: [],
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
    const cat = { name: 'cat.png', version: 1 };
    expect(scenario.images.place).toEqual(
      new Map([
        ['peer-1', [cat]],
        ['peer-3', [cat, { name: 'dog.png', version: 1 }]],
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
    // Copied, with the files that they name, so that the test does not depend on the pictures of the repository.
    for (const each of readdirSync(SCENARIOS)) {
      if (/\.(yaml|csv)$/.test(each)) folder.write(readFileSync(join(SCENARIOS, each)), each);
    }
    const file = join(folder.root, 'scenarios', name);
    expect(checkScenario(file)).toEqual([]);
    expect(`${plainName(loadScenario(file))}.yaml`).toBe(name);
  });
});

function imagesOf(part: Partial<Images>): Images {
  const from = join(folder.root, 'images');
  return {
    from,
    generate: null,
    copies: null,
    owners: null,
    differing: null,
    place: null,
    ...part,
  };
}
