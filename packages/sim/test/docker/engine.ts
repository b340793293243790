import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { PEER_IMAGE } from '../../src/docker/peer-image.ts';
import { SOURCES_LABEL } from '../../src/docker/peer-sources.ts';

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

/** Builds an image of a peer that is not ours, upon the one of ours, and gives its name. Throws when that fails. */
export function buildAnotherPeer(): string {
  const folder = mkdtempSync(join(tmpdir(), 'imagemesh-another-'));
  const name = `imagemesh-test/another:${process.pid}`;
  try {
    copyFileSync(join(import.meta.dirname, 'another-peer.mjs'), join(folder, 'peer.mjs'));
    const lines = [
      `FROM ${PEER_IMAGE}`,
      'COPY peer.mjs /app/',
      'ENTRYPOINT ["/bin/node", "/app/peer.mjs"]',
      // The lab looks for its own image by that.
      `LABEL ${SOURCES_LABEL}=none`,
    ];
    writeFileSync(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
    docker('build', '--quiet', '--tag', name, folder);
    return name;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Tests that need an engine: skipped, with one sentence, where there is none; not where REQUIRE_DOCKER is 1. */
export function describeWithEngine(name: string, body: () => void): void {
  const isThere =
    process.env['REQUIRE_DOCKER'] === '1' || spawnSync('docker', ['version']).status === 0;
  if (!isThere) console.warn(`Skipped, since no Docker engine answers here: ${name}.`);
  describe.skipIf(!isThere)(name, body);
}
