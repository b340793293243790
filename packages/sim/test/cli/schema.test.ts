import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scenarioJsonSchema } from '../../src/scenario/schema/schema.ts';
import { sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();

test('the JSON Schema is printed', async () => {
  const { code, stdout, stderr } = await sim(['schema']);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual(scenarioJsonSchema());
});

test('the JSON Schema is written to a file', async () => {
  const file = join(folder, 'schema.json');
  expect(await sim(['schema', '--out', file])).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(scenarioJsonSchema());
});

test('a file that cannot be written is an error of the command', async () => {
  const { code, stdout, stderr } = await sim(['schema', '--out', join(folder, 'nowhere', 'x')]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^sim: The schema cannot be written to .*nowhere.* \(ENOENT\)\.\n$/);
});
