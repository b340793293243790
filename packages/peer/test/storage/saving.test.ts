import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BodyProblem, KeptImage, ReceivedBody } from '../../src/core/host.ts';
import { BodyWriter } from '../../src/storage/body-writer.ts';
import { ImageFolder } from '../../src/storage/image-folder.ts';
import { MAX_SAVED_NAME_BYTES } from '../../src/storage/saving.ts';
import { noise, sha256 } from '../bodies.ts';
import { cutAt, cuts } from '../pieces.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function received(
  folder: string,
  bytes: Uint8Array,
  pieceBytes = 65_536,
): Promise<BodyWriter> {
  const writer = new BodyWriter(folder);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await writer.push(bytes.subarray(at, at + pieceBytes));
  }
  await writer.finish();
  return writer;
}

function keep(
  store: ImageFolder,
  body: ReceivedBody,
  name: string,
): Promise<KeptImage | BodyProblem> {
  return new Promise((resolve) => {
    store.keep(body, name, { onKept: resolve, onKeepFailed: resolve });
  });
}

async function save(folder: string, bytes: Uint8Array, name: string): Promise<unknown> {
  const store = await ImageFolder.open(folder);
  return keep(store, await received(folder, bytes), name);
}

describe('a received body', () => {
  test('has its size and digest whatever the pieces, in memory or in a file', async () => {
    const folder = await temporaryFolder();
    const bytes = noise(600_000, 7);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length }), cuts, async (length, places) => {
        const body = new BodyWriter(folder);
        const whole = bytes.subarray(0, length);
        const buffer = Buffer.alloc(length);
        for (const piece of cutAt(whole, places)) {
          // The buffer, a `Buffer` as from a socket, is used again as soon as the writer says so.
          buffer.set(piece);
          await body.push(buffer.subarray(0, piece.length));
          buffer.fill(0);
        }
        await body.finish();
        expect(body.sizeBytes).toBe(length);
        expect(body.sha256).toBe(sha256(whole));
        const path = await body.commit();
        expect(sha256(await readFile(path))).toBe(sha256(whole));
        await body.drop();
      }),
      { numRuns: 30 },
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('that is small touches the disk only when it is kept', async () => {
    const folder = await temporaryFolder();
    const body = await received(folder, noise(200_000));
    expect(await readdir(folder)).toEqual([]);
    await body.drop();
  });

  test('that is large and dropped leaves nothing', async () => {
    const folder = await temporaryFolder();
    const body = await received(folder, noise(700_000));
    expect(await readdir(folder)).toHaveLength(1);
    await body.drop();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('saving', () => {
  test.each([1_000, 700_000])('%d bytes makes one whole file and no other', async (length) => {
    const folder = await temporaryFolder();
    const bytes = noise(length);
    const kept = await save(folder, bytes, 'cat.png');
    expect(kept).toEqual({ savedAs: 'received_cat.png', wasThere: false });
    expect(await readdir(folder)).toEqual(['received_cat.png']);
    expect(sha256(await readFile(join(folder, 'received_cat.png')))).toBe(sha256(bytes));
  });

  test('never replaces what is there: a file, a folder or a link', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'received_a.tar.gz'), 'mine');
    await mkdir(join(folder, 'received_b'));
    const target = join(await temporaryFolder(), 'target');
    await symlink(target, join(folder, 'received_c.png'));
    expect(await save(folder, noise(9), 'a.tar.gz')).toMatchObject({
      savedAs: 'received_a.tar (2).gz',
    });
    expect(await save(folder, noise(9), 'b')).toMatchObject({ savedAs: 'received_b (2)' });
    expect(await save(folder, noise(9), 'c.png')).toMatchObject({ savedAs: 'received_c (2).png' });
    expect(await readFile(join(folder, 'received_a.tar.gz'), 'utf8')).toBe('mine');
    await expect(readFile(target)).rejects.toThrow('ENOENT');
  });

  test('the same bytes many times at once makes one file', async () => {
    const folder = await temporaryFolder();
    const bytes = noise(400_000);
    const store = await ImageFolder.open(folder);
    const bodies = await Promise.all(Array.from({ length: 8 }, () => received(folder, bytes)));
    const kept = await Promise.all(bodies.map((body) => keep(store, body, 'cat.png')));
    expect(new Set(kept.map((one) => (one as KeptImage).savedAs))).toEqual(
      new Set(['received_cat.png']),
    );
    expect(kept.filter((one) => !(one as KeptImage).wasThere)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['received_cat.png']);
  });

  test('other bytes many times at once makes one file each', async () => {
    const folder = await temporaryFolder();
    const store = await ImageFolder.open(folder);
    const all = Array.from({ length: 8 }, (_, i) => noise(1_000, i + 10));
    const bodies = await Promise.all(all.map((bytes) => received(folder, bytes)));
    await Promise.all(bodies.map((body) => keep(store, body, 'cat.png')));
    const files = await readdir(folder);
    const digests = await Promise.all(files.map((name) => readFile(join(folder, name))));
    expect(digests.map(sha256).sort()).toEqual(all.map(sha256).sort());
  });

  test('the longest name that may be saved fits, number and all', async () => {
    const folder = await temporaryFolder();
    const name = `${'x'.repeat(MAX_SAVED_NAME_BYTES - 4)}.png`;
    expect(await save(folder, noise(1), name)).toMatchObject({ wasThere: false });
    await writeFile(join(folder, `received_${name}`), 'other');
    expect(await save(folder, noise(2), name)).toMatchObject({ wasThere: false });
  });

  test('where writing is not allowed is an io problem', async (context) => {
    // Root may write anywhere but there.
    const folder = process.getuid?.() === 0 ? '/proc/self/task' : await readOnlyFolder();
    if (folder === null) return context.skip('no read-only folder here');
    for (const length of [1_000, 700_000]) {
      const body = await received(folder, noise(length));
      const problem = body.problem ?? (await keep(await ImageFolder.open(folder), body, 'cat.png'));
      expect(problem).toBe('io');
    }
  });

  test('on a full disk is no-space and leaves nothing', async (context) => {
    const folder = await temporaryFolder();
    const isMounted = mountTiny(folder);
    if (!isMounted) return context.skip('a tiny disk can be mounted by root alone');
    onTestFinished(() => void execFileSync('umount', [folder]));
    const store = await ImageFolder.open(folder);
    const large = await received(folder, noise(2_000_000));
    expect(large.problem).toBe('no-space');
    await large.drop();
    expect(await readdir(folder)).toEqual([]);
    await writeFile(join(folder, 'filler'), noise(900_000));
    const small = await received(folder, noise(250_000));
    expect(small.problem).toBeNull();
    expect(await keep(store, small, 'cat.png')).toBe('no-space');
    expect(await readdir(folder)).toEqual(['filler']);
  });
});

async function readOnlyFolder(): Promise<string> {
  const folder = join(await temporaryFolder(), 'read-only');
  await mkdir(folder, { mode: 0o555 });
  return folder;
}

function mountTiny(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a peer that is killed while it saves', () => {
  test('leaves whole files and hidden parts, never a part under a name', async () => {
    const folder = await temporaryFolder();
    // A fixed seed: the moments differ from run to run anyway, as processes do.
    let state = 12_345;
    const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
    let saved = 0;
    for (let round = 0; round < 24; round++) {
      const script = join(import.meta.dirname, 'save-in-a-loop.ts');
      const child = spawn(process.execPath, [script, folder, String(round)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const closed = once(child, 'close');
      // It says when it begins; each save takes a few milliseconds.
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, (random() % 40_000) / 1_000));
      child.kill('SIGKILL');
      await closed;
      for (const name of await readdir(folder)) {
        if (name.startsWith('.')) {
          expect(name).toMatch(/^\.p2p-\d+-[0-9a-f]{12}\.part$/);
          continue;
        }
        expect(name).toMatch(/^received_\d+-\d+\.png$/);
        const [length] = /\d+(?=-)/.exec(name)!;
        const bytes = await readFile(join(folder, name));
        expect(sha256(bytes), `round ${round}`).toBe(sha256(noise(Number(length), 99)));
      }
      saved = (await readdir(folder)).filter((name) => name.startsWith('received_')).length;
    }
    expect(saved).toBeGreaterThan(0);
  });
});
