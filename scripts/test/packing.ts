/**
 * Packages of the project as somebody gets them who has not the project: packed by `npm pack` and installed into another
 * folder. They are packed in a copy, since packing changes their manifests for a moment. What they depend on comes
 * from this project's node_modules, so that no network is needed.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect } from 'vitest';
import { ROOT, trackedFiles } from './tracked-files.ts';

/** A package of the project, by its folder in `packages`. */
type PackageName = 'peer' | 'sim';

/** What is used of a manifest. */
export interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** A folder with packed packages in its node_modules. */
export class Elsewhere {
  readonly folder: string;
  /** The copy of the project in which they were packed. */
  readonly copy: string;
  readonly #base = mkdtempSync(join(tmpdir(), 'imagemesh-pack-'));
  readonly #env: NodeJS.ProcessEnv;

  constructor() {
    this.copy = join(this.#base, 'project');
    this.folder = join(this.#base, 'elsewhere');
    // Without what npm, the launcher and vitest have put into it.
    const wanted = /^(npm_|VITEST|NODE_(ENV|OPTIONS|PATH|COMPILE_CACHE)$)/;
    this.#env = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !wanted.test(name))),
      XDG_CACHE_HOME: join(this.#base, 'cache'),
      XDG_STATE_HOME: join(this.#base, 'state'),
      NO_COLOR: '1',
    };
    mkdirSync(join(this.folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules/@types'), join(this.folder, 'node_modules/@types'));
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }\n');
  }

  /** Packs these and installs them. */
  install(...names: readonly PackageName[]): void {
    this.#copyProject(names);
    for (const name of names) this.#pack(name);
    for (const name of names) this.#unpack(name);
  }

  /** Where a package is installed. */
  installed(name: PackageName): string {
    return join(this.folder, 'node_modules/@imagemesh', name);
  }

  /** The manifest of an installed package. */
  manifest(name: PackageName): Manifest {
    return JSON.parse(readFileSync(join(this.installed(name), 'package.json'), 'utf8')) as Manifest;
  }

  /** What publint finds fault with in what was packed. */
  async faults(name: PackageName): Promise<(string | undefined)[]> {
    const bytes = readFileSync(this.#tarball(name));
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    return messages.map((each) => formatMessage(each, pkg));
  }

  /** Runs a program to its end; what it printed. */
  run(command: string, args: readonly string[], cwd: string = this.folder): string {
    const { status, stdout, stderr } = this.attempt(command, args, cwd);
    expect(status, `${command} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
    return stdout;
  }

  /** The same of a program that may fail. */
  attempt(
    command: string,
    args: readonly string[],
    cwd: string = this.folder,
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    return spawnSync(command, args, { cwd, env: this.#env, encoding: 'utf8' });
  }

  /** Removes all of it. */
  remove(): void {
    rmSync(this.#base, { recursive: true, force: true, maxRetries: 3 });
  }

  /** What packing needs of the project. */
  #copyProject(names: readonly PackageName[]): void {
    const files = /^(packages\/(\w+)\/.*|scripts\/pack\.ts|tsconfig\.json|package\.json)$/;
    for (const path of trackedFiles()) {
      const [isWanted, , name] = files.exec(path) ?? [];
      if (isWanted === undefined || !(name === undefined || names.includes(name as PackageName)))
        continue;
      cpSync(join(ROOT, path), join(this.copy, path));
    }
    for (const folder of ['node_modules', ...names.map((name) => `packages/${name}/node_modules`)])
      symlinkSync(join(ROOT, folder), join(this.copy, folder));
  }

  #pack(name: PackageName): void {
    const folder = join(this.copy, 'packages', name);
    this.run('npm', ['pack', '--silent', '--pack-destination', this.#base], folder);
  }

  #tarball(name: PackageName): string {
    const file = readdirSync(this.#base).find((path) => path.startsWith(`imagemesh-${name}-`));
    return join(this.#base, file!);
  }

  /** What `npm install` does with the tarball. */
  #unpack(name: PackageName): void {
    const installed = this.installed(name);
    mkdirSync(installed, { recursive: true });
    this.run('tar', ['-xzf', this.#tarball(name), '--strip-components=1'], installed);
    const { dependencies, bin } = this.manifest(name);
    for (const other of Object.keys(dependencies)) this.#link(name, other);
    for (const [command, path] of Object.entries(bin)) {
      chmodSync(join(installed, path), 0o755);
      symlinkSync(join(installed, path), join(this.folder, 'node_modules/.bin', command));
    }
  }

  /** Makes a library of the project's one of theirs, as long as it is not one of those that were packed. */
  #link(name: PackageName, library: string): void {
    if (library.startsWith('@imagemesh/')) return;
    const to = join(this.installed(name), 'node_modules', library);
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(join(ROOT, 'packages', name, 'node_modules', library), to);
  }
}
