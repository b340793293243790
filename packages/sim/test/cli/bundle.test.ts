/** `sim run --bundle` and `sim replay` of what it writes. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { LabFolder, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const base = temporaryFolder();
let lab: LabFolder;
let bundle: string;
let count = 0;

beforeEach(() => {
  const root = join(base, `lab-${++count}`);
  mkdirSync(root);
  lab = new LabFolder(root);
  bundle = join(root, 'failure');
});

/** A scenario that cannot pass. */
const FAILING = { expect: ['steady.requests.due >= 1000'] };

function run(file: string, ...more: string[]): ReturnType<typeof sim> {
  return sim(['run', file, '--runner', 'virtual', '--quiet', '--bundle', bundle, ...more]);
}

function manifest(folder = bundle): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8')) as Record<string, unknown>;
}

/** What is in the folder of the lab beside its own, hidden things included. */
function made(): string[] {
  return readdirSync(lab.root).filter((name) => name !== 'images' && name !== 'scenarios');
}

describe('a bundle', () => {
  test('repeats to the same event elsewhere, when what it came from is gone', async () => {
    const { code, stderr } = await run(lab.write(FAILING), '--seed', '7');
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/^bundle: \S+, repeat: npm run sim -- replay \S+\n$/);
    const elsewhere = join(base, 'another machine');
    mkdirSync(elsewhere);
    cpSync(bundle, join(elsewhere, 'b'), { recursive: true });
    rmSync(lab.root, { recursive: true });
    const env = { TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', HOME: elsewhere };
    const again = await sim(['replay', 'b'], { env, cwd: elsewhere });
    expect(again.code, again.stderr).toBe(1);
    const { traceHash } = manifest(join(elsewhere, 'b'));
    expect(again.stdout).toContain(
      `The same run, event for event: trace hash ${String(traceHash)}`,
    );
    expect(again.stderr).not.toContain('may go another way');
  });

  test('says what it holds and how it is repeated, and its journal can be looked at', async () => {
    await run(lab.write(FAILING));
    const readme = readFileSync(join(bundle, 'README.md'), 'utf8');
    for (const name of readdirSync(bundle).filter((one) => !/^(README|bundle)/.test(one))) {
      expect(readme).toContain(`- \`${name}\`: `);
    }
    expect(readme).not.toContain('the result in another form');
    expect(readme).toContain('    npm run sim -- replay .\n');
    const { code, stdout } = await sim(['replay', bundle, '--request', '1']);
    expect(code).toBe(0);
    expect(stdout).toContain('request 1 due');
  });

  test('is repeated by another version with a warning', async () => {
    await run(lab.write(FAILING));
    const { environment } = manifest() as { environment: object };
    const other = { ...manifest(), environment: { ...environment, imagemesh: '0.0.9' } };
    writeFileSync(join(bundle, 'bundle.json'), JSON.stringify(other));
    const { code, stderr } = await sim(['replay', bundle]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/The run was of imagemesh 0\.0\.9 on Node \S+, this is .*another way\./);
  });

  test('that went another way is no success of its replay', async () => {
    await run(lab.write(FAILING));
    writeFileSync(join(bundle, 'bundle.json'), JSON.stringify({ ...manifest(), traceHash: '0' }));
    const { code, stderr } = await sim(['replay', bundle]);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /this is not the same run: its trace hash is \w{16}, that of the bundle 0\./,
    );
  });

  test('that was changed is refused', async () => {
    await run(lab.write(FAILING));
    const file = join(bundle, 'scenario.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('30/s', '31/s'));
    const { code, stderr } = await sim(['replay', bundle]);
    expect(code).toBe(2);
    expect(stderr).toContain('the scenario or its pictures are not those of the run');
  });

  test('of which the expectations were changed is no success either', async () => {
    await run(lab.write(FAILING));
    const file = join(bundle, 'scenario.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('>= 1000', '>= 1'));
    const { code, stdout, stderr } = await sim(['replay', bundle]);
    expect(code).toBe(3);
    expect(stdout).toContain('The same run, event for event');
    expect(stderr).toMatch(/^sim: it was judged otherwise then \(fail\): .*\n$/m);
  });

  test('has what the processes of its peers wrote', async () => {
    const { code, stderr } = await run(lab.write(FAILING), '--runner', 'process');
    expect([1, 4], stderr).toContain(code);
    expect(readdirSync(join(bundle, 'logs')).sort()).toEqual([
      ...['peer-1.log', 'peer-2.log', 'peer-3.log'],
    ]);
    expect(readFileSync(join(bundle, 'logs/peer-1.log'), 'utf8')).toContain('"listening"');
    expect(made()).toEqual(['failure']);
    expect(manifest()['traceHash']).toBeNull();
  });
});

describe('--bundle', () => {
  test.each(['virtual', 'loopback'])('leaves nothing when all passes on %s', async (runner) => {
    const { code, stderr } = await run(lab.write(), '--runner', runner);
    expect(code, stderr).toBe(0);
    expect(made()).toEqual([]);
  });

  test('makes a folder for each run that does not pass', async () => {
    const matrix = { 'peers.count': [2, 3], 'phases.steady.requests.rate': ['30/s', '2000/s'] };
    await run(lab.write({ ...FAILING, matrix }));
    expect(readdirSync(bundle).sort()).toEqual(['1', '3']);
    expect((await sim(['replay', join(bundle, '3')])).stdout).toContain('The same run');
  });

  test('makes 20 at most, and says how many there would have been', async () => {
    const { code, stderr } = await run(lab.write(FAILING), '--seeds', '1..22');
    expect(code).toBe(1);
    expect(readdirSync(bundle)).toHaveLength(20);
    expect(stderr).toContain(
      '2 more runs that did not pass have no bundle: 20 are written at most.',
    );
    expect(made()).toEqual(['failure']);
  });

  test('goes over an older bundle, and over nothing else', async () => {
    const file = lab.write(FAILING);
    await run(file, '--seed', '1');
    expect((await run(file, '--seed', '2')).code).toBe(1);
    expect(manifest()['seed']).toBe(2);
    expect(made()).toEqual(['failure']);
    renameSync(join(bundle, 'bundle.json'), join(bundle, 'mine.json'));
    const { code, stderr } = await run(file);
    expect(code).toBe(2);
    expect(stderr).toContain('there is something else in that folder; name another one.');
    expect(existsSync(join(bundle, 'mine.json'))).toBe(true);
  });

  test('wants a place that can be', async () => {
    const file = lab.write(FAILING);
    bundle = join(lab.root, 'none/failure');
    expect((await run(file)).stderr).toMatch(/--bundle \S+: there is no folder \S+none\./);
    bundle = file;
    expect((await run(file)).stderr).toContain('that is a file; name a folder');
  });
});

test('a folder that is no bundle cannot be repeated', async () => {
  // As little as one whose file would never end.
  symlinkSync('/dev/zero', join(lab.root, 'bundle.json'));
  const { code, stderr } = await sim(['replay', lab.root]);
  expect(code).toBe(2);
  expect(stderr).toContain('is a folder without a bundle.json that this version can read');
});
