import { spawn, type ChildProcess } from 'node:child_process';
import {
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GroundTruth } from '../src/check/ground-truth.ts';
import { judge } from '../src/check/judge.ts';
import type { JournalEvent } from '../src/journal/event.ts';
import { tee } from '../src/journal/journal.ts';
import { makePicture } from '../src/picture/picture.ts';
import { makePlan } from '../src/plan/plan.ts';
import type { Result } from '../src/result/result.ts';
import type { Runner } from '../src/runner/runner.ts';
import { loadScenario } from '../src/scenario/load.ts';
import { Figures } from '../src/stats/figures.ts';

export const SIM: string = join(import.meta.dirname, '../src/cli/main.ts');
export const PLAIN_PEER: string = join(import.meta.dirname, '../../../scripts/plain-peer.py');

/** How another program is started in these tests: the reference plain peer. */
export const RUN_PLAIN: string = `python3 ${PLAIN_PEER} {port} --host {host} --peers {peers}`;

/** Writes scenarios beside three small images. */
export class LabFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
    mkdirSync(join(root, 'images'));
    mkdirSync(join(root, 'scenarios'));
    for (const [name, sizeBytes] of [
      ['cat.png', 3_000],
      ['dog.png', 70_000],
      ['elk.png', 1_024],
    ] as const) {
      // What is no picture under the name of one is kept by no peer.
      const picture = makePicture({ kind: 'png', sizeBytes, seed: 1, number: sizeBytes });
      writeFileSync(join(root, 'images', name), picture);
    }
  }

  /** Three peers of ours that find one another and are asked for a second, but for what is given. */
  write(sections: Readonly<Record<string, unknown>> = {}, name = 'tiny.yaml'): string {
    const file = join(this.root, 'scenarios', name);
    // JSON is YAML.
    writeFileSync(
      file,
      JSON.stringify({
        name: 'tiny',
        peers: { count: 3 },
        phases: [
          { name: 'discover', until: 'discovered', within: '20s' },
          { name: 'steady', for: '1s', requests: { rate: '30/s' } },
        ],
        ...sections,
      }),
    );
    return file;
  }
}

/** One run in this process, as `sim run` does it. */
export async function runLab(
  runner: Runner,
  file: string,
  options: { signal?: AbortSignal; onEvent?: (event: JournalEvent) => void } = {},
): Promise<{ result: Result; journal: JournalEvent[] }> {
  const scenario = loadScenario(file);
  const plan = makePlan(scenario, scenario.seed);
  const figures = new Figures(plan);
  const truth = new GroundTruth(plan, (judgement) => figures.judged(judgement));
  const journal: JournalEvent[] = [];
  const record = {
    write(event: JournalEvent): void {
      journal.push(event);
      options.onEvent?.(event);
    },
  };
  const signal = options.signal ?? new AbortController().signal;
  const outcome = await runner.run(plan, tee([figures, truth, record]), { signal });
  truth.finish();
  const environment = {
    imagemesh: '0',
    node: process.version,
    system: 'test',
    processor: 'test',
    startedAt: '2026-11-23T09:16:40.000Z',
  };
  const facts = { runner: runner.name, wallSeconds: 1, error: null, ...outcome, environment };
  return { result: judge(plan, figures, truth, facts), journal };
}

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `sim` as a process. */
export function startSim(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  // What is tested is not a step of the workflow that tests it.
  const alone = { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' };
  const env = { ...process.env, ...alone, ...options.env };
  const child = spawn(process.execPath, [SIM, ...args], { env, cwd: options.cwd, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs `sim` to its end. */
export async function sim(
  args: readonly string[],
  options: Parameters<typeof startSim>[1] = {},
): Promise<Ended> {
  return await startSim(args, options).ended;
}

/** Temporary folders of the runs that process `lab` carries out, or has left. */
export function foldersOf(lab: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`imagemesh-${lab}-`));
}

/** Processes of the peers of process `lab`: the name of the peer for each number. Needs /proc. */
export function peersOf(lab: number): Map<number, string> {
  const inside = new RegExp(`/imagemesh-${lab}-\\w+/([\\w-]+)`);
  const found = new Map<number, string>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const text = `${readlinkSync(`/proc/${entry}/cwd`)}\n${readFileSync(`/proc/${entry}/cmdline`, 'utf8')}`;
      const name = inside.exec(text)?.[1];
      if (name !== undefined) found.set(Number(entry), name);
    } catch {
      // It has ended while we looked, or has no folder any more.
    }
  }
  return found;
}

/** Files that peers of process `lab` have received until now. */
export function receivedBy(lab: number): string[] {
  const files = foldersOf(lab).map((folder) => join(tmpdir(), folder, '**/received_*'));
  return globSync(files);
}

/**
 * Whether a process has begun to listen to the signals that interrupt a run. Node itself catches SIGINT, but
 * not SIGHUP. Needs /proc.
 */
export function isInterruptible(pid: number): boolean {
  const [, caught = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(statusOf(pid)) ?? [];
  return (BigInt(`0x${caught}`) & 1n) === 1n;
}

function statusOf(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8');
}

/** Waits until `condition` gives something, for at most `withinMs`. */
export async function waitFor<T>(
  condition: () => T | undefined | false,
  withinMs = 20_000,
): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
