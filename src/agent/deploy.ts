import { writeFileSync } from 'node:fs';
import { LabError } from '../errors.js';
import { internalWeights, weightsRefusal } from '../forecast/remarks/lost-weights.js';
import type { PlanNode } from '../plan/model.js';
import type { Deployment, Progress } from '../protocol/messages.js';
import type { Part } from '../protocol/part.js';
import { neededServers } from '../plan/serve.js';
import { makeConfinedRoots } from './system/confined-root.js';
import { loadNodeNamespaces, type NodeNamespaces } from './system/node-namespaces.js';
import { ContainerProcesses } from './node/container-processes.js';
import { ContainerWatch } from './node/container-watch.js';
import type { SharedByServers } from './service/service-driver.js';
import { deployFailureOf, loadKernel, NetNamespace } from './system/kernel.js';
import { ShapingTools } from './shaping/end-shaper.js';
import { RunningLab } from './lab/running-lab.js';
import { LabNode } from './node/lab-node.js';
import type { NodeProcesses } from './node/node-processes.js';
import { SpawnedProcesses } from './node/spawned-processes.js';
import { setSysctls } from './system/sysctls.js';
import { Elsewhere } from './lab/elsewhere.js';
import { Fellows } from './lab/fellows.js';
import { planOfPart } from './lab/part.js';
import { Trunks } from './lab/trunks.js';
import { wireLinks, type Namespaces } from './lab/wiring.js';

/** Bound over `/etc/hosts` before the agent started; written in place. */
const HOSTS_FILE = '/run/nearcast/hosts';

/** Makes the lab that a plan describes: namespaces first, then links and nodes side by side. Throws DEPLOY_FAILED. */
export async function deploy(...args: Parameters<typeof makeLab>): Promise<RunningLab> {
  try {
    return await makeLab(...args);
  } catch (thrown) {
    throw deployFailureOf(thrown);
  }
}

async function makeLab(
  { plan: whole, files, place, part }: Deployment,
  onProgress: (progress: Progress) => void,
  shared: SharedByServers,
): Promise<RunningLab> {
  const plan = part === undefined ? whole : planOfPart(whole, part);
  const hosts = files.common['hosts'] ?? '';
  const home = NetNamespace.own(loadKernel());
  if (
    place.kind === 'namespaces' &&
    (neededServers(plan).length > 0 || plan.nodes.some(({ routing }) => routing !== undefined))
  )
    makeConfinedRoots(place.programs);
  const watch = new ContainerWatch();
  const namespacesOfNodes = loadNodeNamespaces();
  const own = part === undefined ? plan.nodes : plan.nodes.filter(({ name }) => part.nodes.includes(name));
  const nodes = own.map((node) => {
    const [namespace, processes] =
      place.kind === 'namespaces'
        ? spawned(node, home, place, namespacesOfNodes)
        : contained(node, home, place.pids[node.name] ?? 0, hosts, watch);
    const labNode = new LabNode(node, namespace, processes, files.nodes[node.name] ?? {});
    labNode.raiseLoopback();
    return labNode;
  });
  if (place.kind === 'namespaces') writeFileSync(HOSTS_FILE, hosts);
  onProgress({ phase: 'namespaces', done: nodes.length, total: nodes.length });
  const tools = nodes[0]?.processes.toolEnvironment ?? {};
  const lab = new RunningLab(plan, nodes, new ShapingTools(home, tools), shared);
  const namespaces = { home, of: lab.namespaceOf, tools };
  await lab.start(part === undefined ? wireLinks(plan, namespaces) : wirePart(lab, part, namespaces), onProgress);
  await refuseLostWeights(lab);
  return lab;
}

/** The links of a part of a lab, and the way to the agents of the others. */
async function wirePart(lab: RunningLab, part: Part, namespaces: Namespaces): Promise<void> {
  const trunks = await Trunks.wire(lab, part, namespaces);
  lab.elsewhere = new Elsewhere(lab, await Fellows.meet(trunks.namespace, part), trunks);
}

/** Refuses what a file says of bandwidth where the FRRouting of a node would not heed it. */
async function refuseLostWeights(lab: RunningLab): Promise<void> {
  for (const weighted of internalWeights(lab.plan)) {
    if (!lab.nodes.has(weighted.node)) continue;
    const version = await lab.node(weighted.node).daemons.version('bgpd');
    const refusal = version === undefined ? undefined : weightsRefusal(weighted, version);
    if (refusal !== undefined) throw refusal;
  }
}

function spawned(
  node: PlanNode,
  home: NetNamespace,
  { programs }: Extract<Deployment['place'], { kind: 'namespaces' }>,
  namespacesOfNodes: NodeNamespaces,
): readonly [NetNamespace, NodeProcesses] {
  const namespace = home.create();
  setSysctls(node, namespace, { isSetByEngine: false });
  return [namespace, new SpawnedProcesses(node, namespace, namespacesOfNodes, programs)];
}

function contained(
  node: PlanNode,
  home: NetNamespace,
  pid: number,
  hosts: string,
  watch: ContainerWatch,
): readonly [NetNamespace, NodeProcesses] {
  let namespace: NetNamespace;
  try {
    namespace = home.at(`/proc/${String(pid)}/ns/net`);
  } catch (cause) {
    throw new LabError('DEPLOY_FAILED', `node ${node.name} did not start: its container has ended`, { cause });
  }
  setSysctls(node, namespace, { isSetByEngine: true });
  return [namespace, new ContainerProcesses(node, namespace, pid, hosts, watch)];
}
