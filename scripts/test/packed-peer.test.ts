/** The peer as somebody gets it who has not the project, run as `p2p` and used as a library. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Elsewhere } from './packing.ts';
import { ROOT } from './tracked-files.ts';

const elsewhere = new Elsewhere();
const installed = elsewhere.installed('peer');

beforeAll(() => {
  elsewhere.install('peer');
  cpSync(join(ROOT, 'packages/peer/examples/two-peers.ts'), join(elsewhere.folder, 'two-peers.ts'));
});

afterAll(() => elsewhere.remove());

describe('the packed peer', () => {
  test('has nothing that publint finds fault with', async () => {
    expect(await elsewhere.faults('peer')).toEqual([]);
  });

  test('has what is built, and no sources', () => {
    expect(readdirSync(installed).sort()).toEqual([
      ...['LICENSE', 'README.md', 'dist', 'node_modules', 'p2p.service', 'package.json'],
    ]);
    const files = readdirSync(join(installed, 'dist'), { recursive: true }).map(String);
    expect(files.filter((path) => /(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  test('leaves the manifest of the project as it was', () => {
    const path = 'packages/peer/package.json';
    expect(readFileSync(join(elsewhere.copy, path), 'utf8')).toBe(
      readFileSync(join(ROOT, path), 'utf8'),
    );
  });

  test('has the licence of the project', () => {
    expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toBe(
      readFileSync(join(ROOT, 'LICENSE'), 'utf8'),
    );
  });

  test('runs as p2p, and tells its version', () => {
    const p2p = join(elsewhere.folder, 'node_modules/.bin/p2p');
    expect(elsewhere.run(p2p, ['--version'])).toBe(`${elsewhere.manifest('peer').version}\n`);
    expect(elsewhere.run(p2p, ['check', join(ROOT, 'images')])).toContain(' shares ');
  });

  test.runIf(process.platform === 'linux')('serves with several threads', () => {
    const source = `
      import { createPeer } from '@imagemesh/peer';
      await using peer = await createPeer({ images: '.', port: 0, host: '127.0.0.1', threads: 2 });
      console.log(peer.status().known);`;
    writeFileSync(join(elsewhere.folder, 'threads.js'), source);
    expect(elsewhere.run(process.execPath, ['threads.js'])).toBe('0\n');
  });

  test('runs the example of docs/library.md', () => {
    mkdirSync(join(elsewhere.folder, 'mine'));
    const args = ['two-peers.ts', join(ROOT, 'images'), 'mine', 'aurora.avif'];
    expect(elsewhere.run(process.execPath, args)).toContain('saved received_aurora.avif from ');
  });

  test('has types that hold', () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const flags = ['--noEmit', '--strict', '--types', 'node', '--target', 'esnext'];
    elsewhere.run(process.execPath, [tsc, ...flags, '--module', 'nodenext', 'two-peers.ts']);
  });
});
