import type { ContainerRuntimeClient } from 'testcontainers';
import { displaySafe } from '@imagemesh/peer';
import { RunError } from '../result/run-error.ts';

/** An engine that runs containers, as testcontainers finds it: DOCKER_HOST, the usual sockets, contexts of docker. */
export type Engine = ContainerRuntimeClient['container']['dockerode'];

/** One of its containers. */
export type EngineContainer = ReturnType<Engine['getContainer']>;

/**
 * Finds the engine. testcontainers takes a third of a second to load, so only those load it who come here. Rejects with
 * a `RunError` when no engine answers.
 */
export async function connectEngine(): Promise<Engine> {
  // Nothing of ours is reached at a published port; testcontainers would run another image to find out where those are.
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] ??= 'localhost';
  const { getContainerRuntimeClient } = await import('testcontainers');
  const wanted = process.env['DOCKER_HOST'] ?? '';
  let engine: Engine;
  try {
    engine = (await getContainerRuntimeClient()).container.dockerode;
  } catch (error) {
    throw noEngine(wanted, error);
  }
  // Where none answers there, testcontainers goes on to the usual places.
  if (wanted !== '' && !isAt(engine, wanted)) throw noEngine(wanted);
  return engine;
}

function noEngine(wanted: string, cause?: unknown): RunError {
  const text =
    wanted === ''
      ? 'No Docker engine answers here; start one, or say with DOCKER_HOST where it is.'
      : `No Docker engine answers at ${displaySafe(wanted, 200)}, which DOCKER_HOST names; start it, wait for the way there, or unset that.`;
  return new RunError(text, { cause });
}

/** Whether an engine is the one that is wanted, written as DOCKER_HOST has it. */
function isAt({ modem }: Engine, wanted: string): boolean {
  const { socketPath, host } = modem as { readonly socketPath?: string; readonly host?: string };
  if (!URL.canParse(wanted)) return false;
  const { protocol, pathname, hostname } = new URL(wanted);
  return protocol === 'unix:' ? socketPath === pathname : host === hostname;
}

/** What an engine complained of, on one line. */
export function engineComplaint(error: unknown): string {
  const { message, json } = error as Error & { json?: { message?: string } };
  return (json?.message ?? message).trim().split('\n')[0]!;
}

/** Whether an engine said that there is no such thing, or that it is so already. */
export function isSettled(error: unknown): boolean {
  const { statusCode } = error as { statusCode?: number };
  return statusCode === 304 || statusCode === 404 || statusCode === 409;
}
