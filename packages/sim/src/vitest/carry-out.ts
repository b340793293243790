/**
 * The virtual world runs in the process of the test: it owns no clock, so nothing there disturbs it. A run on real
 * sockets is a process of its own, `sim run`, since other tests in the same one would make it late.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { carryOut } from '../cli/carry-out.ts';
import { makePlan } from '../plan/plan.ts';
import type { Result } from '../result/result.ts';
import { virtual } from '../runner/virtual.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The worlds that a test can run in. */
export const RUNNERS = ['virtual', 'loopback', 'process', 'docker', 'swarm'] as const;

/** One of them. */
export type RunnerName = (typeof RUNNERS)[number];

/** Beside this file, and built like it. */
const SIM: string = join(import.meta.dirname, `../cli/main${extname(import.meta.filename)}`);

/**
 * Runs a scenario to its verdict, or until `signal`. Rejects with a sentence when there is no result: the
 * runner cannot do what the scenario asks for, or there is no room for it.
 */
export async function carryOutIn(
  runner: RunnerName,
  scenario: Scenario,
  seed: number,
  signal: AbortSignal,
): Promise<Result> {
  if (runner !== 'virtual') return await runCommand(runner, scenario, seed, signal);
  const [refusal] = virtual.refusals(scenario);
  if (refusal !== undefined) throw new Error(`${scenario.file}: ${refusal}.`);
  const plan = makePlan(scenario, seed);
  const options = { quiet: true, color: false };
  const { result } = await carryOut(plan, virtual, options, signal, performance.now());
  return result;
}

async function runCommand(
  runner: string,
  { file, cell }: Scenario,
  seed: number,
  signal: AbortSignal,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'imagemesh-vitest-'));
  try {
    const json = join(folder, 'result.json');
    const ofCell = cell === undefined ? [] : ['--cell', String(cell.number)];
    const ofRun = ['--runner', runner, '--seed', String(seed), '--json', json, '--quiet'];
    const complaint = await end(['run', file, ...ofCell, ...ofRun], signal);
    return await readResult(json, complaint);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readResult(json: string, complaint: string): Promise<Result> {
  let text: string;
  try {
    text = await readFile(json, 'utf8');
  } catch {
    throw new Error(complaint.trim() || 'sim run ended without a result.');
  }
  return JSON.parse(text) as Result;
}

/** Runs `sim` to its end; resolves to what it said on standard error. It is interrupted on `signal`. */
async function end(args: readonly string[], signal: AbortSignal): Promise<string> {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, SIM, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // So that it ends its peers; a child that is killed leaves them.
  const interrupt = (): boolean => child.kill('SIGINT');
  signal.addEventListener('abort', interrupt);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  try {
    await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
  return complaint;
}
