import { writeFileSync } from 'node:fs';
import { LabError } from '../errors.js';
import type { Deployment, Progress } from '../protocol/messages.js';
import { loadKernel, NetNamespace } from './kernel.js';
import { Lab } from './lab.js';
import { LabNode } from './lab-node.js';
import { wireLinks } from './wiring.js';

/** Bound over `/etc/hosts` before the agent started; written in place. */
const HOSTS_FILE = '/run/nearcast/hosts';

/** Makes the lab that a plan describes: namespaces first, then links and nodes side by side. */
export async function deploy(
  { plan, files, programs }: Deployment,
  onProgress: (progress: Progress) => void,
): Promise<Lab> {
  writeFileSync(HOSTS_FILE, files.common['hosts'] ?? '');
  const home = NetNamespace.own(loadKernel());
  const nodes = plan.nodes.map((node) => {
    const namespace = home.create();
    namespace.run(() => {
      for (const [key, value] of node.sysctls) setSysctl(node.name, key, value);
    });
    const labNode = new LabNode(node, namespace, programs, files.nodes[node.name] ?? {});
    labNode.raiseLoopback();
    return labNode;
  });
  onProgress({ phase: 'namespaces', done: nodes.length, total: nodes.length });
  const lab = new Lab(plan, nodes, files);
  await lab.start(wireLinks(plan, lab.namespaceOf), onProgress);
  return lab;
}

/** `/proc/sys/net` is that of the namespace the writing thread is in. Set before any interface exists, so that all inherit. */
function setSysctl(node: string, key: string, value: string): void {
  try {
    writeFileSync(`/proc/sys/${key.replaceAll('.', '/')}`, value);
  } catch (cause) {
    throw new LabError('DEPLOY_FAILED', `${node}: this kernel does not take ${key} = ${value}`, {
      cause,
      hint: 'correct "sysctls:" of the node, or use a kernel that has this setting in network namespaces',
    });
  }
}
