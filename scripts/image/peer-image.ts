/** The image of the peer, made without an engine and without a registry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, SOURCES_LABEL } from '../../packages/sim/src/docker/peer-sources.ts';
import { bundlePeer } from './bundle.ts';
import { makeLayer, makeTar, sha256, type ImageFile } from './layer.ts';
import { NODE, nodeFiles } from './node-files.ts';
import { ROOT } from './root.ts';

/** Whom the peer runs as, user and group: nobody who is anybody elsewhere. */
const USER = 10_001;

/** An image in a file, as `docker load` takes it. */
export interface PeerImage {
  /** `imagemesh/peer:0.1.0`. */
  readonly tag: string;
  /** What engines call the image: `sha256:…` of its configuration. */
  readonly id: string;
  readonly archive: Uint8Array;
}

/** As an engine keeps it. */
export interface ContainerConfig {
  readonly User: string;
  readonly ExposedPorts: object;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  /** Times are in nanoseconds. */
  readonly Healthcheck: {
    readonly Test: readonly string[];
    readonly Interval: number;
    readonly Timeout: number;
    readonly StartPeriod: number;
    readonly Retries: number;
  };
  readonly Volumes: object;
  readonly WorkingDir: string;
  readonly StopSignal: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/**
 * Makes the image. The same sources, Node and system libraries give the same bytes. It is as old as SOURCE_DATE_EPOCH
 * says, in seconds, or as time itself.
 */
export async function makePeerImage(): Promise<PeerImage> {
  const { version, description } = JSON.parse(
    readFileSync(join(ROOT, 'packages/peer/package.json'), 'utf8'),
  ) as { version: string; description: string };
  const layers = [await makeLayer(nodeFiles()), await makeLayer(await peerFiles())];
  const created = new Date(Number(process.env['SOURCE_DATE_EPOCH'] ?? 0) * 1_000).toISOString();
  const config = new TextEncoder().encode(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      created,
      config: labelled(containerConfig(version, description)),
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
      history: ['node', 'peer'].map((part) => ({ created, created_by: `scripts/image: ${part}` })),
    }),
  );
  const id = sha256(config);
  const tag = `imagemesh/peer:${version}`;
  const manifest = [
    {
      Config: `${id}.json`,
      RepoTags: [tag],
      Layers: layers.map(({ digest }) => `${digest}.tar`),
    },
  ];
  const archive = await makeTar([
    ...layers.map(({ tar, digest }) => file(`/${digest}.tar`, tar)),
    file(`/${id}.json`, config),
    file('/manifest.json', new TextEncoder().encode(JSON.stringify(manifest))),
  ]);
  return { tag, id: `sha256:${id}`, archive };
}

/** The lab tests no image but that of its own sources. */
function labelled(config: ContainerConfig): ContainerConfig {
  const sources = digestOf(join(ROOT, 'packages/peer'));
  return { ...config, Labels: { ...config.Labels, [SOURCES_LABEL]: sources } };
}

/** What a container of the image does; the last stage of the Dockerfile says the same. */
export function containerConfig(version: string, description: string): ContainerConfig {
  return {
    User: `${USER}:${USER}`,
    ExposedPorts: { '9000/tcp': {} },
    Env: ['PATH=/bin', 'P2P_IMAGES=/images'],
    Entrypoint: [NODE, '/app/p2p.mjs'],
    Healthcheck: {
      Test: ['CMD', NODE, '/app/p2p.mjs', 'ping'],
      Interval: 30e9,
      Timeout: 5e9,
      StartPeriod: 5e9,
      Retries: 3,
    },
    Volumes: { '/images': {} },
    WorkingDir: '/images',
    StopSignal: 'SIGTERM',
    Labels: {
      'org.opencontainers.image.title': 'imagemesh peer',
      'org.opencontainers.image.description': description,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': 'MIT',
    },
  };
}

async function peerFiles(): Promise<ImageFile[]> {
  const bundled = await bundlePeer();
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  return [
    ...bundled.map(([name, content]) => file(`/app/${name}`, content)),
    file('/etc/passwd', text(`peer:x:${USER}:${USER}:peer:/nonexistent:/bin/false\n`)),
    file('/etc/group', text(`peer:x:${USER}:\n`)),
    { path: '/images', mode: 0o755, content: null, owner: USER },
    { path: '/tmp', mode: 0o1777, content: null },
  ];
}

function file(path: string, content: Uint8Array): ImageFile {
  return { path, mode: 0o644, content };
}
