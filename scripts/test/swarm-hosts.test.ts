/** Three hosts on this machine: what they are for is that peers on different ones meet, until one is cut off. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePeerImage } from '../image/peer-image.ts';
import { docker, hasEngine, type Told } from './engine.ts';
import { ROOT } from './tracked-files.ts';

const SCRIPT = join(ROOT, 'scripts/swarm-hosts.sh');
const ANSWERS = /^10\.\d+\.\d+\.\d+:9000 answers/;

const folder = mkdtempSync(join(tmpdir(), 'imagemesh-hosts-'));
const place = join(folder, 'hosts');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('swarm-hosts.sh', () => {
  test('says what it does when it is told nothing that it knows', () => {
    expect(hosts('help')).toMatchObject({ status: 2, stderr: /swarm-hosts\.sh up \[N\]/ });
  });

  test.each(['0', '100', 'x', '1; ls'])('refuses to start %s hosts', (count) => {
    const told = hosts('up', count);
    expect(told.status).toBe(2);
    expect(told.stderr).toBe(`swarm-hosts: the number of hosts is 1 to 99, not '${count}'.\n`);
    expect(existsSync(place)).toBe(false);
  });

  test('removes no folder that it has not made', () => {
    const file = join(folder, 'precious');
    writeFileSync(file, '');
    expect(run(folder, 'down').status).toBe(0);
    expect(existsSync(file)).toBe(true);
  });
});

describe.runIf(canMakeHosts())('three hosts', () => {
  let sockets: readonly string[];
  let image: string;

  beforeAll(async () => {
    const { id, archive } = await makePeerImage();
    image = id;
    const file = join(folder, 'image.tar');
    writeFileSync(file, archive);
    const up = hosts('up', '3');
    expect(up).toMatchObject({ status: 0, stderr: '' });
    sockets = up.stdout.trim().split('\n');
    expect(hosts('load', file)).toMatchObject({ status: 0 });
    on(1, 'network', 'create', '--driver', 'overlay', '--attachable', 'mesh');
  }, 240_000);

  afterAll(() => {
    const down = hosts('down');
    expect(down).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(place)).toBe(false);
    const left = spawnSync('ip', ['link', 'show', 'swarm-hosts'], { encoding: 'utf8' });
    expect(left.stderr).toContain('does not exist');
  }, 120_000);

  test('are one swarm', () => {
    expect(sockets).toHaveLength(3);
    const names = on(1, 'node', 'ls', '--format', '{{.Hostname}} {{.Status}}').split('\n');
    expect(names.sort()).toEqual(['host-1 Ready', 'host-2 Ready', 'host-3 Ready']);
  });

  test('are not started twice', () => {
    expect(hosts('up')).toMatchObject({ status: 3, stderr: /are up already/ });
  });

  test('let peers on different hosts meet, but for one that is cut off until it is joined again', () => {
    on(1, 'run', '--detach', '--name', 'peer-1', '--network', 'mesh', image);
    const caller = ['--detach', '--name', 'peer-3', '--network', 'mesh', image];
    on(3, 'run', ...caller);
    const format = '{{.NetworkSettings.Networks.mesh.IPAddress}}';
    const address = `${on(1, 'inspect', '--format', format, 'peer-1')}:9000`;
    expect(ping(address).stdout).toMatch(ANSWERS);
    expect(hosts('cut', '3').status).toBe(0);
    expect(ping(address).status).not.toBe(0);
    expect(hosts('heal', '3').status).toBe(0);
    // The first packets after it may still be on their way to nowhere.
    const answers = (): boolean => ping(address).stdout !== '';
    for (let tries = 0; tries < 15 && !answers(); tries++);
    expect(ping(address).stdout).toMatch(ANSWERS);
  }, 120_000);

  test('are told of no image that is not there', () => {
    expect(hosts('load', join(folder, 'none.tar'))).toMatchObject({ status: 2, stderr: /no file/ });
  });

  test('are not cut off where there is none', () => {
    expect(hosts('cut', '4')).toMatchObject({
      status: 2,
      stderr: "swarm-hosts: there is no host '4'; there are: 1 2 3.\n",
    });
  });

  /** A greeting from host 3. */
  function ping(address: string): Told {
    return docker(
      '--host',
      sockets[2]!,
      'exec',
      'peer-3',
      '/bin/node',
      '/app/p2p.mjs',
      'ping',
      address,
    );
  }

  /** What docker says on a host; it must not fail. */
  function on(host: number, ...args: string[]): string {
    const told = docker('--host', sockets[host - 1]!, ...args);
    expect(told).toMatchObject({ status: 0 });
    return told.stdout.trim();
  }
});

function hosts(...args: string[]): Told {
  return run(place, ...args);
}

function run(dir: string, ...args: string[]): Told {
  const env = { ...process.env, SWARM_HOSTS_DIR: dir };
  return spawnSync(SCRIPT, args, { encoding: 'utf8', env });
}

/** Whether this machine lets us. Hosts are network namespaces: of Linux, and of root. */
function canMakeHosts(): boolean {
  if (!hasEngine()) return false;
  const may = process.getuid?.() === 0 && spawnSync('ip', ['netns', 'list']).status === 0;
  if (!may && process.env['REQUIRE_DOCKER'] === '1') {
    throw new Error('REQUIRE_DOCKER, but tests with several hosts need root and ip (iproute2).');
  }
  if (!may) console.warn('Skipped: tests with several hosts need root and ip (iproute2).');
  return may;
}
