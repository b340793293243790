import { hash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePlan, type PlannedImage } from '../../src/plan/plan.ts';
import { Content } from '../../src/virtual/content.ts';
import { scenarioOf } from '../plans.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function generated(count: number): readonly PlannedImage[] {
  const size = { kind: 'constant', value: 2 ** 20 } as const;
  const images = { ...scenarioOf().images, from: null };
  const generate = { count, kind: 'mixed', size } as const;
  return makePlan(scenarioOf({ images: { ...images, generate } }), 3).images;
}

test('the content of a generated picture is whole, and what the plan says of it', () => {
  for (const image of generated(2)) {
    const content = Content.ofImage(image);
    expect(content.sizeBytes).toBe(image.sizeBytes);
    expect(content.bytes()).toHaveLength(image.sizeBytes);
    expect(hash('sha256', content.bytes())).toBe(image.sha256);
    expect(content.sha256).toBe(image.sha256);
    expect(content.picture.completeness).toBe('whole');
  }
});

test('the contents of many pictures are not all kept in memory', () => {
  const contents = generated(200).map((image) => Content.ofImage(image));
  const hashes = contents.map((content) => hash('sha256', content.bytes()));
  expect(new Set(hashes).size).toBe(200);
  // Of 200 MiB that were made 64 are remembered.
  const first = contents[0]!.bytes();
  expect(hash('sha256', first)).toBe(hashes[0]);
  expect(contents[0]!.bytes()).toBe(first);
  contents.slice(1, 100).forEach((content) => content.bytes());
  expect(contents[0]!.bytes()).not.toBe(first);
});

test('the content of a file is read once, when it is looked at', () => {
  const path = join(temporaryFolder(), 'cat.png');
  const sha256 = hash('sha256', 'cat');
  const image = { name: 'cat.png', source: { path }, sizeBytes: 3, sha256, owners: [] };
  const content = Content.ofImage(image);
  writeFileSync(path, 'cat');
  expect(content.bytes()).toEqual(Buffer.from('cat'));
  rmSync(path);
  expect(content.bytes()).toEqual(Buffer.from('cat'));
});

test('files of an image are read and looked at once for all runs of a process', () => {
  const path = join(temporaryFolder(), 'cat.png');
  writeFileSync(path, 'first');
  const image = { source: { path }, sizeBytes: 5, sha256: '0'.repeat(64) };
  const one = Content.ofImage(image);
  const { picture } = one;
  writeFileSync(path, 'later');
  const again = Content.ofImage({ ...image });
  expect(again.bytes()).toBe(one.bytes());
  expect(again.picture).toBe(picture);
});
