import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePicture } from '../../src/picture/picture.ts';
import { scenarioDigest } from '../../src/plan/scenario-digest.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { LabFolder } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());

function digest(sections: Readonly<Record<string, unknown>> = {}, name?: string): string {
  return scenarioDigest(loadScenario(lab.write(sections, name)));
}

const PLAIN = digest();

test('what is not done in a run is not in the digest', () => {
  expect(PLAIN).toMatch(/^[0-9a-f]{64}$/);
  const other = { name: 'other', description: 'others', seed: 9, expect: ['requests.wrong == 0'] };
  expect(digest(other, 'elsewhere.yaml')).toBe(PLAIN);
});

test('defaults that are written out change nothing', () => {
  expect(digest({ network: { loss: 0 }, timeout: '300s' })).toBe(digest({ timeout: '5min' }));
});

test.each([
  ['a peer more', { peers: { count: 4 } }],
  ['another topology', { topology: { kind: 'star' } }],
  ['a slower network', { network: { latency: '1ms' } }],
  ['other copies', { images: { copies: 3 } }],
  ['a placement', { images: { place: { 'peer-1': 'all' } } }],
  ['another rate', { phases: [{ name: 'steady', for: '1s', requests: { rate: '31/s' } }] }],
  ['a fault', { faults: [{ at: 'steady+100ms', kill: 'peer-1' }] }],
  ['another timeout', { timeout: '4min' }],
])('%s is another scenario', (_, sections) => {
  expect(digest(sections)).not.toBe(PLAIN);
});

test('placements are told apart by what they hold', () => {
  const placed = (name: string): string => digest({ images: { place: { 'peer-1': [name] } } });
  expect(placed('cat.png')).not.toBe(placed('dog.png'));
});

test('a file that lies elsewhere is the same scenario, until a picture is another one', () => {
  const file = lab.write();
  const away = join(lab.root, 'away');
  mkdirSync(away);
  for (const name of ['images', 'scenarios']) {
    cpSync(join(lab.root, name), join(away, name), { recursive: true });
  }
  const moved = file.replace(lab.root, away);
  expect(scenarioDigest(loadScenario(moved))).toBe(PLAIN);
  const picture = makePicture({ kind: 'png', sizeBytes: 3_000, seed: 2, number: 2 });
  writeFileSync(join(away, 'images', 'cat.png'), picture);
  expect(scenarioDigest(loadScenario(moved))).not.toBe(PLAIN);
});
