import { createRequire } from 'node:module';
import { arch, platform, release } from 'node:os';
import type { Result } from '../result/result.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** Version of the lab. */
export const VERSION: string = version;

/** What this run runs on. */
export const environment: Result['environment'] = {
  imagemesh: version,
  node: process.version,
  system: `${platform()} ${release()} ${arch()}`,
};
