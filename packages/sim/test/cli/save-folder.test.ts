import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderFor } from '../../src/cli/save-folder.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = temporaryFolder();

test('a folder that nothing was put into is gone again, with those that were made for it', () => {
  mkdirSync(join(root, 'there'));
  {
    using _ = folderFor(join(root, 'there/new/found'));
    expect(existsSync(join(root, 'there/new/found'))).toBe(true);
  }
  expect(existsSync(join(root, 'there/new'))).toBe(false);
  expect(existsSync(join(root, 'there'))).toBe(true);
});

test('one that was there before, or has something in it, stays', () => {
  mkdirSync(join(root, 'before'));
  {
    using before = folderFor(join(root, 'before'));
    using full = folderFor(join(root, 'full'));
    expect([before, full]).toHaveLength(2);
    writeFileSync(join(root, 'full/a.yaml'), '');
  }
  expect([existsSync(join(root, 'before')), existsSync(join(root, 'full'))]).toEqual([true, true]);
});

test('what is no folder is refused at once', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => folderFor(join(root, 'file'))).toThrow(UsageError);
  expect(() => folderFor(join(root, 'file'))).toThrow(/file: that is no folder\.$/);
  expect(() => folderFor(join(root, 'file/below'))).toThrow(UsageError);
});
