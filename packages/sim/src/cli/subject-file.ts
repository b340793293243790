import { readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { subjectOf, type Subject } from '../compare/subject.ts';
import type { RepeatReport } from '../report/repeat-report.ts';
import { repeatSchema } from '../report/repeat-schema.ts';
import { resultSchema } from '../report/result-schema.ts';
import type { Result } from '../result/result.ts';
import { shownPath } from './shown-path.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads what `--json` of `sim run` has written: a result, or a report on several runs. Throws a `UsageError`
 * that says what the file is instead.
 */
export function readSubject(file: string): Subject {
  const document = parse(file, readText(file));
  const isReport = typeof document === 'object' && document !== null && 'runs' in document;
  const schema: z.ZodType<Result | RepeatReport> = isReport ? repeatSchema : resultSchema;
  const read = schema.safeParse(document);
  if (read.success) return subjectOf(read.data, shownPath(file));
  const [issue] = read.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new UsageError(
    `${shownPath(file)} is no result that this version of sim reads (${issue?.message ?? 'unknown'}${where}); write it again with sim run --json.`,
  );
}

function readText(file: string): string {
  try {
    // A pipe that nobody writes to would keep us waiting for ever.
    if (!statSync(file).isFile()) throw new UsageError(`${shownPath(file)} is no file.`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new UsageError(`${shownPath(file)}: ${why}.`);
  }
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
