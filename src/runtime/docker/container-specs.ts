import type { ContainerCreateOptions } from 'dockerode';
import { isKernelSince } from '../../plan/flow-hash.js';
import type { LabPlan, PlanNode } from '../../plan/model.js';
import {
  CONTAINER_VARIABLE,
  containerFifos,
  containerInit,
  LAB_VARIABLE,
  runsContainerInit,
} from '../../init/container-init.js';
import { hostNameOf } from '../../init/host-name.js';
import { agentContainerName, labels, nodeContainerName, type Owner } from './names.js';

export interface LabOnEngine {
  readonly owner: Owner;
  readonly lab: string;
  readonly plan: LabPlan;
  readonly startedAt: string;
  readonly maker: string;
  /** The release of the engine's kernel: a setting that it does not have would keep a container from starting. */
  readonly kernel: string;
}

/**
 * What FRR's daemons and a node's programs ask of the kernel, in the node's own namespaces. zebra asks for SYS_ADMIN.
 */
const nodeCapabilities = [
  'NET_ADMIN',
  'NET_RAW',
  'NET_BIND_SERVICE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'SETUID',
  'SETGID',
  'KILL',
  'SYS_CHROOT',
];
const routingCapabilities = ['SYS_ADMIN'];
/**
 * SYS_ADMIN: to enter namespaces; SYS_PTRACE and DAC_OVERRIDE: to see other containers' files below /proc; KILL:
 * faults; SETUID and SETGID: daemons of FRR that it starts again become their own user.
 */
const agentCapabilities = [
  'SYS_ADMIN',
  'SYS_PTRACE',
  'SYS_CHROOT',
  'NET_ADMIN',
  'NET_RAW',
  'NET_BIND_SERVICE',
  'KILL',
  'DAC_OVERRIDE',
  'SETUID',
  'SETGID',
];
/** An agent says little once its lab is up. */
const shortLog = { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } };

function labelsOf(
  { owner, lab, plan, startedAt, maker }: LabOnEngine,
  role: 'node' | 'agent',
  node?: string,
): Record<string, string> {
  return {
    [labels.owner]: owner.id,
    [labels.lab]: lab,
    [labels.role]: role,
    [labels.topology]: plan.topology,
    [labels.nodes]: String(plan.nodes.length),
    [labels.startedAt]: startedAt,
    [labels.maker]: maker,
    ...(node === undefined ? {} : { [labels.node]: node }),
  };
}

/**
 * The container of a node: no network but the links that the agent will bring, the kernel settings of its plan, and
 * only the capabilities that it needs. Its files are laid by the agent, so that nothing of this machine need be on the
 * engine's.
 */
export function nodeContainer(at: LabOnEngine, node: PlanNode, image: string): ContainerCreateOptions {
  const { container } = node;
  const isOurs = runsContainerInit(node);
  const isOwnImage = container?.image === undefined;
  const routing = node.routing === undefined ? [] : routingCapabilities;
  return {
    name: nodeContainerName(at.owner, at.lab, node.name),
    Hostname: hostNameOf(node.name),
    Image: image,
    Labels: labelsOf(at, 'node', node.name),
    Env: [
      ...(container?.env ?? []),
      `${CONTAINER_VARIABLE}=${nodeContainerName(at.owner, at.lab, node.name)}`,
      ofLab(at),
    ],
    ...(isOurs ? initCommand(node) : container?.cmd === undefined ? {} : { Cmd: [...container.cmd] }),
    // A shell that an image starts by default ends at once without a terminal.
    ...(isOurs ? {} : { Tty: true, OpenStdin: true }),
    // It has a network namespace of its own all the same. The engine would start two processes to set up nothing in it.
    NetworkDisabled: true,
    HostConfig: {
      NetworkMode: 'none',
      CapDrop: isOwnImage ? ['ALL'] : [],
      CapAdd: isOwnImage ? [...nodeCapabilities, ...routing] : ['NET_ADMIN', 'NET_RAW', ...routing],
      Sysctls: Object.fromEntries([
        ...engineDefaults,
        ...node.sysctls,
        ...node.flowHash
          .filter(({ since }) => isKernelSince(at.kernel, since))
          .map(({ key, value }) => [key, value] as const),
      ]),
      Binds: [...(container?.binds ?? [])],
      ...(isOurs ? { Tmpfs: { [containerFifos.folder]: 'mode=0755' } } : {}),
    },
  };
}

/** What the containers of this deployment have in common, and no others have. */
function ofLab({ owner, lab, startedAt }: LabOnEngine): string {
  return `${LAB_VARIABLE}=${agentContainerName(owner, lab, 'up')} ${startedAt}`;
}

/** Where a container has no network, engines switch IPv6 off in it. */
const engineDefaults: readonly (readonly [string, string])[] = [
  ['net.ipv6.conf.all.disable_ipv6', '0'],
  ['net.ipv6.conf.lo.disable_ipv6', '0'],
];

function initCommand(node: PlanNode): ContainerCreateOptions {
  const daemons = node.routing?.daemons ?? [];
  const beside = node.container?.cmd ?? [];
  return {
    Entrypoint: ['sh', '-c', containerInit, 'nearcast-node'],
    Cmd: [...daemons, '--', ...beside],
    User: 'root',
    // As a power cut; the shell that waits for the agent would not handle SIGTERM.
    StopSignal: 'SIGKILL',
  };
}

/** The agent's container: among the engine's processes and networks, so that it can enter those of the nodes. */
export function agentContainer(at: LabOnEngine, image: string): ContainerCreateOptions {
  return {
    name: agentContainerName(at.owner, at.lab, 'deploying'),
    Image: image,
    Labels: labelsOf(at, 'agent'),
    Env: [ofLab(at)],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    // Its standard input ends with its maker's connection, and so does the agent, unless it was asked to outlive it.
    StdinOnce: true,
    StopSignal: 'SIGKILL',
    HostConfig: {
      NetworkMode: 'host',
      PidMode: 'host',
      UsernsMode: 'host',
      CapDrop: ['ALL'],
      CapAdd: agentCapabilities,
      // Entering another container's namespaces is what the usual confinement forbids.
      SecurityOpt: ['apparmor=unconfined', 'label=disable'],
      // Of the nodes' kernel settings some change others, and only the agent keeps their order.
      ReadonlyPaths: [],
      LogConfig: shortLog,
    },
  };
}
