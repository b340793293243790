import { createRequire } from 'node:module';
import { arch, cpus, platform, release } from 'node:os';
import type { Result } from '../result/result.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** Version of the lab. */
export const VERSION: string = version;

/** What this run runs on. */
export const environment: Result['environment'] = {
  imagemesh: version,
  node: process.version,
  system: `${platform()} ${release()} ${arch()}`,
  startedAt: new Date(performance.timeOrigin).toISOString(),
  processor: `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`,
};
