import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LIMIT_SETTINGS } from '../../../src/cli/configuration/limit-settings.ts';
import { PAGE_FILE, RENEW, renewed } from './renew-reference.ts';

const page = readFileSync(PAGE_FILE, 'utf8');

test('docs/peer.md has the settings of the code', () => {
  expect(page, `renew it: ${RENEW}`).toBe(renewed(page));
});

test.each(LIMIT_SETTINGS.map(({ name }) => name))('limit %s is described', (name) => {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
  expect(row).toMatch(/\w+`? \|$/);
});
