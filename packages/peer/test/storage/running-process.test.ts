import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { isProcessRunning } from '../../src/storage/running-process.ts';

test('a process runs until it has ended', () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect([isProcessRunning(process.pid), isProcessRunning(pid)]).toEqual([true, false]);
});

test.skipIf(process.platform === 'win32')(
  'the first process of the system runs, whosever it is',
  () => {
    expect(isProcessRunning(1)).toBe(true);
  },
);
