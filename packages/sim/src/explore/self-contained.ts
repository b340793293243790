import { relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { freezeScenario } from '../bundle/frozen-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { isSection, type Document } from './shrink/document.ts';

/** The scenario without what it extends, its matrix, and names of files that hold in its own folder alone. */
export function selfContained(scenario: Scenario): Document {
  const { text, traces } = freezeScenario(scenario);
  let document: Document = { ...(parse(text) as Document), seed: scenario.seed };
  const { from } = scenario.images;
  if (from !== null) document = withImages(document, resolve(from));
  const faults = document['faults'];
  if (!Array.isArray(faults) || traces.length === 0) return document;
  const moved = new Map(traces.map(({ from: path, name }) => [name, resolve(path)]));
  const named = JSON.stringify(faults, (key, value: unknown) =>
    key === 'trace' && typeof value === 'string' ? (moved.get(value) ?? value) : value,
  );
  return { ...document, faults: JSON.parse(named) as Document[] };
}

/** The same for a file in `folder`: names the folder of pictures and the traces from there. */
export function relativeTo(document: Document, folder: string): Document {
  const near = (path: string): string => relative(folder, path) || '.';
  const images = document['images'];
  const from = isSection(images) ? images['from'] : undefined;
  const named = typeof from === 'string' ? withImages(document, near(from)) : document;
  return JSON.parse(
    JSON.stringify(named, (key, value: unknown) =>
      key === 'trace' && typeof value === 'string' ? near(value) : value,
    ),
  ) as Document;
}

function withImages(document: Document, from: string): Document {
  const images = document['images'];
  return { ...document, images: { ...(isSection(images) ? images : {}), from } };
}
