import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PLAIN_PEER, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const hasPython = spawnSync('python3', ['--version']).status === 0;
const RUN_PLAIN = `python3 ${PLAIN_PEER} {port} --host 127.0.0.1 --peers 127.0.0.1:1`;

describe('our peer', () => {
  test('stands what is drawn in the virtual world, and inputs of new kinds are kept', async () => {
    const save = join(folder, 'corpus');
    const { code, stdout } = await sim(['fuzz', '--runs', '300', '--seed', '3', '--save', save]);
    expect(stdout).toMatch(/^PASS 300 inputs, .* kinds of behaviour in .* s, seed 3; \d+ kept$/m);
    expect(code).toBe(0);
    const kept = readdirSync(save).length;
    expect(kept).toBeGreaterThan(10);
    const again = await sim(['fuzz', '--replay', save]);
    expect(again.stdout).toBe(`PASS 0 of ${kept} inputs are findings\n`);
  });

  test('stands it as a process on real sockets', async () => {
    const { code, stdout } = await sim(['fuzz', '--process', '--runs', '12', '--seed', '3']);
    expect(stdout).toMatch(/^PASS 12 inputs/m);
    expect(code).toBe(0);
  });
});

describe.skipIf(!hasPython)('the reference plain peer', () => {
  test('answers as the oracle says', async () => {
    const args = ['fuzz', '--run', RUN_PLAIN, '--gentle', '--runs', '40', '--seed', '3'];
    const { code, stdout } = await sim(args);
    expect(stdout).toMatch(/^PASS 40 inputs/m);
    expect(code).toBe(0);
  });

  test('is found to answer a request without a name with an image that never ends', async () => {
    const input = join(folder, 'nameless.json');
    const call = { pieces: ['REQ: '], pauseMs: 0, ending: 'wait' };
    writeFileSync(input, JSON.stringify({ calls: [call], replies: [], fetch: null }));
    const { code, stdout } = await sim(['fuzz', '--run', RUN_PLAIN, '--replay', input]);
    expect(stdout).toContain('Call 1: the peer sends bytes of no image that was asked for.');
    expect(stdout).toContain('    0000  52 45 51 3a 20  ');
    expect(stdout).toContain(`Repeat: npm run sim -- fuzz --run "${RUN_PLAIN}" --replay ${input}`);
    expect(code).toBe(1);
  });
});

test('what runs at the address must be a peer', async () => {
  const server = createServer((socket) => socket.end('220 ready\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const { code, stderr } = await sim(['fuzz', `127.0.0.1:${port}`]);
  server.close();
  expect(stderr).toBe(
    `sim: No peer answers a greeting at 127.0.0.1:${port}; start one there and try again.\n`,
  );
  expect(code).toBe(3);
});

test.each([
  [['10.1.2.3:9001'], /10\.1\.2\.3:9001 is not on this machine; with --allow-remote/],
  [['nowhere'], /"nowhere" is no address such as 127\.0\.0\.1:9001\./],
  [['127.0.0.1:9', '--process'], /Give an address, --run or --process, not several\./],
  [['--run', './peer'], /--run wants \{port\} in the command/],
  [['--path', '1:2'], /--path wants the --seed/],
  [['--images', '.'], /--images goes with an address/],
  [['127.0.0.1:9', '--images', 'none'], /--images none: there is no such file\./],
  [['--time', '10'], /10 has no unit, write 10ms or 10s\./],
  [['--time', '0s'], /It must be longer than 0\./],
  [['--runs', '0'], /It must be a whole number from 1\./],
  [['--replay', 'none.json'], /none\.json cannot be read/],
])('fuzz %j is refused in a sentence', async (args, message) => {
  const { code, stderr } = await sim(['fuzz', ...args]);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(code).toBe(2);
});
