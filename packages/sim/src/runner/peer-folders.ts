import { readlinkSync } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProcessRunning } from '@imagemesh/peer';
import { readImage, versionHeldBy, type ImageContent } from '../plan/images.ts';
import type { Plan, PlannedImage } from '../plan/plan.ts';
import { RunError } from '../result/run-error.ts';

const PREFIX = 'imagemesh-';

/**
 * Which numbering of processes ours is: a container that shares our temporary folder has another one, in
 * which our labs do not run.
 */
const SPACE = readSpace();

function readSpace(): string {
  try {
    return `n${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''}x`;
  } catch {
    return 'n';
  }
}

/**
 * A temporary folder for one run, with a folder for each peer and its images in `images/` below it.
 * Named by our process, so that the next run can clear away what a killed one has left.
 */
export class PeerFolders {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /**
   * Makes the folders, or those that can be made until `signal`. Rejects with a `RunError` when the disk will
   * not have them.
   */
  static async make(plan: Plan, signal: AbortSignal): Promise<PeerFolders> {
    await removeAbandoned();
    let folders: PeerFolders | null = null;
    try {
      folders = new PeerFolders(await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-${SPACE}`)));
      await folders.#fill(plan, signal);
      return folders;
    } catch (error) {
      await folders?.remove();
      const { message } = error as Error;
      throw new RunError(`The peers' folders could not be made below ${tmpdir()}: ${message}.`, {
        cause: error,
      });
    }
  }

  /** The folder of one peer. */
  of(plan: Plan, peer: number): string {
    return join(this.#root, plan.peers[peer]!.name);
  }

  /** Takes all images from a peer. */
  async empty(plan: Plan, peer: number): Promise<void> {
    const images = join(this.of(plan, peer), 'images');
    await rm(images, { recursive: true, force: true });
    await mkdir(images);
  }

  /** Removes everything. Never rejects. */
  async remove(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }

  // Each image is copied once and linked from there: two thousand peers need no two thousand copies.
  async #fill(plan: Plan, signal: AbortSignal): Promise<void> {
    const originals = join(this.#root, '.originals');
    await mkdir(join(originals, '1'), { recursive: true });
    for (const image of plan.images) {
      if (signal.aborted) return;
      if (image.owners.length > 0) await writeOriginals(image, originals);
    }
    for (const [peer, { images }] of plan.peers.entries()) {
      if (signal.aborted) return;
      const folder = join(this.of(plan, peer), 'images');
      await mkdir(folder, { recursive: true });
      for (const number of images) {
        const image = plan.images[number]!;
        const original = originalOf(originals, image, versionHeldBy(image, peer));
        await link(original, join(folder, image.name));
      }
    }
  }
}

async function writeOriginals(image: PlannedImage, originals: string): Promise<void> {
  await writeOriginal(image, originalOf(originals, image, 1));
  for (const { version, content } of image.others) {
    await mkdir(join(originals, String(version)), { recursive: true });
    await writeOriginal(content, originalOf(originals, image, version));
  }
}

/** Each version has a folder of its own, since they have one name. */
function originalOf(originals: string, { name }: PlannedImage, version: number): string {
  return join(originals, String(version), name);
}

/** A file is copied by the system, which may not even touch its bytes; a generated picture is made here. */
async function writeOriginal(content: ImageContent, path: string): Promise<void> {
  if ('path' in content.source) await copyFile(content.source.path, path);
  else await writeFile(path, readImage(content));
}

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-${SPACE}\\w{6}$`).exec(name)?.[1];
    if (pid === undefined || isProcessRunning(Number(pid))) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
}
