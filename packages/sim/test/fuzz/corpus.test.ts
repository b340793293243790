import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { batchName, decodeBatch, encodeBatch } from '../../src/fuzz/batch-text.ts';
import { keepBatch, readCorpus } from '../../src/fuzz/corpus.ts';
import { fuzzImages } from '../../src/fuzz/fuzz-images.ts';
import { judgeBatch } from '../../src/fuzz/fuzzer.ts';
import { findingLines } from '../../src/fuzz/show-finding.ts';
import { signaturesOf } from '../../src/fuzz/signature.ts';
import { VirtualTarget } from '../../src/fuzz/virtual-target.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const CORPUS = join(import.meta.dirname, 'corpus');
const corpus = readCorpus([CORPUS]);
const images = fuzzImages();
const target = new VirtualTarget(images);

test.each(corpus)('our peer stands $file', async ({ batch }) => {
  const finding = await judgeBatch(batch, target, { images, dialect: 'ours' });
  expect(finding.problems, findingLines(finding).join('\n')).toEqual([]);
});

test('the corpus covers many kinds of behaviour', async () => {
  const seen = new Set<string>();
  for (const { batch } of corpus) {
    const { observation } = await judgeBatch(batch, target, { images, dialect: 'ours' });
    for (const one of signaturesOf(batch, observation)) seen.add(one);
  }
  expect(corpus.length).toBeGreaterThan(50);
  expect(seen.size).toBeGreaterThan(100);
});

test('files are called after their content', () => {
  for (const { file, batch } of corpus) expect(batchName(batch)).toBe(basename(file));
});

describe('a file', () => {
  const folder = temporaryFolder();

  test('is read as it was written, with every byte', () => {
    const pieces = [Uint8Array.from({ length: 256 }, (_, i) => i)];
    const batch = {
      calls: [{ pieces, pauseMs: 3, ending: 'reset' as const }],
      replies: [],
      fetch: 'é',
    };
    expect(encodeBatch(batch)).toMatch(/^[\n\x20-\x7e]*$/);
    const read = decodeBatch(encodeBatch(batch));
    expect({
      ...read,
      calls: [{ ...read.calls[0], pieces: [...read.calls[0]!.pieces[0]!] }],
    }).toEqual({ ...batch, calls: [{ ...batch.calls[0], pieces: [...pieces[0]!] }] });
    const file = keepBatch(folder, batch);
    expect(keepBatch(folder, batch)).toBe(file);
    expect(readdirSync(folder)).toEqual([basename(file)]);
  });

  test.each([
    ['{', /is no input of the fuzzer: it is no JSON/],
    ['{"calls":[],"replies":[]}', /is no input of the fuzzer: fetch: /],
    [
      '{"calls":[{"pieces":["€"],"pauseMs":0,"ending":"end"}],"replies":[],"fetch":null}',
      /calls\.0\.pieces\.0: expected bytes/,
    ],
  ])('that holds %s is refused in a sentence', (text, message) => {
    const file = join(folder, 'bad.json');
    writeFileSync(file, text);
    expect(() => readCorpus([file])).toThrow(message);
  });

  test('that is not there is refused', () => {
    expect(() => readCorpus([join(folder, 'none')])).toThrow(/none cannot be read/);
  });
});
