import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '@imagemesh/peer';
import type { Batch } from './batch.ts';
import { batchName, decodeBatch, encodeBatch } from './batch-text.ts';

/** Larger files hold whole images, or noise that tells nobody anything. */
const MOST_FILE_BYTES = 1_024;

/** A file of a corpus that cannot be used: which, and why. */
export class CorpusError extends Error {
  readonly code = 'CORPUS_ERROR';

  constructor(message: string) {
    super(message);
    this.name = 'CorpusError';
  }
}

/** A batch, and the file that it was read from. */
export interface KeptBatch {
  readonly file: string;
  readonly batch: Batch;
}

/** Reads files and folders of batches, in the order of their names. Throws a `CorpusError`. */
export function readCorpus(paths: readonly string[]): KeptBatch[] {
  return paths.flatMap(filesOf).map((file) => ({ file, batch: readBatch(file) }));
}

/** Whether a batch makes a file that a person can look through. */
export function isSmall(batch: Batch): boolean {
  return encodeBatch(batch).length <= MOST_FILE_BYTES;
}

/** Writes a batch into a folder, which is made, under the name of its content. Returns the file. */
export function keepBatch(folder: string, batch: Batch): string {
  const file = join(folder, batchName(batch));
  if (existsSync(file)) return file;
  makeFolders(folder);
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, encodeBatch(batch));
  renameSync(temporary, file);
  return file;
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    throw new CorpusError(`${path} cannot be read: ${reasonOf(error)}.`);
  }
}

function readBatch(file: string): Batch {
  try {
    return decodeBatch(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CorpusError(`${file} is no input of the fuzzer: ${reasonOf(error)}.`);
  }
}

function reasonOf(error: unknown): string {
  return (error as Error).message.replace(/\.$/, '');
}
