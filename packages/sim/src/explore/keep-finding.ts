import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Finding } from './explorer.ts';
import type { Document } from './shrink/document.ts';

/** A scenario that fails as a file, with what fails in it. */
export function findingText(document: Document, { failure, seed }: Finding): string {
  // A peer may say anything, line ends too, and a line of its own would be YAML.
  const comment = [`Fails: ${failure}`, `Found by: sim explore --seed ${seed} --runs 1`];
  const lines = comment.map((line) => `# ${line.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')}\n`);
  return `${lines.join('')}${stringify(document, { aliasDuplicateObjects: false })}`;
}

/** Writes it into a folder, which is made where the one around it is there, whole or not at all. Returns the file. */
export function keepFinding(folder: string, document: Document, finding: Finding): string {
  const file = join(folder, `explored-${finding.seed}.yaml`);
  makeFolder(folder);
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, findingText(document, finding));
  renameSync(temporary, file);
  return file;
}

/** Not with all folders around it: where the system refuses that without saying why, Node tries for ever. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
