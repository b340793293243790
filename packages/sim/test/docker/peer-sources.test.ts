import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, peerSources } from '../../src/docker/peer-sources.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();

function write(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return digestOf(folder);
}

test('the digest of sources tells every change of a content, a name or the manifest', () => {
  mkdirSync(join(folder, 'src/deep'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  const first = write('src/deep/one.ts', 'a');
  expect(write('src/deep/one.ts', 'a')).toBe(first);
  const seen = new Set([first, write('src/deep/one.ts', 'b'), write('package.json', '{"a":1}')]);
  renameSync(join(folder, 'src/deep/one.ts'), join(folder, 'src/deep/two.ts'));
  seen.add(digestOf(folder)).add(write('src/two.ts', ''));
  expect(seen.size).toBe(5);
  // What is beside the sources is not in the image.
  expect(seen).toContain(write('README.md', 'read me'));
});

test('the peer of this project has sources', () => {
  expect(peerSources()).toMatch(/^[0-9a-f]{64}$/);
});
