/** Programs in C that the benches load peers with and hold them against; built when they are needed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Child } from './child.ts';
import type { LoadReport } from './program/load-command.ts';
import type { Workbench } from './workbench.ts';

const run = promisify(execFile);

/** How `load` asks; see the head of program/load.c. */
export interface NativeLoad {
  readonly speaks: 'p2p' | 'http';
  readonly port: number;
  /** The IPv4 address that it calls from; the system's choice by default. */
  readonly from?: string;
  readonly names: readonly string[];
  readonly users: number;
  /** For so long, or so often in all. */
  readonly seconds: number | { readonly times: number };
  /** Bytes of the one buffer that it reads into. */
  readonly bufferBytes: number;
}

/** What `load` tells: as the generator in Node, and the bytes that came. */
export interface NativeReport extends LoadReport {
  readonly bytes: number;
}

/**
 * Builds a program of `scripts/bench/program` into a temporary folder and returns its path. Rejects when there is
 * no C compiler.
 */
export async function build(bench: Workbench, name: 'load' | 'thread-server'): Promise<string> {
  const source = fileURLToPath(new URL(`./program/${name}.c`, import.meta.url));
  const program = join(await bench.folder(), name);
  try {
    await run('cc', ['-O2', '-pthread', '-o', program, source]);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw isMissing ? new Error('there is no C compiler (cc); install one') : error;
  }
  return program;
}

/** Starts a built `load`, and leaves it to whoever started it. */
export function startLoad(bench: Workbench, program: string, load: NativeLoad): Child {
  const { speaks, port, from, users, seconds, bufferBytes, names } = load;
  const place = from === undefined ? String(port) : `${from}@${port}`;
  const until = typeof seconds === 'number' ? String(seconds) : `x${seconds.times}`;
  return bench.start([speaks, place, String(users), until, String(bufferBytes), ...names], program);
}

/** Loads a server by a built `load`. */
export async function loadNatively(
  bench: Workbench,
  program: string,
  load: NativeLoad,
): Promise<NativeReport> {
  const child = startLoad(bench, program, load);
  const report = await child.next<NativeReport>('report');
  await child.ended;
  return report;
}
