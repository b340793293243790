import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jsonPieces, writeJson } from '../../src/report/json.ts';
import { resultSchema } from '../../src/report/result-schema.ts';
import { arbitraryResult } from './arbitrary-result.ts';
import { FAILING, PASSING, VIRTUAL } from './results.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagemesh-json-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([PASSING, FAILING, VIRTUAL])(
  'a result comes back as it was ($verdict)',
  async (result) => {
    const file = join(folder, 'result.json');
    await writeJson(result, file);
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^\{\n {2}"version": 1,\n/);
    expect(text.endsWith('}\n')).toBe(true);
    expect(resultSchema.parse(JSON.parse(text))).toEqual(result);
  },
);

test('the pieces of a result are together what JSON.stringify makes of it', () => {
  fc.assert(
    fc.property(arbitraryResult, (result) => {
      const expected = `${JSON.stringify(result, null, 2)}\n`;
      expect([...jsonPieces(result)].join('')).toBe(expected);
    }),
  );
});

test('a result with many peers comes in several pieces, each much shorter than all', () => {
  const perPeer = Array.from({ length: 10_000 }, () => PASSING.perPeer[0]!);
  const pieces = [...jsonPieces({ ...PASSING, perPeer })];
  expect(pieces.length).toBeGreaterThan(5);
  for (const piece of pieces) expect(piece.length).toBeLessThan(1_000_000);
  expect(JSON.parse(pieces.join(''))).toEqual({ ...PASSING, perPeer });
});

test('an older result is replaced and nothing else is left in the folder', async () => {
  const file = join(folder, 'result.json');
  await writeFile(file, 'x'.repeat(1_000_000));
  await writeJson(PASSING, file);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(PASSING);
  expect(await readdir(folder)).toEqual(['result.json']);
});

test('a link stays a link', async () => {
  await writeFile(join(folder, 'real.json'), '');
  await symlink('real.json', join(folder, 'link.json'));
  await writeJson(PASSING, join(folder, 'link.json'));
  expect(await readlink(join(folder, 'link.json'))).toBe('real.json');
  expect(JSON.parse(await readFile(join(folder, 'real.json'), 'utf8'))).toEqual(PASSING);
});

test('a missing folder is named', async () => {
  const file = join(folder, 'none', 'result.json');
  await expect(writeJson(PASSING, file)).rejects.toThrow(
    `cannot write the result to ${file}: there is no folder ${join(folder, 'none')}`,
  );
});

test('a folder in the place of the file is named as such', async () => {
  await mkdir(join(folder, 'result.json'));
  await expect(writeJson(PASSING, join(folder, 'result.json'))).rejects.toThrow(
    /: it is a folder$/,
  );
});

test('a file in the place of the folder is named as such', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(writeJson(PASSING, join(folder, 'file', 'result.json'))).rejects.toThrow(
    /: .* is not a folder$/,
  );
});

test.runIf(existsSync('/dev/full'))(
  'a full disk is said, and a device is never replaced',
  async () => {
    await expect(writeJson(PASSING, '/dev/full')).rejects.toThrow(/: the disk is full$/);
  },
);
