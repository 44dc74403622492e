import type { KeyFate } from '../clab-keys.js';

const limits = { ignored: 'nodes share the machine without limits' };
const terminals = { ignored: '"nearcast shell" opens a shell in a node' };

/** Every option of a device in a lab.conf, as the manual of Kathara has them. */
export const deviceKeys: Readonly<Record<string, KeyFate>> = {
  image: 'used',
  exec: 'used',
  sysctl: 'used',
  env: 'used',
  entrypoint: 'used',
  args: 'used',
  ipv6: { ignored: 'the links of a lab have IPv6 addresses too' },
  mem: limits,
  cpus: limits,
  ulimit: limits,
  port: { ignored: 'no port of a node appears on the machine: "nearcast exec" runs a client inside' },
  bridged: { ignored: "a lab never touches the machine's network" },
  shell: terminals,
  num_terms: terminals,
  privileged: { ignored: 'a node may do everything to its own network' },
  volume: { ignored: 'commands find files where they are on this machine' },
};

/** What a lab.conf says of the lab as a whole. */
export const labKeys: Readonly<Record<string, KeyFate>> = {
  LAB_NAME: 'used',
  LAB_DESCRIPTION: 'used',
  LAB_VERSION: { ignored: 'it is for people' },
  LAB_AUTHOR: { ignored: 'it is for people' },
  LAB_EMAIL: { ignored: 'it is for people' },
  LAB_WEB: { ignored: 'it is for people' },
};
