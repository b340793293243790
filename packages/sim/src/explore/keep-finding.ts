import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '@imagemesh/peer';
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

/** Writes it into a folder, which is made, whole or not at all. Returns the file. */
export function keepFinding(folder: string, document: Document, finding: Finding): string {
  const file = join(folder, `explored-${finding.seed}.yaml`);
  makeFolders(folder);
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, findingText(document, finding));
  renameSync(temporary, file);
  return file;
}
