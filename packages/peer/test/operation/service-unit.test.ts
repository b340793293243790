import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../src/cli/configuration/settings.ts';
import { ROOT } from '../temporary-folder.ts';

const UNIT = join(ROOT, 'packages/peer/p2p.service');

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

/** All values of a key. */
async function valuesOf(key: string): Promise<string[]> {
  const lines = (await readFile(UNIT, 'utf8')).split('\n');
  return lines.filter((line) => line.startsWith(`${key}=`)).map((l) => l.slice(key.length + 1));
}

describe('the unit for systemd', () => {
  test.runIf(hasSystemd)('is one, says systemd-analyze verify', () => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', UNIT], {
      encoding: 'utf8',
    });
    // It also says what it finds in other units of the machine.
    const mine = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('p2p.service'));
    expect({ status, mine }).toEqual({ status: 0, mine: [] });
  });

  test('grants a longer time to stop than running replies have', async () => {
    const [stop] = await valuesOf('TimeoutStopSec');
    expect(Number.parseInt(stop!, 10)).toBeGreaterThan(SETTINGS.farewell.fallback / 1_000_000 + 5);
  });

  test('starts a peer with flags that there are', async () => {
    const [start] = await valuesOf('ExecStart');
    const known = Object.values(SETTINGS).map(({ flag }) => flag?.split(' ', 1)[0]);
    const flags = start!.match(/--[a-z-]+/g) ?? [];
    expect(flags).toContain('--log-file');
    expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
  });

  test('lets it write into the folder that it shares', async () => {
    const [start] = await valuesOf('ExecStart');
    const [writable] = await valuesOf('ReadWritePaths');
    expect(start).toContain(`--images ${writable}`);
  });
});
