/** The lab as somebody gets it who has not the project: `sim`, its page, its threads, and its tests for vitest. */
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Elsewhere } from './packing.ts';
import { ROOT } from './tracked-files.ts';

const elsewhere = new Elsewhere();
const SIM = join(elsewhere.folder, 'node_modules/.bin/sim');

beforeAll(() => {
  elsewhere.install('peer', 'sim');
  for (const file of ['mesh.test.ts', 'mesh.yaml']) {
    cpSync(join(ROOT, 'packages/sim/examples', file), join(elsewhere.folder, file));
  }
}, 120_000);

afterAll(() => elsewhere.remove());

describe('the packed lab', () => {
  test('has nothing that publint finds fault with', async () => {
    expect(await elsewhere.faults('sim')).toEqual([]);
  });

  test('wants the peer of its own version, and nothing that only the project needs', () => {
    const { dependencies } = elsewhere.manifest('sim');
    expect(dependencies).toMatchObject({ '@imagemesh/peer': elsewhere.manifest('peer').version });
    expect(Object.keys(dependencies)).not.toContain('rolldown');
    expect(elsewhere.manifest('sim')).not.toHaveProperty('devDependencies');
  });

  test('has what is built, and no sources', () => {
    expect(readdirSync(elsewhere.installed('sim')).sort()).toEqual([
      ...['LICENSE', 'README.md', 'dist', 'node_modules', 'package.json'],
    ]);
    const files = readdirSync(join(elsewhere.installed('sim'), 'dist'), { recursive: true });
    expect(files.map(String).filter((path) => /(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  test('runs in the virtual world, on real sockets through its relay, and as processes', () => {
    const far = 'extends: mesh.yaml\nname: far\nnetwork: { latency: 1ms }\n';
    writeFileSync(join(elsewhere.folder, 'far.yaml'), far);
    for (const runner of ['virtual', 'loopback', 'process']) {
      expect(elsewhere.run(SIM, ['run', 'far.yaml', '--runner', runner, '--quiet'])).toMatch(
        new RegExp(`^(PASS|HARNESS-BOUND) .* on ${runner}`),
      );
    }
  });

  test('runs many seeds in its threads, and writes the page with the viewer that came with it', () => {
    expect(
      elsewhere.run(SIM, ['run', 'mesh.yaml', '--runner', 'virtual', '--seeds', '1..4']),
    ).toContain('4');
    elsewhere.run(SIM, ['run', 'mesh.yaml', '--runner', 'virtual', '--html', 'mesh.html']);
    expect(readFileSync(join(elsewhere.folder, 'mesh.html'), 'utf8')).toContain('<div id="page">');
  });

  test('says in one sentence what it cannot do without the sources', () => {
    const { status, stderr } = elsewhere.attempt(SIM, ['mutate']);
    expect(status).toBe(2);
    expect(stderr).toContain('a packed one does not have; run it in the project.');
  });

  test('makes scenarios tests of vitest', () => {
    const modules = join(elsewhere.folder, 'node_modules');
    // The tests of the project and the packed matchers must have one and the same vitest.
    const vitest = join(ROOT, 'node_modules/vitest');
    for (const folder of [modules, join(elsewhere.installed('sim'), 'node_modules')]) {
      mkdirSync(dirname(join(folder, 'vitest')), { recursive: true });
      symlinkSync(vitest, join(folder, 'vitest'));
    }
    const said = elsewhere.run(process.execPath, [join(vitest, 'vitest.mjs'), 'run']);
    expect(said).toMatch(/Tests +\S*2 passed/);
  });
});
