/** `action.yml` and the example workflow: whether GitHub would take them, and what the step really does. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from './tracked-files.ts';

const { parse } = createRequire(join(ROOT, 'packages/sim/package.json'))('yaml') as {
  parse(text: string): unknown;
};

const ACTION = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const [WORKFLOW, EXPLORING] = ['scenarios', 'explore'].map((name) =>
  readFileSync(join(ROOT, `.github/workflows/${name}.yml`), 'utf8'),
) as [string, string];

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: {
    readonly steps: readonly [
      { readonly run: string; readonly env: Readonly<Record<string, string>> },
    ];
  };
}

const { inputs, runs } = parse(ACTION) as Action;
const [step] = runs.steps;

const base = mkdtempSync(join(tmpdir(), 'imagemesh-action-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A scenario that takes no time; what it expects holds or does not. */
function writeScenario(name: string, expectation: string): void {
  const text = `name: tiny
peers: { count: 2 }
images: { generate: { count: 2, size: 1KiB } }
phases:
  - { name: steady, for: 1s, requests: { rate: 5/s } }
expect: ['${expectation}']
`;
  writeFileSync(join(base, name), text);
}

writeScenario('good one.yaml', 'requests.wrong == 0');
writeScenario('bad.yaml', 'requests.due > 1000');

/** The value of an expression such as `${{ inputs.runner }}`. */
function valueOf(expression: string, given: Readonly<Record<string, string>>): string {
  if (expression === '${{ github.action_path }}') return ROOT;
  const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression) ?? [];
  return given[input] ?? inputs[input]!.default!;
}

let steps = 0;

/** Runs the step as a runner of GitHub does. */
function runStep(given: Readonly<Record<string, string>>): {
  readonly status: number | null;
  readonly printed: string;
  readonly outputs: string;
} {
  const temporary = join(base, `runner-${++steps}`);
  mkdirSync(temporary);
  const script = join(temporary, 'script.sh');
  const outputs = join(temporary, 'outputs');
  writeFileSync(script, step.run);
  writeFileSync(outputs, '');
  const ofStep = Object.entries(step.env).map(([name, value]) => [name, valueOf(value, given)]);
  const env = {
    ...process.env,
    ...Object.fromEntries(ofStep),
    GITHUB_OUTPUT: outputs,
    RUNNER_TEMP: temporary,
    NO_COLOR: '1',
  };
  const shell = ['--noprofile', '--norc', '-eo', 'pipefail', script];
  const { status, stdout, stderr } = spawnSync('bash', shell, { cwd: base, env, encoding: 'utf8' });
  return { status, printed: stdout + stderr, outputs: readFileSync(outputs, 'utf8') };
}

describe('GitHub takes', () => {
  test('the action', () => {
    expect(validateAction(ACTION).errors).toEqual([]);
    expect(validateAction(ACTION.replace('composite', 'compost')).errors).not.toEqual([]);
  });

  test('the example workflow', () => {
    expect(validateWorkflow(WORKFLOW).errors).toEqual([]);
    expect(validateWorkflow(EXPLORING).errors).toEqual([]);
    expect(validateWorkflow(WORKFLOW.replace('runs-on', 'run-on')).errors).not.toEqual([]);
  });
});

describe('the step of the action', () => {
  test('has every input as a variable, and none in its script', () => {
    const read = Object.values(step.env).join(' ');
    for (const input of Object.keys(inputs)) expect(read).toContain(`inputs.${input} `);
    expect(step.run).not.toContain('${{');
  });

  test('runs what patterns match, and says where results are', () => {
    const { status, printed, outputs } = runStep({ files: 'good*.yaml\n\n' });
    expect(status, printed).toBe(0);
    expect(printed).toContain('PASS tiny on virtual');
    const [, folder = ''] = /^folder=(.+)$/m.exec(outputs)!;
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('requests.wrong == 0');
    const [, json = ''] = /^json<<(?:.*)\n(.+)\n/m.exec(outputs)!;
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ verdict: 'pass' });
    expect(outputs).toMatch(/^exit-code=0\nfolder=\S+runner-\d+\/imagemesh-\w+\n/);
  });

  test('compares with a result of before', () => {
    const { printed } = runStep({ files: 'good one.yaml', folder: 'before' });
    expect(printed).toContain('PASS');
    const folder = 'after';
    mkdirSync(join(base, folder));
    const old = join(base, folder, 'result.old.json');
    writeFileSync(old, '{}');
    utimesSync(old, 0, 0);
    const again = runStep({ files: 'good one.yaml', against: 'before/result.json', folder });
    expect(again.status, again.printed).toBe(0);
    // And what was there before is no result of this step.
    expect(again.outputs).toMatch(
      /^json<<.*\nafter\/result\.comparison\.json\nafter\/result\.json\nimagemesh/m,
    );
    expect(runStep({ files: 'good one.yaml', against: 'none.json' }).status).toBe(2);
  });

  test('fails when an expectation does not hold, and has the outputs none the less', () => {
    const { status, printed, outputs } = runStep({
      files: 'bad.yaml\ngood one.yaml',
      folder: 'results of it',
      arguments: '--quiet',
    });
    expect(status, printed).toBe(1);
    expect(existsSync(join(base, 'results of it/failures/bad/README.md'))).toBe(true);
    expect(outputs).toContain('exit-code=1\nfolder=results of it\n');
    expect(outputs).toContain(
      'results of it/result.bad.json\nresults of it/result.good one.json\n',
    );
  });

  test('refuses patterns that match nothing', () => {
    const { status, printed, outputs } = runStep({ files: 'good*.yaml\nnone-*.yaml' });
    expect(status).toBe(2);
    expect(printed).toContain('::error::No scenario matches none-*.yaml');
    expect(outputs).toBe('exit-code=2\n');
  });

  test('takes inputs as they are, not as commands or options', () => {
    const evil = '$(touch evil);`touch evil`; --quiet';
    expect(runStep({ files: evil }).status).toBe(2);
    expect(runStep({ files: 'good one.yaml', runner: evil }).status).toBe(2);
    expect(existsSync(join(base, 'evil'))).toBe(false);
  });
});
