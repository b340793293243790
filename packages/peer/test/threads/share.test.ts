import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/core/options.ts';
import { DEFAULT_FOLDER_OPTIONS } from '../../src/storage/image-folder.ts';
import { buffersOfThread, folderOfThread, limitsOfThread } from '../../src/threads/share.ts';

test.each([1, 2, 3, 7, 64])('%i threads together have no more than the bounds', (threads) => {
  const { connections, connectionsPerIp, repliesPerIp } = limitsOfThread(DEFAULT_LIMITS, threads);
  expect(connections * threads).toBeLessThanOrEqual(DEFAULT_LIMITS.connections);
  expect(connectionsPerIp * threads).toBeLessThanOrEqual(DEFAULT_LIMITS.connectionsPerIp);
  expect(repliesPerIp * threads).toBeLessThanOrEqual(DEFAULT_LIMITS.repliesPerIp);
  const { cacheBytes, loadedBytes } = folderOfThread(threads);
  expect(cacheBytes * threads).toBeLessThanOrEqual(DEFAULT_FOLDER_OPTIONS.cacheBytes);
  expect(loadedBytes * threads).toBeLessThanOrEqual(DEFAULT_FOLDER_OPTIONS.loadedBytes);
  expect(buffersOfThread(threads)).toBeGreaterThan(0);
});

test('one thread has all of them', () => {
  expect(limitsOfThread(DEFAULT_LIMITS, 1)).toEqual(DEFAULT_LIMITS);
  expect(folderOfThread(1)).toEqual(DEFAULT_FOLDER_OPTIONS);
});

test('no thread is left with nothing', () => {
  const few = { ...DEFAULT_LIMITS, connectionsPerIp: 1, repliesPerIp: 1 };
  expect(limitsOfThread(few, 4)).toMatchObject({ connectionsPerIp: 1, repliesPerIp: 1 });
});
