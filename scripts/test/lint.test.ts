/**
 * Whether the lint rules that keep a run repeatable truly fire: wrong files are written into a copy of the
 * layout and linted with the project's own configuration. What no rule can tell is looked for by hand.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT, textOf, trackedFiles } from './tracked-files.ts';

const PEER = ['packages/peer/src/core', 'packages/peer/src/protocol'];
const SIM = ['random', 'picture', 'plan', 'workload', 'fault', 'behavior', 'check', 'virtual'].map(
  (part) => `packages/sim/src/${part}`,
);
const LOGIC = [...PEER, ...SIM];

/** By what it would bring in. */
const WRONG: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['timers', 'timers/promises', 'perf_hooks', 'fs', 'fs/promises', 'process', 'os'],
      ...['child_process', 'worker_threads', 'async_hooks', 'net', 'v8', 'url'],
    ].map((module) => [`node:${module}`, `import * as all from 'node:${module}'; export { all };`]),
  ),
  randomBytes: `import { randomBytes } from 'node:crypto'; export { randomBytes };`,
  randomInt: `import { randomInt } from 'node:crypto'; export { randomInt };`,
  'all of crypto': `import * as all from 'node:crypto'; export { all };`,
  'crypto by default': `import all from 'node:crypto'; export { all };`,
  'a module without its prefix': `import { readFileSync } from 'fs'; export { readFileSync };`,
  ...Object.fromEntries(
    [
      ...['Date.now()', 'new Date()', 'performance.now()', 'process.hrtime()', 'globalThis.x'],
      ...['new Intl.NumberFormat()', 'crypto.getRandomValues(x)', 'new WeakRef(x)'],
      ...['setTimeout(x)', 'setInterval(x)', 'setImmediate(x)', 'queueMicrotask(x)', 'fetch(x)'],
      ...['Promise.resolve(x)', 'Math.random()', 'x.localeCompare(x)', 'x.toLocaleString()'],
      ...['x.toLocaleUpperCase()', 'x.toLocaleDateString()'],
      ...['log', 'log2', 'log10', 'log1p', 'exp', 'expm1', 'pow', 'sin', 'cos', 'tan', 'tanh'].map(
        (name) => `Math.${name}(x)`,
      ),
    ].map((code) => [code, `declare const x: any; export const y = ${code};`]),
  ),
  'a destructured Math': 'const { log } = Math; export { log };',
};

const folder = mkdtempSync(join(tmpdir(), 'imagemesh-lint-'));
const OXLINT = join(
  dirname(createRequire(import.meta.url).resolve('oxlint/package.json')),
  'bin/oxlint',
);
const names = Object.keys(WRONG);

afterAll(() => rmSync(folder, { recursive: true }));

/** Files in which something is wrong, of those in the folder. */
function wrongFiles(): ReadonlySet<string> {
  const args = [OXLINT, '-c', '.oxlintrc.json', '--format', 'unix', 'packages'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const restricted = stdout.split('\n').filter((line) => /no-restricted|prefer-node/.test(line));
  return new Set(restricted.map((line) => line.split(':')[0]!));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('lint refuses what would make one run differ from another', () => {
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const part of LOGIC) {
    names.forEach((name, i) => write(join(part, `wrong-${i}.ts`), `${WRONG[name]}\n`));
    write(join(part, 'right.ts'), 'export const root = Math.sqrt(2) + 2 ** 32;\n');
  }
  const wrong = wrongFiles();

  test.each(LOGIC)('in %s', (part) => {
    const missed = names.filter((_, i) => !wrong.has(`${part}/wrong-${i}.ts`));
    expect(missed).toEqual([]);
  });

  test('and nothing else', () => {
    expect(LOGIC.filter((part) => wrong.has(`${part}/right.ts`))).toEqual([]);
  });
});

/** `2 ** 32`, and a few names that hold whole numbers. */
const COUNT_OF_BITS = /^(\w+\()*\(*2 \*\* (\d+|doublings|this\.#losses|SLOT_BITS|\(\(flags)/;

// Only whole powers of whole numbers are the same in every engine, and no rule of the linter knows the operator.
test('the operator ** stands only between a whole number and a whole number or a count of bits', () => {
  const files = trackedFiles().filter((path) => LOGIC.some((part) => path.startsWith(`${part}/`)));
  expect(files.length).toBeGreaterThan(50);
  const powers = files.flatMap((path) =>
    (textOf(path) ?? '')
      .split('\n')
      .filter((line) => line.includes('**') && !/^\s*\/?\*/.test(line))
      .flatMap((line) => [...line.matchAll(/(\S+) \*\* ?(\S+)/g)].map(([power]) => power)),
  );
  expect(powers.length).toBeGreaterThan(5);
  expect(powers.filter((power) => !COUNT_OF_BITS.test(power))).toEqual([]);
});
