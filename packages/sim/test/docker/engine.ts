import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');

/** Runs `docker` to its end; what it printed, without the last newline. Throws when it failed. */
export function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('docker', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout.trimEnd();
}

/** Containers and networks of the lab with this process number, as the engine numbers them. */
export function thingsOfLab(pid: number): string[] {
  const filter = ['--quiet', '--filter', `label=imagemesh.lab.pid=${pid}`];
  const texts = [docker('ps', '--all', ...filter), docker('network', 'ls', ...filter)];
  return texts.flatMap((text) => text.split('\n').filter((id) => id !== ''));
}

/** Builds the image of the peer as it is now, and hands it to the engine. Throws when that fails. */
export function buildImage(): void {
  const script = join(ROOT, 'scripts/image.ts');
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`scripts/image.ts: ${stderr}`);
}

/** Tests that need an engine: skipped, with one sentence, where there is none; not where REQUIRE_DOCKER is 1. */
export function describeWithEngine(name: string, body: () => void): void {
  const isThere =
    process.env['REQUIRE_DOCKER'] === '1' || spawnSync('docker', ['version']).status === 0;
  if (!isThere) console.warn(`Skipped, since no Docker engine answers here: ${name}.`);
  describe.skipIf(!isThere)(name, body);
}
