/** The engine of a machine, as its relay sees it. */
export const ENGINE_SOCKET = '/var/run/docker.sock';
/** Where a secret of the swarm is in a task. */
export const RELAY_KEY_NAME = 'nearcast-relay';
export const RELAY_KEY_FILE = `/run/secrets/${RELAY_KEY_NAME}`;
export const RELAY_IDENTITY = 'nearcast';
/** On the lab's own network. */
export const RELAY_PORT = 4787;
/** Where the relay is in the agent's image. */
export const RELAY_PROGRAM = '/usr/local/lib/nearcast/relay.js';
/** The header that says why an engine was not reached. */
export const RELAY_WHY = 'nearcast-why';
/** What a relay is told of its lab: whose it is (JSON: its containers may be of several), its name, the number of its own machine, and of those that have nodes. */
export const RELAY_OWNERS = 'NEARCAST_OWNERS';
export const RELAY_LAB = 'NEARCAST_LAB';
export const RELAY_MACHINE = 'NEARCAST_MACHINE';
export const RELAY_MACHINES = 'NEARCAST_MACHINES';
/** The labels of a lab's containers. */
export const OWNER_LABEL = 'nearcast.owner';
export const LAB_LABEL = 'nearcast.lab';
