import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const MODULE = join(import.meta.dirname, '../../src/report/sim-command.ts');

/** What is said in that working folder. */
function commandIn(folder: string): string {
  const print = `console.log((await import(${JSON.stringify(MODULE)})).simCommand())`;
  const options = { cwd: folder, encoding: 'utf8' } as const;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', print], options).stdout;
}

test('in the project it is the script of npm', () => {
  expect(commandIn(ROOT)).toBe('npm run sim --\n');
  expect(commandIn(join(ROOT, 'scenarios'))).toBe('npm run sim --\n');
});

test('elsewhere, or in a package within, npm is told where the project is', () => {
  const told = `npm --prefix ${ROOT} run sim --\n`;
  expect(commandIn(mkdtempSync(join(temporaryFolder(), 'away-')))).toBe(told);
  expect(commandIn(join(ROOT, 'packages/sim/src'))).toBe(told);
});
