import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { hashesIn, imagesArchive, savedFileIn } from '../../src/docker/container-files.ts';
import { MOST_BYTES } from '../../src/runner/foreign-peer.ts';
import { NO_FILE } from '../../src/runner/prompt-dialog.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();

test.each([
  [10_001, { uid: 10_001, mode: 0o755 }, { uid: 10_001, mode: 0o644 }],
  [null, { uid: 0, mode: 0o777 }, { uid: 0, mode: 0o666 }],
])('images belong to user %s', async (user, ofFolder, ofFile) => {
  const images = join(folder, String(user));
  mkdirSync(images);
  writeFileSync(join(images, 'cat.png'), 'meow');
  const seen = new Map<string, object>();
  for await (const entry of imagesArchive(images, user).pipe(extract())) {
    const { name, uid, mode } = entry.header;
    seen.set(name.replace(/\/$/, ''), { uid, mode });
    entry.resume();
  }
  expect(seen.get('lab/images')).toEqual(ofFolder);
  expect(seen.get('lab/images/cat.png')).toEqual(ofFile);
});

test('a saved file is read out of an archive, whatever its size', async () => {
  for (const content of [Buffer.alloc(0), Buffer.alloc(300_000, 'x')]) {
    const tar = pack();
    tar.entry({ name: 'received_cat.png' }, content);
    tar.finalize();
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await savedFileIn(Readable.from(tar))).toEqual({ sizeBytes: content.length, sha256 });
  }
});

test('all files of an archive are hashed, and nothing else of it', async () => {
  const tar = pack();
  tar.entry({ name: 'images/', type: 'directory' });
  tar.entry({ name: 'images/empty.png' }, '');
  tar.entry({ name: 'images/link.png', type: 'symlink', linkname: 'cat.png' });
  tar.entry({ name: 'images/cat.png' }, 'meow');
  tar.finalize();
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  expect([...(await hashesIn(Readable.from(tar)))]).toEqual([
    ['empty.png', sha256('')],
    ['cat.png', sha256('meow')],
  ]);
});

test('what is no file, or larger than any image, is none', async () => {
  const link = pack();
  link.entry({ name: 'received_cat.png', type: 'symlink', linkname: '/etc/passwd' });
  link.finalize();
  expect(await savedFileIn(Readable.from(link))).toEqual(NO_FILE);
  const huge = pack();
  huge.entry({ name: 'received_cat.png', size: MOST_BYTES + 1 });
  expect(await savedFileIn(Readable.from(huge))).toEqual(NO_FILE);
  const empty = pack();
  empty.finalize();
  expect(await savedFileIn(Readable.from(empty))).toEqual(NO_FILE);
});
