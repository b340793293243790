import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MOST_LOG_CHARACTERS, MOST_LOGS, PeerLogs } from '../../src/bundle/peer-logs.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const names = Array.from({ length: MOST_LOGS + 1 }, (_, index) => `peer-${index + 1}`);

test('the end of what a peer wrote is kept', () => {
  const [logs, folder] = [new PeerLogs(names), temporaryFolder()];
  logs.add(0, 'first words\n');
  for (let i = 0; i < 5; i++) logs.add(0, 'x'.repeat(MOST_LOG_CHARACTERS));
  logs.add(0, 'last words\n');
  logs.add(1, 'little\n');
  logs.write(folder);
  const long = readFileSync(join(folder, 'peer-1.log'), 'utf8');
  expect(long).toMatch(/^\[what it wrote before is left out\]\nx+last words\n$/);
  expect(long.split('\n')[1]!.length + 1 + 'last words\n'.length).toBeLessThan(
    MOST_LOG_CHARACTERS + 20,
  );
  expect(readFileSync(join(folder, 'peer-2.log'), 'utf8')).toBe('little\n');
});

test('so many peers are kept, and no more', () => {
  const [logs, folder] = [new PeerLogs(names), temporaryFolder()];
  for (const peer of names.keys()) logs.add(peer, 'x');
  logs.write(folder);
  expect(readdirSync(folder)).toHaveLength(MOST_LOGS);
});
