import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Command } from 'commander';
import { JournalError, JournalReader } from '../journal/reader.ts';
import { readProblem } from '../journal/read-problem.ts';
import { pageOfTrace } from '../page/from-trace.ts';
import { pageOfResult } from '../page/from-result.ts';
import { servePage } from '../page/page-server.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { shownPath } from '../result/shown-path.ts';
import { readSubject } from './subject-file.ts';
import { UsageError } from './usage-error.ts';

/** What every page begins with. */
const PAGE_START = '<!doctype html>';

/** What every trace begins with. */
const TRACE_START = '{"journal"';

/** Gives `sim open` its argument. */
export function defineOpen(command: Command): void {
  command
    .description(
      'Show a page of --html, a result of --json, a trace of --trace or a bundle in a browser on this machine.',
    )
    .argument('<file>', 'page, result or trace of a run, or the folder of a bundle')
    .helpOption('-h, --help', 'show this help')
    .action(async (file: string) => {
      process.exitCode = await openCommand(file);
    });
}

/** Serves a page on loopback until Ctrl-C. Returns the exit code; throws a `UsageError`. */
export async function openCommand(path: string): Promise<number> {
  const { signal } = interruptible();
  const file = isFolder(path) ? join(path, 'page.html') : path;
  let html: string;
  try {
    html = await pageOf(file, signal);
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    if (error instanceof JournalError) {
      throw new UsageError(
        `Neither a page (--html) nor a result (--json) nor a trace: ${error.message}`,
      );
    }
    throw error;
  }
  const page = await servePage(html);
  console.log(`Open ${page.address} in a browser; Ctrl-C ends it.`);
  if (!signal.aborted) await once(signal, 'abort');
  await page.close();
  return EXIT.pass;
}

/** Of a bundle; what is not there is told by whoever opens it. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function pageOf(file: string, signal: AbortSignal): Promise<string> {
  const start = startOf(file);
  if (start.startsWith(PAGE_START)) return readFileSync(file, 'utf8');
  // A trace is a JSON value on each line, and says what it is in the first one.
  const isTrace = !start.startsWith('{') || start.startsWith(TRACE_START);
  if (isTrace) return await pageOfTrace(await JournalReader.open(file, signal));
  const { single, runs } = readSubject(file);
  if (single !== null) return await pageOfResult(single);
  throw new UsageError(
    `${shownPath(file)} has the figures of ${runs.done} runs, and a page shows one; sim diff compares them.`,
  );
}

/** The first characters of a file. Throws a `UsageError` when it cannot be read. */
function startOf(file: string): string {
  try {
    const fd = openSync(file, 'r');
    try {
      const start = Buffer.alloc(PAGE_START.length);
      const length = readSync(fd, start, 0, start.length, 0);
      return start.toString('utf8', 0, length);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${readProblem(error as NodeJS.ErrnoException)}.`);
  }
}
