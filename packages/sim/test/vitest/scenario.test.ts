/** What `scenario` makes of files, seen from outside: a vitest of its own runs a test file that uses it. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LabFolder } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const EXAMPLE = join(import.meta.dirname, '../../examples/mesh.test.ts');

interface Test {
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

/** The project of a stranger: the packages are installed, and there is one test file. */
class Project {
  readonly root: string = temporaryFolder();
  readonly lab: LabFolder = new LabFolder(this.root);

  constructor() {
    const modules = join(this.root, 'node_modules');
    mkdirSync(join(modules, '@imagemesh'), { recursive: true });
    symlinkSync(join(ROOT, 'packages/sim'), join(modules, '@imagemesh/sim'));
    symlinkSync(join(ROOT, 'node_modules/vitest'), join(modules, 'vitest'));
    writeFileSync(join(this.root, 'package.json'), '{ "type": "module" }\n');
  }

  /** Runs a body of a test file; what came of its tests, and what was printed. */
  run(source: string): { readonly tests: readonly Test[]; readonly output: string } {
    const head = `import { expect } from 'vitest';\nimport { scenario } from '@imagemesh/sim/vitest';\n`;
    writeFileSync(join(this.root, 'mesh.test.js'), head + source);
    return this.runFiles();
  }

  runFiles(): ReturnType<Project['run']> {
    const json = join(this.root, 'tests.json');
    const args = ['run', '--reporter=json', '--reporter=verbose', `--outputFile.json=${json}`];
    const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', GITHUB_ACTIONS: '' };
    for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name];
    const options = { cwd: this.root, env, encoding: 'utf8' } as const;
    const { stdout, stderr } = spawnSync(process.execPath, [VITEST, ...args], options);
    const output = stdout + stderr;
    const { testResults } = JSON.parse(readFileSync(json, 'utf8')) as {
      readonly testResults: readonly { readonly assertionResults: readonly Test[] }[];
    };
    return { tests: testResults.flatMap((file) => file.assertionResults), output };
  }
}

const project = new Project();

function told(tests: readonly Test[]): string[] {
  return tests.map(({ title, status }) => `${status} ${title}`);
}

describe('a scenario as a test', () => {
  test('has its own name, the runner, and figures as annotations', () => {
    project.lab.write({ expect: ['requests.wrong == 0'] });
    const { tests, output } = project.run(`scenario('scenarios/tiny.yaml');`);
    expect(told(tests), output).toEqual(['passed tiny on virtual']);
    expect(output).toMatch(/correctness[^]*\d+ of \d+ correct, 0 wrong, 0 excused, 0 failed/);
    expect(output).toMatch(/trace hash[^]*[0-9a-f]{16}/);
  });

  test('is one for each cell of a matrix, and for each file', () => {
    project.lab.write({ matrix: { 'peers.count': [2, 3] } }, 'cells.yaml');
    project.lab.write({ name: 'other' }, 'other.yaml');
    const { tests } = project.run(`
      scenario(['scenarios/cells.yaml', new URL('scenarios/other.yaml', import.meta.url)], {
        skip: ({ name }) => (name === 'other' ? 'not today' : null),
      });`);
    expect(told(tests)).toEqual([
      'passed tiny [peers.count=2] on virtual',
      'passed tiny [peers.count=3] on virtual',
      'skipped other on virtual (skipped: not today)',
    ]);
  });

  test('that fails says what was measured, points at the line, and how to repeat it', () => {
    const file = project.lab.write();
    writeFileSync(
      file,
      [
        'name: tiny',
        'peers: { count: 3 }',
        'phases:',
        '  - { name: discover, until: discovered, within: 20s }',
        '  - { name: steady, for: 1s, requests: { rate: 30/s } }',
        'expect:',
        '  - requests.wrong == 0',
        '  - steady.requests.due >= 1000',
      ].join('\n'),
    );
    const { tests, output } = project.run(`scenario('scenarios/tiny.yaml', { seed: 7 });`);
    const [message = ''] = tests[0]!.failureMessages;
    expect(message).toContain('FAIL tiny on virtual, seed 7:');
    expect(message).toMatch(/✗ steady\.requests\.due >= 1000\n    measured \d+\n/);
    expect(message).toContain('scenarios/tiny.yaml:8:5\n');
    expect(message).toMatch(/repeat: .* run \S*scenarios\/tiny\.yaml --runner virtual --seed 7\n/);
    expect(message).not.toContain('✗ requests.wrong');
    // What reporters and editors make a link of.
    expect(output).toMatch(/❯ .*scenarios\/tiny\.yaml:8:5/);
  });

  test('with mistakes in its file is a test that shows them', () => {
    project.lab.write({ peers: { count: 0 } }, 'broken.yaml');
    const { tests } = project.run(`scenario(['scenarios/broken.yaml', 'scenarios/none.yaml']);`);
    expect(told(tests)).toEqual(['failed scenarios/broken.yaml', 'failed scenarios/none.yaml']);
    expect(tests[0]!.failureMessages[0]).toMatch(
      /scenarios\/broken\.yaml:1:\d+ {2}0 is out of range/,
    );
    expect(tests[1]!.failureMessages[0]).toContain('There is no scenario scenarios/none.yaml.');
  });

  test('runs on real sockets as well', () => {
    project.lab.write({ expect: ['steady.latency.p99 <= 1us'] });
    const { tests, output } = project.run(`
      scenario('scenarios/tiny.yaml', { runner: 'loopback' }, (result) => {
        expect(result.runner).toBe('loopback');
        expect(result).not.toHold();
        expect(result).toHold({ pace: false });
      });`);
    expect(told(tests), output).toEqual(['passed tiny on loopback']);
  });

  test('that its runner cannot do fails with the reason', () => {
    const run = 'python3 peer.py {port} {peers}';
    project.lab.write(
      {
        peers: { groups: [{ name: 'foreign', count: 2, run }] },
        phases: [{ name: 'steady', for: '1s' }],
      },
      'foreign.yaml',
    );
    const { tests } = project.run(`scenario('scenarios/foreign.yaml');`);
    expect(told(tests)).toEqual(['failed tiny on virtual']);
    expect(tests[0]!.failureMessages[0]).toMatch(/scenarios\/foreign\.yaml: .*\./);
  });
});

describe('the example', () => {
  test('passes in the project of a stranger', () => {
    const own = new Project();
    copyFileSync(EXAMPLE, join(own.root, 'mesh.test.ts'));
    copyFileSync(join(EXAMPLE, '../mesh.yaml'), join(own.root, 'mesh.yaml'));
    const { tests, output } = own.runFiles();
    expect(told(tests), output).toEqual([
      'passed mesh on virtual',
      'passed mesh on virtual, seed 2',
    ]);
  });
});
