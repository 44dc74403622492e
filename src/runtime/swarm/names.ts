import type { Owner } from '../docker/names.js';

/** Labs on a swarm are others than those on its machines' engines by themselves. */
export function ownerOnSwarm({ id, prefix }: Owner): Owner {
  return { id: `${id} on a swarm`, prefix };
}

/** Whose containers those of a part are that was made of the nodes of a lost machine: others of the lab may be on the same engine. */
export function ownerOfPart({ id, prefix }: Owner, part: number): Owner {
  return { id: `${id}, part ${String(part)}`, prefix, share: `-${String(part)}` };
}

/** What a lab has in the swarm itself, each under one name: its service, network and secret. */
export function relayName({ prefix }: Owner, lab: string): string {
  return `${prefix}-${lab}-relay`;
}

/** The service that ends what is left of a part whose nodes were given to other machines. */
export function endingName(owner: Owner, lab: string, part: number): string {
  return `${relayName(owner, lab)}-ends-${String(part)}`;
}

/** Of the lab's network among machines. */
export const firstNetworkLabel = 'nearcast.first-network';

/** The machines that have nodes of the lab, as JSON. */
export const machinesLabel = 'nearcast.machines';

/** Set where the lab was removed as far as its machines were reached. */
export const endingLabel = 'nearcast.ending';
