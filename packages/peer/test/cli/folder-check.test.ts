import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkFolder } from '../../src/cli/folder-check.ts';
import { noise } from '../bodies.ts';
import { IMAGES, temporaryFolder } from '../temporary-folder.ts';
import { pngOf } from './png.ts';

/** What is said of each file: `shared`, or why not. */
async function verdicts(folder: string): Promise<Record<string, string>> {
  const files = await checkFolder(folder);
  return Object.fromEntries(
    files.map(({ name, status, why }) => [name, why === null ? status : `${status}: ${why}`]),
  );
}

test('the pictures of the project are all shared', async () => {
  const said = await verdicts(IMAGES);
  expect(Object.keys(said)).toEqual((await readdir(IMAGES)).sort());
  expect(new Set(Object.values(said))).toEqual(new Set(['shared']));
});

test('every kind of thing that is no image is refused, and why', async () => {
  const folder = await temporaryFolder();
  const at = (name: string): string => join(folder, name);
  await writeFile(at('good.png'), pngOf(500));
  await symlink('/etc/passwd', at('link.png'));
  await symlink('nowhere', at('dangling.png'));
  await mkdir(at('folder.png'));
  await writeFile(at('empty.png'), '');
  await writeFile(at('.hidden.png'), pngOf(500));
  await writeFile(at('back\\slash.png'), pngOf(500));
  await writeFile(at('nul.png'), pngOf(500));
  await writeFile(at('line\nbreak.png'), pngOf(500));
  await writeFile(at('dot.'), pngOf(500));
  await writeFile(at('caf\u00e9.png'), pngOf(500));
  await writeFile(at('cafe\u0301.png'), pngOf(500));
  await writeFile(
    Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff]), Buffer.from('.png')]),
    pngOf(500),
  );
  const socket = createServer().listen(at('socket.png'));
  onTestFinished(() => void socket.close());
  spawnSync('mkfifo', [at('pipe.png')]);
  expect(await verdicts(folder)).toEqual({
    'good.png': 'shared',
    'link.png': 'refused: link',
    'dangling.png': 'refused: link',
    'folder.png': 'refused: folder',
    'empty.png': 'refused: empty',
    '.hidden.png': 'refused: hidden',
    'back\\slash.png': 'refused: separator',
    'nul.png': 'refused: device-name',
    'line\nbreak.png': 'refused: control-character',
    'dot.': 'refused: trailing-dot-or-space',
    'cafe\u0301.png': 'shared',
    'caf\u00e9.png': 'refused: same-name-as-another',
    'bad-\ufffd.png': 'refused: invalid-utf8',
    'socket.png': 'refused: socket',
    'pipe.png': 'refused: pipe',
  });
});

test('what others may not keep is shared, and doubtful', async () => {
  const folder = await temporaryFolder();
  const at = (name: string): string => join(folder, name);
  await writeFile(at('notes.txt'), 'these are words, not a picture');
  await writeFile(at('words.png'), 'these are words, not a picture');
  await writeFile(at('inside.jpg'), pngOf(500));
  await writeFile(at('cut.png'), pngOf(500).subarray(0, 400));
  await writeFile(at('noise.bin'), noise(100));
  await writeFile(at('huge.png'), pngOf(500));
  // Without its bytes being there: the file system makes zeros of them.
  await truncate(at('huge.png'), 257 * 1_024 * 1_024);
  expect(await verdicts(folder)).toEqual({
    'notes.txt': 'doubtful: not-a-picture',
    'words.png': 'doubtful: not-a-picture',
    'inside.jpg': 'doubtful: wrong-type',
    'cut.png': 'doubtful: cut-off',
    'noise.bin': 'doubtful: not-a-picture',
    'huge.png': 'doubtful: too-large',
  });
});

test.skipIf(process.getuid?.() === 0)('what may not be read is refused', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'secret.png'), pngOf(500));
  await chmod(join(folder, 'secret.png'), 0);
  expect(await verdicts(folder)).toEqual({ 'secret.png': 'refused: unreadable' });
});
