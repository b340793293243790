import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connectEngine } from '../../src/docker/engine.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const before = process.env['DOCKER_HOST'];

afterEach(() => {
  if (before === undefined) delete process.env['DOCKER_HOST'];
  else process.env['DOCKER_HOST'] = before;
});

test.each(['unix', 'tcp'])(
  'an engine that is named and does not answer (%s) is refused by its name',
  async (kind) => {
    const named =
      kind === 'unix' ? `unix://${join(temporaryFolder(), 'none.sock')}` : 'tcp://127.0.0.1:1';
    process.env['DOCKER_HOST'] = named;
    await expect(connectEngine()).rejects.toThrow(
      `No Docker engine answers at ${named}, which DOCKER_HOST names; `,
    );
  },
);
