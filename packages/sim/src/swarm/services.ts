import { PEER_USER } from '../docker/peer-image.ts';
import type { Labels } from '../docker/labels.ts';
import type { Engine } from '../docker/engine.ts';
import { PROGRAM, TOKEN_VARIABLE } from './messages.ts';

/** What a service is made from, in the words of the engine. */
export type ServiceSpec = Parameters<Engine['createService']>[1];

const MEBIBYTE = 2 ** 20;

/** A peer that needs more than so much has a leak. Agents have buffers for the answers of a whole host. */
const PEER_BYTES = 512 * MEBIBYTE;
const AGENT_BYTES = 1_024 * MEBIBYTE;
const MOST_PROCESSES = 200;

/** What all services of a run have in common. */
export interface RunParts {
  /** Identifies the run in names. */
  readonly run: string;
  readonly labels: Labels;
  /** The image, by its digest. */
  readonly image: string;
  readonly networkId: string;
  readonly token: string;
}

/** A place for each peer of a group, spread over the hosts. */
export function holderService(parts: RunParts, group: string, replicas: number): ServiceSpec {
  return service(parts, `peers-${group}`, 'holder', PEER_BYTES, {
    Replicated: { Replicas: replicas },
  });
}

/** An agent on each host. */
export function agentService(parts: RunParts): ServiceSpec {
  return service(parts, 'agents', 'agent', AGENT_BYTES, { Global: {} });
}

function service(
  { run, labels, image, networkId, token }: RunParts,
  name: string,
  part: string,
  bytes: number,
  mode: NonNullable<ServiceSpec['Mode']>,
): ServiceSpec {
  return {
    Name: `imagemesh-${run}-${name}`,
    Labels: { ...labels },
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        Command: ['node', PROGRAM, part],
        Env: [`${TOKEN_VARIABLE}=${token}`],
        User: `${PEER_USER}:${PEER_USER}`,
        Labels: { ...labels },
        CapabilityDrop: ['ALL'],
        // The lab asks it all the time.
        HealthCheck: { Test: ['NONE'] },
        StopGracePeriod: 2e9,
      },
      Resources: { Limits: { MemoryBytes: bytes, Pids: MOST_PROCESSES } },
      // One that is started elsewhere would be another peer; the run tells what became of the first.
      RestartPolicy: { Condition: 'none' },
      Placement: { Preferences: [{ Spread: { SpreadDescriptor: 'node.id' } }] },
      Networks: [{ Target: networkId }],
      LogDriver: { Name: 'none' },
    },
    Mode: mode,
    // Peers are called at their own addresses.
    EndpointSpec: { Mode: 'dnsrr' },
  };
}
