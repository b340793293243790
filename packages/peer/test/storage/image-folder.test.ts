import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MissReason } from '../../src/core/host.ts';
import { DEFAULT_FOLDER_OPTIONS, ImageFolder } from '../../src/storage/image-folder.ts';
import type { FileImage } from '../../src/storage/file-image.ts';
import { noise, sha256 } from '../bodies.ts';
import { utf8 } from '../pieces.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Believes nothing that it has seen before. */
function openFolder(folder: string, cachedImageBytes = 512 * 1_024): Promise<ImageFolder> {
  return ImageFolder.open(folder, { ...DEFAULT_FOLDER_OPTIONS, cachedImageBytes, believeMs: 0 });
}

function open(
  store: ImageFolder,
  name: string,
  isComplete = true,
): Promise<FileImage | MissReason> {
  return new Promise((resolve) => {
    store.open(name, isComplete, {
      onImage: (image) => resolve(image as FileImage),
      onNoImage: resolve,
    });
  });
}

/** The text of the image, or why there is none. */
async function read(store: ImageFolder, name: string): Promise<string> {
  const image = await open(store, name);
  if (typeof image === 'string') return image;
  const bytes = await bytesOf(image);
  image.release();
  return Buffer.from(bytes).toString();
}

async function bytesOf(image: FileImage): Promise<Uint8Array> {
  if (image.bytes !== null) return image.bytes;
  const buffer = new Uint8Array(image.sizeBytes);
  const count = await new Promise<number>((resolve) => image.read(buffer, 0, resolve));
  expect(count).toBe(image.sizeBytes);
  return buffer;
}

describe.each([
  ['kept in memory', 512 * 1_024],
  ['read from the disk', 0],
])('an image %s', (_where, cachedImageBytes) => {
  test('that is added, changed or removed is noticed', async () => {
    const folder = await temporaryFolder();
    const store = await openFolder(folder, cachedImageBytes);
    expect(await read(store, 'cat.png')).toBe('not-found');
    await writeFile(join(folder, 'cat.png'), 'first');
    expect(await read(store, 'cat.png')).toBe('first');
    await writeFile(join(folder, 'cat.png'), 'other');
    expect(await read(store, 'cat.png')).toBe('other');
    await writeFile(join(folder, 'new'), 'replaced');
    await rename(join(folder, 'new'), join(folder, 'cat.png'));
    expect(await read(store, 'cat.png')).toBe('replaced');
    await rm(join(folder, 'cat.png'));
    expect(await read(store, 'cat.png')).toBe('not-found');
  });

  test('that changes again and again within one tick of the clock is never an old one', async () => {
    const folder = await temporaryFolder();
    const store = await openFolder(folder, cachedImageBytes);
    for (let i = 0; i < 50; i++) {
      await writeFile(join(folder, 'cat.png'), `version ${i}`);
      await writeFile(join(folder, `${i}.png`), `new ${i}`);
      expect(await read(store, 'cat.png')).toBe(`version ${i}`);
      expect(await read(store, `${i}.png`)).toBe(`new ${i}`);
    }
  });

  test('that has become a link since the folder was read is not served', async () => {
    const folder = await temporaryFolder();
    const secret = join(await temporaryFolder(), 'secret');
    await writeFile(secret, 'secret');
    await writeFile(join(folder, 'cat.png'), 'the cat');
    // Believes the folder for an hour, so that the index still has the file.
    const options = { ...DEFAULT_FOLDER_OPTIONS, cachedImageBytes, believeMs: 3_600_000 };
    const store = await ImageFolder.open(folder, options);
    await store.index();
    await rm(join(folder, 'cat.png'));
    await symlink(secret, join(folder, 'cat.png'));
    expect(await read(store, 'cat.png')).toBe('not-found');
  });

  test('that was read before it became a link is not served from then on', async () => {
    const folder = await temporaryFolder();
    const secret = join(await temporaryFolder(), 'secret');
    await writeFile(secret, 'the cat');
    await writeFile(join(folder, 'cat.png'), 'the cat');
    const store = await openFolder(folder, cachedImageBytes);
    expect(await read(store, 'cat.png')).toBe('the cat');
    await rm(join(folder, 'cat.png'));
    await symlink(secret, join(folder, 'cat.png'));
    expect(await read(store, 'cat.png')).toBe('not-found');
  });
});

describe('the folder', () => {
  test('serves regular files alone', async () => {
    const folder = await temporaryFolder();
    const outside = join(await temporaryFolder(), 'outside.png');
    await writeFile(outside, 'secret');
    await writeFile(join(folder, 'cat.png'), 'the cat');
    await symlink(outside, join(folder, 'link.png'));
    await symlink(join(folder, 'cat.png'), join(folder, 'inner-link.png'));
    await symlink('/nowhere', join(folder, 'broken.png'));
    await mkdir(join(folder, 'folder.png'));
    await writeFile(join(folder, 'folder.png', 'in.png'), 'x');
    await writeFile(join(folder, 'empty.png'), '');
    execFileSync('mkfifo', [join(folder, 'pipe.png')]);
    const store = await openFolder(folder);
    expect((await store.index()).names()).toEqual(['cat.png', 'empty.png']);
    for (const name of ['link.png', 'inner-link.png', 'broken.png', 'folder.png', 'pipe.png']) {
      expect(await read(store, name), name).toBe('not-found');
    }
    for (const name of ['folder.png/in.png', '../cat.png', outside, '.', '..', '']) {
      expect(await read(store, name), name).toBe('not-found');
    }
    expect(await read(store, 'empty.png')).toBe('not-found');
    expect(await read(store, 'cat.png')).toBe('the cat');
  });

  test('says which files it does not serve, and why', async () => {
    const folder = await temporaryFolder();
    const names = ['.hidden', 'con.png', 'a:b', 'a\\b', 'end.', 'line\nbreak', 'é', 'e\u0301'];
    for (const name of names) await writeFile(join(folder, name), 'x');
    await mkdir(join(folder, 'folder'));
    const index = await (await openFolder(folder)).index();
    expect(Object.fromEntries(index.refused.map(({ name, why }) => [name, why]))).toEqual({
      '.hidden': 'hidden',
      'con.png': 'device-name',
      'a:b': 'separator',
      'a\\b': 'separator',
      'end.': 'trailing-dot-or-space',
      'line\nbreak': 'control-character',
      folder: 'not-a-regular-file',
      é: 'same-name-as-another',
    });
  });

  test('does not serve a name that is no UTF-8', async () => {
    const folder = await temporaryFolder();
    await writeFile(Buffer.concat([utf8(`${folder}/`), Buffer.from([0xff, 0x61])]), 'x');
    const store = await openFolder(folder);
    expect(await read(store, '\ufffda')).not.toBe('x');
  });

  test('finds a name in either spelling of its accents', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'caf\u00e9.png'), 'composed');
    await writeFile(join(folder, 'nin\u0303o.png'), 'decomposed');
    const store = await openFolder(folder);
    for (const name of ['caf\u00e9.png', 'cafe\u0301.png']) {
      expect(await read(store, name)).toBe('composed');
    }
    for (const name of ['ni\u00f1o.png', 'nin\u0303o.png']) {
      expect(await read(store, name)).toBe('decomposed');
    }
    // `cafe` may still become `café`, since an accent can follow its letter.
    expect(await open(store, 'cafe', false)).toBe('ambiguous');
  });

  test('answers many askers of one image alike', async () => {
    const folder = await temporaryFolder();
    const bytes = noise(300_000);
    await writeFile(join(folder, 'cat.png'), bytes);
    const store = await openFolder(folder);
    const images = await Promise.all(Array.from({ length: 50 }, () => open(store, 'cat.png')));
    for (const image of images) {
      expect(sha256(await bytesOf(image as FileImage))).toBe(sha256(bytes));
    }
  });

  test('that is gone is unreadable, and back when it is back', async () => {
    const folder = join(await temporaryFolder(), 'images');
    await mkdir(folder);
    await writeFile(join(folder, 'cat.png'), 'the cat');
    const store = await openFolder(folder);
    expect(await read(store, 'cat.png')).toBe('the cat');
    await rename(folder, `${folder}-away`);
    expect(await read(store, 'cat.png')).toBe('unreadable');
    await rename(`${folder}-away`, folder);
    expect(await read(store, 'cat.png')).toBe('the cat');
  });

  test('is cleaned of what a killed peer has left, but not of what may still be in use', async () => {
    const folder = await temporaryFolder();
    // No process has a number as high as that.
    const left = '.p2p-99999999-0123456789ab.part';
    const fresh = '.p2p-99999998-0123456789ab.part';
    const mine = `.p2p-${process.pid}-0123456789ab.part`;
    const other = '.p2p-99999999-0123456789ab.part.png';
    const anHourAgo = Date.now() / 1_000 - 3_600;
    for (const name of [left, fresh, mine, other]) {
      await writeFile(join(folder, name), 'x');
      if (name !== fresh) await utimes(join(folder, name), anHourAgo, anHourAgo);
    }
    const store = await openFolder(folder);
    expect(await store.tidy()).toBe(1);
    const names = (await store.index()).refused.map(({ name }) => name);
    expect(names).toEqual([fresh, mine, other].sort());
  });
});
