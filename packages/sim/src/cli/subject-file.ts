import type { z } from 'zod';
import { subjectOf, type Subject } from '../compare/subject.ts';
import type { RepeatReport } from '../report/repeat-report.ts';
import { repeatSchema } from '../report/repeat-schema.ts';
import { safe } from '../report/screen-text.ts';
import { resultSchema } from '../report/result-schema.ts';
import type { Result } from '../result/result.ts';
import { readPlainFile } from './plain-file.ts';
import { shownPath } from '../result/shown-path.ts';
import { UsageError } from './usage-error.ts';

/** Of results and reports. */
const VERSION = 1;

/**
 * Reads what `--json` of `sim run` has written: a result, or a report on several runs. Throws a `UsageError`
 * that says what the file is instead.
 */
export function readSubject(file: string): Subject {
  return subjectOf(readDocument(file), shownPath(file));
}

/**
 * Whether a file is JSON that somebody else has written: it has nothing that a result begins with. One that is broken is
 * not: it may have been a result. Throws a `UsageError` when it cannot be read.
 */
export function isForeign(file: string): boolean {
  const document = parse(file, readPlainFile(file));
  if (typeof document !== 'object' || document === null) return true;
  return !('scenario' in document) && !('runner' in document) && !('runs' in document);
}

/** Reads the result of a single run. Throws a `UsageError`. */
export function readResult(file: string): Result {
  const document = readDocument(file);
  if (!('runs' in document)) return document;
  throw new UsageError(`${shownPath(file)} is of several runs.`);
}

function readDocument(file: string): Result | RepeatReport {
  const document = parse(file, readPlainFile(file));
  const isReport = typeof document === 'object' && document !== null && 'runs' in document;
  const schema: z.ZodType<Result | RepeatReport> = isReport ? repeatSchema : resultSchema;
  const read = schema.safeParse(document);
  if (read.success) return read.data;
  const version = versionOf(document);
  if (version !== undefined && version !== VERSION) {
    throw new UsageError(
      `${shownPath(file)} is of version ${safe(JSON.stringify(version))} of results, this sim reads ${VERSION}; write it again with sim run --json.`,
    );
  }
  const [issue] = read.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new UsageError(
    `${shownPath(file)} is no result that this version of sim reads (${issue?.message ?? 'unknown'}${where}); write it again with sim run --json.`,
  );
}

function versionOf(document: unknown): unknown {
  if (typeof document !== 'object' || document === null) return undefined;
  return (document as { readonly version?: unknown }).version;
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(
      `${shownPath(file)} is not JSON; name a file that sim run --json has written.`,
    );
  }
}
