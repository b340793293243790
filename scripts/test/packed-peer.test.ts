/**
 * The peer as somebody gets it who has not the project: packed by `npm pack`, installed into another folder, run as `p2p`
 * and used as a library. It is packed in a copy, since packing changes the manifest for a moment. What it depends on
 * comes from this project's node_modules, so that no network is needed.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, trackedFiles } from './tracked-files.ts';

const base = mkdtempSync(join(tmpdir(), 'imagemesh-pack-'));
const copy = join(base, 'project');
const elsewhere = join(base, 'elsewhere');
const installed = join(elsewhere, 'node_modules/@imagemesh/peer');
const TARBALL = join(base, 'imagemesh-peer-0.1.0.tgz');

beforeAll(() => {
  copyPeer();
  run('npm', ['pack', '--silent', '--pack-destination', base], join(copy, 'packages/peer'));
  install();
});

afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 3 }));

/** What packing needs of the project. */
function copyPeer(): void {
  const wanted = /^(packages\/peer\/|scripts\/pack-peer\.ts$|tsconfig\.json$|package\.json$)/;
  for (const path of trackedFiles().filter((one) => wanted.test(one))) {
    cpSync(join(ROOT, path), join(copy, path));
  }
  for (const folder of ['node_modules', 'packages/peer/node_modules']) {
    symlinkSync(join(ROOT, folder), join(copy, folder));
  }
}

/** What `npm install` does with the tarball. */
function install(): void {
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', TARBALL, '--strip-components=1'], installed);
  const modules = join(elsewhere, 'node_modules');
  const { dependencies, bin } = manifestOf(installed);
  for (const name of Object.keys(dependencies)) {
    symlinkSync(join(ROOT, 'packages/peer/node_modules', name), join(modules, name));
  }
  symlinkSync(join(ROOT, 'node_modules/@types'), join(modules, '@types'));
  mkdirSync(join(modules, '.bin'));
  chmodSync(join(installed, bin.p2p), 0o755);
  symlinkSync(join(installed, bin.p2p), join(modules, '.bin/p2p'));
  writeFileSync(join(elsewhere, 'package.json'), '{ "type": "module" }\n');
  cpSync(join(ROOT, 'packages/peer/examples/two-peers.ts'), join(elsewhere, 'two-peers.ts'));
}

interface Manifest {
  readonly version: string;
  readonly bin: { readonly p2p: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Runs a program to its end; what it printed. */
function run(command: string, args: readonly string[], cwd: string = elsewhere): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  expect(status, `${command} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** Without what npm, the launcher and vitest have put into it. */
const env: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_|VITEST|NODE_(ENV|OPTIONS|PATH|COMPILE_CACHE)$)/.test(name),
    ),
  ),
  XDG_CACHE_HOME: join(base, 'cache'),
  XDG_STATE_HOME: join(base, 'state'),
  NO_COLOR: '1',
};

describe('the packed peer', () => {
  test('has nothing that publint finds fault with', async () => {
    const bytes = readFileSync(TARBALL);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((each) => formatMessage(each, pkg))).toEqual([]);
  });

  test('has what is built, and no sources', () => {
    expect(readdirSync(installed).sort()).toEqual([
      ...['LICENSE', 'README.md', 'dist', 'p2p.service', 'package.json'],
    ]);
    const files = readdirSync(installed, { recursive: true }).map(String);
    expect(files.filter((path) => /(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  test('leaves the manifest of the project as it was', () => {
    const path = 'packages/peer/package.json';
    expect(readFileSync(join(copy, path), 'utf8')).toBe(readFileSync(join(ROOT, path), 'utf8'));
  });

  test('has the licence of the project', () => {
    expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toBe(
      readFileSync(join(ROOT, 'LICENSE'), 'utf8'),
    );
  });

  test('runs as p2p, and tells its version', () => {
    const p2p = join(elsewhere, 'node_modules/.bin/p2p');
    expect(run(p2p, ['--version'])).toBe(`${manifestOf(installed).version}\n`);
    expect(run(p2p, ['check', join(ROOT, 'images')])).toContain(' shares ');
  });

  test.runIf(process.platform === 'linux')('serves with several threads', () => {
    const source = `
      import { createPeer } from '@imagemesh/peer';
      await using peer = await createPeer({ images: '.', port: 0, host: '127.0.0.1', threads: 2 });
      console.log(peer.status().known);`;
    writeFileSync(join(elsewhere, 'threads.js'), source);
    expect(run(process.execPath, ['threads.js'])).toBe('0\n');
  });

  test('runs the example of docs/library.md', () => {
    mkdirSync(join(elsewhere, 'mine'));
    const args = ['two-peers.ts', join(ROOT, 'images'), 'mine', 'aurora.avif'];
    expect(run(process.execPath, args)).toContain('saved received_aurora.avif from ');
  });

  test('has types that hold', () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const flags = ['--noEmit', '--strict', '--types', 'node', '--target', 'esnext'];
    run(process.execPath, [tsc, ...flags, '--module', 'nodenext', 'two-peers.ts']);
  });
});
