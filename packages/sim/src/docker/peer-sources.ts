import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The label of an image that says of which sources its peer is made. */
export const SOURCES_LABEL = 'imagemesh.peer.sources';

/**
 * What the peer of this project is made of, as a SHA-256 in hexadecimal over its sources and its manifest; null for a
 * peer that was installed from a registry, which has no sources.
 */
export function peerSources(): string | null {
  const program = fileURLToPath(import.meta.resolve('@imagemesh/peer/p2p'));
  if (!program.endsWith('.ts')) return null;
  return digestOf(join(program, '../../..'));
}

/** Of a package: names and contents of `package.json` and of all that is in `src`. */
export function digestOf(folder: string): string {
  const names = readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const hash = createHash('sha256');
  for (const name of ['package.json', ...names.toSorted()]) {
    const content = readFileSync(join(folder, name));
    hash.update(JSON.stringify([name.replaceAll(sep, '/'), content.length])).update(content);
  }
  return hash.digest('hex');
}
