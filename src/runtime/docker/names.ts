import type { ContainerInfo } from 'dockerode';

/** The labels by which a lab's containers are known; nearcast never touches a container without them. */
export const labels = {
  owner: 'nearcast.owner',
  lab: 'nearcast.lab',
  role: 'nearcast.role',
  node: 'nearcast.node',
  topology: 'nearcast.topology',
  nodes: 'nearcast.nodes',
  startedAt: 'nearcast.started-at',
  /** Who makes the lab: `<host> <process> <its start time>`. */
  maker: 'nearcast.maker',
} as const;

/** Whose labs these are, and what their containers' names begin with. */
export interface Owner {
  readonly id: string;
  readonly prefix: string;
  /** What the name of an agent's container ends with, where a lab may have several agents on one engine. */
  readonly share?: string;
}

const DEFAULT_PREFIX = 'nearcast';

/**
 * A user's labs are those of the same name or number, as it is with state folders: who has a state folder of its own
 * has labs of its own. NEARCAST_DOCKER_PREFIX keeps apart the names of several users of one engine.
 */
export function ownerOf(env: NodeJS.ProcessEnv, user: string): Owner {
  const prefix = env['NEARCAST_DOCKER_PREFIX'] ?? '';
  return {
    id: env['NEARCAST_STATE_DIR'] ?? user,
    prefix: /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/.test(prefix) ? prefix : DEFAULT_PREFIX,
  };
}

/** `nearcast-figure3-router1`: what people type behind `docker exec`. */
export function nodeContainerName({ prefix }: Owner, lab: string, node: string): string {
  return `${prefix}-${lab}-${node}`;
}

/** No node's name ends like this. The name says how far the lab is, and two that take it at once cannot both have it. */
export function agentContainerName({ prefix, share = '' }: Owner, lab: string, phase: 'deploying' | 'up'): string {
  return `${prefix}-${lab}.${phase === 'up' ? 'agent' : 'deploying'}${share}`;
}

export function hasName(container: ContainerInfo, name: string): boolean {
  return container.Names.includes(`/${name}`);
}
