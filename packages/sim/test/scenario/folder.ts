import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePicture } from '../../src/picture/picture.ts';
import { afterAll } from 'vitest';
import {
  formatScenarioError,
  ScenarioError,
  type Problem,
} from '../../src/scenario/located-error.ts';
import { checkScenario } from '../../src/scenario/load.ts';

/** A temporary folder with `images/` (cat.png, dog.png) and `scenarios/`, gone after the tests. */
export class ScenarioFolder {
  readonly root: string = mkdtempSync(join(tmpdir(), 'scenario-'));

  constructor() {
    mkdirSync(join(this.root, 'images'));
    mkdirSync(join(this.root, 'empty'));
    mkdirSync(join(this.root, 'scenarios'));
    for (const [number, name] of ['cat.png', 'dog.png'].entries()) {
      const picture = makePicture({ kind: 'png', sizeBytes: 1_024, seed: 1, number });
      writeFileSync(join(this.root, 'images', name), picture);
    }
    afterAll(() => rmSync(this.root, { recursive: true }));
  }

  /** Writes a scenario and gives its path. */
  write(content: string | Uint8Array, name = 'test.yaml'): string {
    const file = join(this.root, 'scenarios', name);
    writeFileSync(file, content);
    return file;
  }

  /** `line:column message` of every mistake. */
  mistakes(content: string | Uint8Array): string[] {
    return checkScenario(this.write(content)).map(short);
  }

  /** What a person sees, with the folder taken out of the paths. */
  shown(content: string): string {
    const file = this.write(content);
    const text = formatScenarioError(new ScenarioError(file, checkScenario(file)), {
      color: false,
    });
    return text.replaceAll(/^\S*scenarios\/test\.yaml/gm, 'test.yaml');
  }
}

/** `line:column message`. */
export function short({ line, column, message }: Problem): string {
  return `${line}:${column} ${message}`;
}
