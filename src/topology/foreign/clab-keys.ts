/** What becomes of a key: it is used; or it is left out, or makes the file impossible, for this reason. */
export type KeyFate = 'used' | { readonly ignored: string } | { readonly refused: string };

const used = 'used';
const ignored = (why: string): KeyFate => ({ ignored: why });
const refused = (why: string): KeyFate => ({ refused: why });

const noManagement = 'there is no management network';
const noVendors = 'it is for kinds that do not run here';
const noContainers = 'nodes are not containers that it could be said of';
const templates = 'nothing here is made from templates';

/** Every key of a topology definition file (its JSON schema as of containerlab 0.78), by place. */
export const topKeys: Readonly<Record<string, KeyFate>> = {
  name: used,
  topology: used,
  prefix: ignored('the names of labs have no prefix'),
  mgmt: ignored(noManagement),
  settings: ignored('there are no certificates'),
  debug: ignored('it has a meaning for containerlab only'),
};

export const topologyKeys: Readonly<Record<string, KeyFate>> = {
  nodes: used,
  groups: used,
  kinds: used,
  defaults: used,
  links: used,
};

/** Of a node, and of all nodes of a group or a kind. */
export const nodeKeys: Readonly<Record<string, KeyFate>> = {
  kind: used,
  group: used,
  image: used,
  exec: used,
  binds: used,
  env: used,
  'env-files': used,
  sysctls: used,
  entrypoint: used,
  cmd: used,
  stages: used,
  'network-mode': used,
  license: ignored(noVendors),
  type: ignored(noVendors),
  'startup-config': ignored(noVendors),
  'enforce-startup-config': ignored(noVendors),
  'suppress-startup-config': ignored(noVendors),
  extras: ignored(noVendors),
  components: ignored(noVendors),
  credentials: ignored(noVendors),
  config: ignored(templates),
  'image-pull-policy': ignored('images are pulled when they are missing'),
  'restart-policy': ignored('a node that ends is restored by hand, or by a scenario'),
  'auto-remove': ignored('nothing of a lab stays behind'),
  'startup-delay': ignored('all nodes start at once, and the lab waits until routing has settled'),
  'link-apply-mode': ignored('a lab is made as a whole'),
  ports: ignored('no port of a node appears on the machine: "nearcast exec" runs a client inside'),
  volumes: ignored('there are no volumes of an engine; "binds" has files of the machine'),
  user: ignored(noContainers),
  hostname: ignored('a node is called as in the file'),
  labels: ignored('a lab has no labels'),
  runtime: ignored('--runtime says where nodes run'),
  'mgmt-ipv4': ignored(noManagement),
  'mgmt-ipv6': ignored(noManagement),
  cpu: ignored('nodes share the machine without limits'),
  memory: ignored('nodes share the machine without limits'),
  'cpu-set': ignored('nodes share the machine without limits'),
  'shm-size': ignored('nodes share the machine without limits'),
  dns: ignored('the nodes of a lab know each other by their names'),
  aliases: ignored('nodes are known by their names only'),
  certificate: ignored('there are no certificates'),
  healthcheck: ignored('the health of a service is checked where the file says "health"'),
  'cap-add': ignored('a node may do everything to its own network'),
  privileged: ignored('a node may do everything to its own network'),
  'security-opts': ignored('a node may do everything to its own network'),
  'cgroupns-mode': ignored(noContainers),
  'cgroup-parent': ignored(noContainers),
  'pid-mode': ignored(noContainers),
  tmpfs: ignored(noContainers),
  devices: ignored(noContainers),
};

export const linkKeys: Readonly<Record<string, KeyFate>> = {
  type: used,
  endpoints: used,
  endpoint: used,
  mtu: used,
  'host-interface': used,
  vars: ignored(templates),
  labels: ignored('a lab has no labels'),
  ipv4: ignored('containerlab itself gives these to vendor kinds only'),
  ipv6: ignored('containerlab itself gives these to vendor kinds only'),
  mode: ignored('the link ends at nothing'),
  remote: ignored('the link ends at nothing'),
  vni: ignored('the link ends at nothing'),
  'dst-port': ignored('the link ends at nothing'),
  'src-port': ignored('the link ends at nothing'),
};

export const endpointKeys: Readonly<Record<string, KeyFate>> = {
  node: used,
  interface: used,
  mac: ignored('Ethernet addresses follow from the file'),
  ipv4: ignored('containerlab itself gives these to vendor kinds only'),
  ipv6: ignored('containerlab itself gives these to vendor kinds only'),
  vars: ignored(templates),
};

export const stageKeys: Readonly<Record<string, KeyFate>> = {
  'wait-for': ignored('commands run once all links are up'),
  exec: used,
};

/** In the order in which a node passes them. */
export const stages = ['create', 'create-links', 'configure', 'healthy', 'exit'] as const;

/** What a node of each kind becomes; every other kind is software that is not here. */
export const kindsHere: Readonly<Record<string, 'machine' | 'switch'>> = {
  linux: 'machine',
  bridge: 'switch',
  'ovs-bridge': 'switch',
};

/** How a link of each type ends on its far side. */
export const linkTypes: Readonly<Record<string, 'node' | 'nothing' | 'management'>> = {
  veth: 'node',
  'veth-stitch': 'node',
  dummy: 'nothing',
  host: 'nothing',
  macvlan: 'nothing',
  vxlan: 'nothing',
  'vxlan-stitch': 'nothing',
  'mgmt-net': 'management',
};

/** Why a network mode cannot be had. */
export const networkModes: Readonly<Record<string, KeyFate>> = {
  host: refused("a node has a network of its own, never the machine's"),
  container: refused('two nodes cannot share one network'),
  none: used,
};
