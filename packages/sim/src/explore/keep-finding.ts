import { hash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '@imagemesh/peer';
import { stringify } from 'yaml';
import type { FailureKind } from './failure.ts';
import type { Document } from './shrink/document.ts';

/** Characters of what fails in the name of a file. */
const NAME_LENGTH = 48;

/** A scenario as a file, with what is the matter with it and the line that finds it again. */
export function findingText(document: Document, what: string, line: string): string {
  // A peer may say anything, line ends too, and a line of its own would be YAML.
  const comment = [what, `Found by: ${line}`];
  const lines = comment.map((one) => `# ${one.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')}\n`);
  return `${lines.join('')}${stringify(document, { aliasDuplicateObjects: false })}`;
}

/**
 * Names a scenario after what fails and what is in it: the same finding has the same name, and another one that fails
 * alike does not take its place.
 */
export function named(document: Document, failure: FailureKind): Document {
  const { name: _, ...rest } = document;
  const what = failure.replace(/^(always|expectation|error) (no )?/, '').replace(/^.*?: /, '');
  const words = what.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const short = words.slice(0, NAME_LENGTH).replaceAll(/^-+|-+$/g, '');
  const digest = hash('sha256', JSON.stringify(rest)).slice(0, 6);
  return { name: `${short}-${digest}`, ...rest };
}

/** Writes a named scenario into a folder, which is made, whole or not at all. Returns the file. */
export function keepFinding(
  folder: string,
  document: Document,
  what: string,
  line: string,
): string {
  const file = join(folder, `${String(document['name'])}.yaml`);
  makeFolders(folder);
  writeWhole(file, findingText(document, what, line));
  return file;
}

/** Writes a diagram beside the scenario that was kept as `file`. Returns its file. */
export function keepDiagram(file: string, diagram: string): string {
  const beside = file.replace(/\.yaml$/, '.mmd');
  writeWhole(beside, diagram);
  return beside;
}

function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
