/** What is installed on an older Node says so, instead of a mistake in a syntax that it does not know. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './tracked-files.ts';

/** Makes the commands believe that Node is older than it is. */
const OLDER = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})`;

test.each(['p2p', 'sim'])('%s names the Node that it needs, and ends with 2', (name) => {
  const program = join(ROOT, 'packages', name === 'p2p' ? 'peer' : name, 'src/cli/main.ts');
  const options = { encoding: 'utf8' } as const;
  const ended = spawnSync(process.execPath, ['--import', OLDER, program, '--version'], options);
  expect(ended.stderr).toBe(`${name}: needs Node 24 or later; this is Node 20.1.0.\n`);
  expect(ended.status).toBe(2);
});
