import { expect, test } from 'vitest';
import { NO_FILE, PromptDialog } from '../../src/runner/prompt-dialog.ts';

const FILE = { sizeBytes: 3, sha256: 'abc' };

function dialogWith(written: string[]): PromptDialog {
  return new PromptDialog((line) => written.push(line));
}

/** Lets all that waits for nothing else go on. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('names are asked one after the other, and the file is looked for by its name', async () => {
  const written: string[] = [];
  const dialog = dialogWith(written);
  const sought: string[] = [];
  const find = (savedAs: string) => {
    sought.push(savedAs);
    return Promise.resolve(FILE);
  };
  const [first, second] = [dialog.request('a.png', find), dialog.request('b.png', find)];
  await settle();
  expect(written).toEqual(['a.png']);
  dialog.read("SUCCESS: Image 'b.png' received");
  dialog.read("Looking for 'a.png'");
  dialog.read("SUCCESS: Image 'a.png' received");
  expect(await first).toMatchObject({ outcome: 'found', ...FILE });
  await settle();
  expect(written).toEqual(['a.png', 'b.png']);
  dialog.read("ERROR: Image 'b.png' not found on any peer.");
  expect(await second).toMatchObject({ outcome: 'not-found', ...NO_FILE });
  expect(sought).toEqual(['received_a.png']);
});

test('whoever waits for a program that has ended is told how it did', async () => {
  const dialog = dialogWith([]);
  const find = () => Promise.resolve(FILE);
  const answers = [dialog.request('a.png', find), dialog.request('b.png', find)];
  await settle();
  dialog.end('ended with exit code 1');
  for (const answer of answers) await expect(answer).rejects.toThrow('ended with exit code 1');
});
