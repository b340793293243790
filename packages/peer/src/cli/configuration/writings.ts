/** The places where a value can be written. */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { ConfigurationProblem } from './configuration-error.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { variableOf } from './environment.ts';
import type { Mistake } from './reading.ts';
import type { Row } from './rows.ts';
import type { ConfigurationSources, Origin } from './sources.ts';

/** One place where a value was written. */
export interface Writing {
  readonly written: unknown;
  readonly origin: Origin;
  readonly problem: (mistake: Mistake) => ConfigurationProblem;
  /** What the value means in the working folder. */
  readonly settle: (value: unknown) => unknown;
}

/** Where the value of a row was written; the first overrides the others. */
export function writingsOf(
  row: Row,
  { flags, environment, folder }: ConfigurationSources,
  file: ConfigurationFile | null,
): Writing[] {
  const writings = [
    flagWriting(row, row.written(flags)),
    variableWriting(variableOf(row.path), environment),
    file === null ? null : fileWriting(row, file, folder),
  ];
  return writings.filter((each) => each !== null);
}

function flagWriting({ flag }: Row, written: unknown): Writing | null {
  if (written === undefined) return null;
  const where = typeof written === 'string' ? `${flag} ${written}` : flag;
  return plainWriting(written, { from: 'flag', flag }, where);
}

function variableWriting(
  variable: string,
  environment: ConfigurationSources['environment'],
): Writing | null {
  const text = environment[variable];
  // Set to nothing is how a shell or a unit file takes a variable back.
  if (text === undefined || text === '') return null;
  return plainWriting(text, { from: 'environment', variable }, `${variable}=${text}`);
}

function plainWriting(written: unknown, origin: Origin, where: string): Writing {
  const problem = ({ message }: Mistake): ConfigurationProblem => ({ where, message });
  return { written, origin, problem, settle: (value) => value };
}

function fileWriting(row: Row, file: ConfigurationFile, folder: string): Writing | null {
  const { path } = row;
  const written = file.value(path);
  if (written === undefined) return null;
  return {
    written,
    origin: { from: 'file', file: file.path, line: file.lineOf(path) },
    problem: ({ message, item }) => {
      const isItem = item !== undefined && Array.isArray(written);
      return file.problemAt(isItem ? [...path, item] : path, message);
    },
    // A path may also be `false`, for none, or `-`, for standard error.
    settle: (value) =>
      row.isPath && typeof value === 'string' && value !== '-'
        ? pathFrom(file, value, folder)
        : value,
  };
}

/** A path in the file is relative to the file; shown short when it is below the working folder. */
function pathFrom(file: ConfigurationFile, path: string, folder: string): string {
  const absolute = resolve(dirname(file.path), path);
  const short = relative(folder, absolute);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? absolute : short;
}
