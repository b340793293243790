import { spawnSync } from 'node:child_process';

/** What a command of docker printed and how it ended. */
export interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of docker to its end. */
export function docker(...args: string[]): Told {
  const { status, stdout, stderr } = spawnSync('docker', args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return { status, stdout: stdout ?? '', stderr: stderr ?? '' };
}

/** Whether an engine answers. Throws where REQUIRE_DOCKER says that one must. */
export function hasEngine(): boolean {
  if (docker('version').status === 0) return true;
  if (process.env['REQUIRE_DOCKER'] === '1') {
    throw new Error('REQUIRE_DOCKER, but no engine of docker answers.');
  }
  console.warn(
    'Skipped: tests with containers need an engine of docker (REQUIRE_DOCKER=1 makes it a failure).',
  );
  return false;
}
