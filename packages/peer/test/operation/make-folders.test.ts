import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolders } from '../../src/operation/make-folders.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'make-folders-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('makeFolders', () => {
  test('makes those around it, too', () => {
    makeFolders(join(folder, 'a', 'b', 'c'));
    expect(existsSync(join(folder, 'a', 'b', 'c'))).toBe(true);
  });

  test('leaves one that is there', () => {
    writeFileSync(join(folder, 'file'), '');
    makeFolders(folder);
    expect(existsSync(join(folder, 'file'))).toBe(true);
  });

  test('below a file it says so', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeFolders(join(folder, 'file', 'a'))).toThrow(/ENOTDIR/);
  });

  test.runIf(process.platform === 'linux')('below /proc it ends, too', () => {
    expect(() => makeFolders('/proc/there-is-none/a')).toThrow(/ENOENT/);
  });
});
