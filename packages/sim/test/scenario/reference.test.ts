import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { RUNNER_NAMES } from '../../src/cli/runners.ts';
import { virtual } from '../../src/runner/virtual.ts';
import { parseExpectation } from '../../src/scenario/expectation.ts';
import { FIGURES } from '../../src/scenario/figures.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { scenarioReference } from '../../src/scenario/reference.ts';
import { scenarioJsonSchema } from '../../src/scenario/schema/schema.ts';
import { ScenarioFolder } from './folder.ts';
import { PAGE_FILE, RENEW, SCHEMA_FILE } from './renew-reference.ts';

const page = scenarioReference();
const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
const folder = new ScenarioFolder();

/** What the examples of expectations speak of. */
const SUBJECTS = {
  phases: ['discover', 'warm-up', 'steady'],
  groups: [
    { name: 'server', count: 5 },
    { name: 'visitor', count: 15 },
  ],
};

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** Every key, wherever it stands. */
function keysOf(schema: JsonSchema): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    key,
    ...keysOf(inner),
  ]);
  const inside = [...(schema.items ? [schema.items] : []), ...(schema.anyOf ?? [])];
  return [...own, ...inside.flatMap(keysOf)];
}

test('the published page is that of the code', async () => {
  const published = await readFile(PAGE_FILE, 'utf8').catch(() => '');
  expect(published, `docs/scenarios.md is out of date; renew it with: ${RENEW}`).toBe(page);
});

test('the published schema is that of the code', async () => {
  const published: unknown = JSON.parse(await readFile(SCHEMA_FILE, 'utf8').catch(() => 'null'));
  expect(published, `docs/scenario.schema.json is out of date; renew it with: ${RENEW}`).toEqual(
    scenarioJsonSchema(),
  );
});

test('every example of the page is a scenario without a mistake', () => {
  expect(examples).toHaveLength(9);
  for (const example of examples) expect(folder.mistakes(example), example).toEqual([]);
});

test('the examples use most keys, and the virtual runner takes the large one', () => {
  const text = examples.join('\n');
  const keys = new Set(keysOf(scenarioJsonSchema() as JsonSchema));
  // Heads of blocks, too.
  const unused = [...keys].filter(
    (key) => !new RegExp(`(^|[ {])${RegExp.escape(key)}:( |$)`, 'm').test(text),
  );
  // What has an example of its own, or no need of one.
  expect(unused.length).toBeLessThan(25);
  expect(unused).not.toContain('faults');
  expect(virtual.refusals(loadScenario(folder.write(examples[1]!)))).toEqual([]);
});

test('every key and every figure has a row', () => {
  for (const key of keysOf(scenarioJsonSchema() as JsonSchema)) {
    expect(page).toMatch(
      new RegExp(`^\\| \`([\\w-]+\\.)*${RegExp.escape(key)}\` \\| .+ \\| .+ \\| .+\\. \\|$`, 'm'),
    );
  }
  for (const { name, description } of FIGURES) {
    expect(page).toMatch(new RegExp(`^\\| \`${RegExp.escape(name)}\` \\| `, 'm'));
    expect(page).toContain(description);
  }
});

test('every example of an expectation can be read', () => {
  const rows = [...page.matchAll(/^\| `([^`]+ [<>=!]+ [^`]+)` \|/gm)].map(([, text = '']) => text);
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    expect(parseExpectation(row, SUBJECTS)).toHaveProperty('expectation');
  }
});

test('every comparison of the page can be read', () => {
  const [line = ''] = /^Comparisons: .*$/m.exec(page) ?? [];
  const comparisons = [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
  expect(comparisons).toHaveLength(6);
  for (const each of comparisons) {
    expect(parseExpectation(`requests.wrong ${each} 0`, SUBJECTS)).toHaveProperty('expectation');
  }
});

test('every runner and every exit code has a row', () => {
  for (const name of RUNNER_NAMES) expect(page).toContain(`\n| \`${name}\` | `);
  for (const code of Object.values(EXIT)) expect(page).toContain(`\n| ${code} | `);
});

test('every link of the page leads to one of its headings or to a file beside it', async () => {
  const anchors = [...page.matchAll(/^##+ (.+)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(',', '').replaceAll(' ', '-'),
  );
  for (const [, target = ''] of page.matchAll(/\]\(([^)]+)\)/g)) {
    if (target.startsWith('#')) expect(anchors).toContain(target.slice(1));
    else await readFile(new URL(target, `file://${PAGE_FILE}`));
  }
});
