import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIMIT_SETTINGS } from '../../src/cli/configuration/limit-settings.ts';
import { REFUSAL_CODES } from '../../src/core/observer.ts';
import * as wire from '../../src/protocol/limits.ts';
import { MAX_NAME_BYTES } from '../../src/protocol/image-name.ts';
import { DEFAULT_FOLDER_OPTIONS } from '../../src/storage/image-folder.ts';
import { ROOT } from '../temporary-folder.ts';

const PAGE = readFileSync(join(ROOT, 'docs/limits.md'), 'utf8');

/** The rows of the table under a heading, by their first cell. */
function rowsUnder(heading: string): Map<string, string[]> {
  const [, rest = ''] = PAGE.split(`## ${heading}\n`);
  const [part = ''] = rest.split('\n## ');
  const rows = new Map<string, string[]>();
  for (const [, name, cells] of part.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)) {
    rows.set(
      name!,
      cells!.split('|').map((cell) => cell.trim()),
    );
  }
  return rows;
}

test('the page names every limit with its default', () => {
  const written = [...rowsUnder('Limits that can be set')].map(([name, [value]]) => [name, value]);
  const real = LIMIT_SETTINGS.map(({ name, kind, fallback }) => [
    name,
    `\`${kind.write(fallback)}\``,
  ]);
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(real));
  expect(written).toHaveLength(real.length);
});

test('it names every bound of the wire and of the folder', () => {
  const written = rowsUnder('Limits that are fixed');
  const fixed = { ...wire, MAX_NAME_BYTES, ...DEFAULT_FOLDER_OPTIONS };
  for (const [name, value] of Object.entries(fixed)) {
    expect([name, written.get(name)?.[0]]).toEqual([name, value.toLocaleString('en')]);
  }
});

test('it says what leads to each refusal', () => {
  expect([...rowsUnder('Refusals').keys()].sort()).toEqual([...REFUSAL_CODES].sort());
});

test('it names refusals that there are', () => {
  const rows = [...rowsUnder('Limits that can be set').values()];
  const named = rows.flatMap(([, , code = '']) => [...code.matchAll(/`([^`]+)`/g)]);
  expect(named.length).toBeGreaterThan(8);
  expect(named.map(([, code]) => code).filter((code) => !isCode(code))).toEqual([]);
});

function isCode(text: string | undefined): boolean {
  return REFUSAL_CODES.some((code) => code === text);
}
