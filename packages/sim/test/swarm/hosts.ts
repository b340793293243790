import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');

/** Three hosts on this machine, joined into a swarm, with the image of the peer as it is now. */
export class Hosts {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'imagemesh-test-hosts-'));
  #sockets: readonly string[] = [];

  /** Starts them. Throws when that fails. */
  up(): void {
    const image = join(this.#folder, 'image.tar');
    run(process.execPath, [join(ROOT, 'scripts/image.ts'), '--out', image]);
    this.#sockets = this.tell('up', '3').trim().split('\n');
    this.tell('load', image);
  }

  /** What `DOCKER_HOST` is to be for the manager. */
  get manager(): string {
    return this.#sockets[0]!;
  }

  /** Tells scripts/swarm-hosts.sh something; what it printed. Throws when it failed. */
  tell(...args: string[]): string {
    const env = { ...process.env, SWARM_HOSTS_DIR: join(this.#folder, 'hosts') };
    return run(join(ROOT, 'scripts/swarm-hosts.sh'), args, env);
  }

  /** Services of runs, and networks and containers on every host that are not the swarm's own. */
  thingsLeft(): string[] {
    const left = this.#sockets.flatMap((socket) => [
      ...lines('--host', socket, 'ps', '--all', '--format', '{{.Names}}'),
      ...lines('--host', socket, 'network', 'ls', '--format', '{{.Name}}'),
    ]);
    left.push(...this.services());
    return left.filter((name) => name.includes('imagemesh'));
  }

  /** Names of the services of the swarm. */
  services(): string[] {
    return lines('--host', this.manager, 'service', 'ls', '--format', '{{.Name}}');
  }

  /** Ends them. */
  down(): void {
    this.tell('down');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Tests that need hosts: skipped, with one sentence, where they cannot be made; not where REQUIRE_DOCKER is 1. */
export function describeWithHosts(name: string, body: () => void): void {
  const may =
    process.getuid?.() === 0 &&
    spawnSync('ip', ['netns', 'list']).status === 0 &&
    spawnSync('docker', ['version']).status === 0;
  const isThere = may || process.env['REQUIRE_DOCKER'] === '1';
  if (!isThere) {
    console.warn(`Skipped, since it needs root, iproute2 and a Docker engine: ${name}.`);
  }
  describe.skipIf(!isThere)(name, body);
}

function lines(...args: string[]): string[] {
  return run('docker', args)
    .split('\n')
    .filter((line) => line !== '');
}

function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}
