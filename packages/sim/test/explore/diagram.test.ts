import { expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { failureDiagram } from '../../src/explore/diagram.ts';
import { tryScenario } from '../../src/explore/trial.ts';
import type { Document } from '../../src/explore/shrink/document.ts';

const LIED_TO: Document = {
  name: 'lied-to',
  peers: {
    groups: [
      { name: 'peer', count: 2 },
      { name: 'odd', count: 1, behavior: 'wrong-bytes' },
    ],
  },
  topology: { kind: 'full' },
  images: { generate: { count: 1, size: '2KiB' }, copies: 1, owners: 'odd' },
  phases: [
    { name: 'meet', until: 'discovered' },
    { name: 'steady', for: '1s', requests: { rate: '2/s', from: 'peer' } },
  ],
};

function failureOf(document: Document): string {
  return tryScenario(document, environment).failures[0]!;
}

function arrowsOf(diagram: string): string[] {
  return diagram.split('\n').filter((line) => line.includes('>>'));
}

test('of a request with a wrong answer shows the messages since it was due', () => {
  const diagram = failureDiagram(LIED_TO, failureOf(LIED_TO), environment)!;
  expect(diagram).toMatch(/^sequenceDiagram\n {4}participant p/);
  const arrows = arrowsOf(diagram);
  expect(arrows.some((line) => line.endsWith(': REQ: image-001.png'))).toBe(true);
  expect(arrows.length).toBeLessThanOrEqual(6);
  expect(diagram).toMatch(/request \d+ done: found, .* correct hash no/);
});

test('of peers that do not meet shows the last messages of all', () => {
  const apart = { ...LIED_TO, phases: [{ name: 'meet', until: 'discovered', within: '1ms' }] };
  const arrows = arrowsOf(failureDiagram(apart, failureOf(apart), environment)!);
  expect(arrows.length).toBeGreaterThan(3);
  expect(arrows.length).toBeLessThanOrEqual(24);
});

test('of many messages shows the last 24', () => {
  const parted = {
    ...LIED_TO,
    phases: [{ name: 'meet', until: 'discovered', within: '5s' }],
    faults: [{ at: 'meet', partition: ['peer-1', 'peer-2'] }],
  };
  expect(arrowsOf(failureDiagram(parted, failureOf(parted), environment)!)).toHaveLength(24);
});

test('is about a request that failed so, and not about the first that failed', () => {
  const shy: Document = {
    ...LIED_TO,
    seed: 3,
    topology: { kind: 'line' },
    images: { generate: { count: 3, size: '2KiB' }, copies: 1 },
    network: { latency: '62ms' },
    phases: [
      { name: 'early', for: '1s', requests: { rate: '6/s', from: 'peer' } },
      { name: 'steady', for: '2s', requests: { rate: '2/s', from: 'peer' } },
    ],
  };
  const { failures } = tryScenario(shy, environment);
  const about = failures.map((failure) => {
    const diagram = failureDiagram(shy, failure, environment)!;
    return /request \d+ done: (\S+),/.exec(diagram)?.[1];
  });
  expect(failures.length).toBeGreaterThan(1);
  expect(new Set(about).size).toBeGreaterThan(1);
});
