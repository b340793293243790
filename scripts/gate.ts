/**
 * What a change has to pass before all the tests: the unit tests, every scenario in the virtual world, and
 * five on real sockets. One part after the other, for what runs on real sockets wants the machine for itself.
 *
 *     node scripts/gate.ts
 *
 * Exit code: the highest of any part.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadCells } from '../packages/sim/src/index.ts';

const ROOT = join(import.meta.dirname, '..');
const SIM = join(ROOT, 'packages/sim/src/cli/main.ts');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** Larger ones take minutes; `npm run bench -- virtual` runs them. */
const MOST_PEERS = 20_000;

/** They find each other, fetch, ask for what is not there, are killed, and are parted. */
const ON_REAL_SOCKETS = [
  ...['mesh-10', 'ring-5', 'missing-images', 'kill-during-transfer', 'partition-and-heal'],
];

const HELP = `Usage: npm run gate

Runs the unit tests, every scenario on the virtual runner, and five on loopback:
${ON_REAL_SOCKETS.join(', ')}. Ends with the highest exit code of any.`;

/** One of the parts. */
interface Part {
  readonly name: string;
  /** What node is to run. */
  readonly argv: readonly string[];
}

function scenarioFile(name: string): string {
  return join('scenarios', name);
}

/** Scenarios that the virtual runner can do: those without other programs, and not too large. */
function virtualScenarios(): string[] {
  const files = readdirSync(join(ROOT, 'scenarios')).filter((name) => name.endsWith('.yaml'));
  return files.map(scenarioFile).filter((file) =>
    loadCells(join(ROOT, file)).every(({ groups }) => {
      const peers = groups.reduce((sum, { count }) => sum + count, 0);
      return peers <= MOST_PEERS && groups.every(({ run }) => run === null);
    }),
  );
}

function parts(): Part[] {
  const vitest = [VITEST, 'run', '--config', 'vitest.workspace.ts', '--reporter', 'dot'];
  const five = ON_REAL_SOCKETS.map((name) => scenarioFile(`${name}.yaml`));
  return [
    {
      name: 'scenarios on virtual',
      argv: [SIM, 'run', ...virtualScenarios(), '--runner', 'virtual'],
    },
    { name: 'scenarios on loopback', argv: [SIM, 'run', ...five] },
    { name: 'unit tests', argv: [...vitest, '--project', 'peer', '--project', 'sim'] },
  ];
}

/** Runs a part to its end; resolves to its exit code. */
async function run({ argv }: Part): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...argv], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 3)));
  });
}

async function gate(): Promise<number> {
  const told: string[] = [];
  let worst = 0;
  for (const part of parts()) {
    const startMs = performance.now();
    const code = await run(part);
    worst = Math.max(worst, code);
    const seconds = ((performance.now() - startMs) / 1_000).toFixed(0);
    told.push(`${code === 0 ? 'PASS' : 'FAIL'} ${part.name}: ${seconds} s, exit code ${code}`);
    if (code === 130) break;
  }
  console.log(`\n${told.join('\n')}`);
  return worst;
}

try {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) console.log(HELP);
  else process.exitCode = await gate();
} catch (error) {
  console.error(`gate: ${(error as Error).message}`);
  process.exitCode = 2;
}
