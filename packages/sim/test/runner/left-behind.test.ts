import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { LeftBehind } from '../../src/runner/left-behind.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const folderOf = (peer: number): string => join(folder, `peer-${peer}`);

beforeEach(() => {
  for (const peer of [0, 1]) {
    rmSync(folderOf(peer), { recursive: true, force: true });
    mkdirSync(join(folderOf(peer), 'images'), { recursive: true });
    writeFileSync(join(folderOf(peer), 'images', 'cat.png'), 'cat');
  }
});

/** Begins a transfer that nobody will end; returns where its file is. */
function leaveFile(peer: number, digit: string): string {
  const path = join(folderOf(peer), 'images', `.p2p-123-${digit.repeat(12)}.part`);
  writeFileSync(path, 'half');
  return path;
}

test('images are not left behind', async () => {
  expect(await new LeftBehind(folderOf).look([0, 1], 0)).toEqual([]);
});

test('temporary files are, and are counted', async () => {
  leaveFile(0, 'a');
  leaveFile(1, 'a');
  leaveFile(1, 'b');
  expect(await new LeftBehind(folderOf).look([0, 1], 0)).toEqual([
    { peer: 0, what: '1 temporary file' },
    { peer: 1, what: '2 temporary files' },
  ]);
});

test('those of a peer that was killed are excused, and no later ones', async () => {
  const leftBehind = new LeftBehind(folderOf);
  leaveFile(0, 'a');
  leftBehind.excuse(0);
  expect(await leftBehind.look([0], 0)).toEqual([]);
  leaveFile(0, 'b');
  expect(await leftBehind.look([0], 0)).toEqual([{ peer: 0, what: '1 temporary file' }]);
  expect(readdirSync(join(folderOf(0), 'images'))).toHaveLength(3);
});

test('a file that is removed a little later is none', async () => {
  const path = leaveFile(0, 'a');
  const looking = new LeftBehind(folderOf).look([0]);
  rmSync(path);
  expect(await looking).toEqual([]);
});

test('a peer that does not end is told, and a folder that is gone holds nothing', async () => {
  const leftBehind = new LeftBehind(folderOf);
  leftBehind.note(1, 'a process that did not end');
  expect(await leftBehind.look([7], 0)).toEqual([{ peer: 1, what: 'a process that did not end' }]);
});
