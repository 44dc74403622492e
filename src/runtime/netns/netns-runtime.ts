import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import type { EnsureOptions } from '../../setup/packaged.js';
import { describeCopyProgress } from '../../setup/progress.js';
import type { Runtime } from '../runtime.js';
import { connectToAgent } from './connection.js';
import { deployNamespaces } from './deploy.js';
import { ensurePrograms } from './programs.js';
import { removeLab } from './removal.js';
import { LabStates } from './state.js';
import { brokenRecord, labNotFound } from './lab-errors.js';

/**
 * Plain Linux namespaces: no Docker, no root, nothing left behind. A lab is one set of namespaces whose process 1 is
 * its agent; when that ends, by any cause, the kernel removes every process, interface and namespace of the lab.
 */
export function netnsRuntime(states: LabStates = LabStates.ofUser()): Runtime {
  return {
    name: 'netns',
    capabilities: { userShell: () => process.env['SHELL'] },
    diagnose: async (options) => (await import('../../setup/doctor.js')).diagnose(options),
    async prepare({ plan, signal, onProgress }) {
      requireLinux();
      refuseContainers(plan);
      const options: EnsureOptions = {
        signal,
        onProgress(progress) {
          const text = describeCopyProgress(progress);
          onProgress({ topic: text, text });
        },
      };
      await ensurePrograms(plan, options);
    },
    deploy: (request) => deployNamespaces(states, request),
    connect(lab) {
      const record = states.find(lab);
      if (record === undefined) throw labNotFound(states, lab);
      if (record.phase === 'broken') throw brokenRecord(states, lab);
      return connectToAgent(record, states.labFolder(lab));
    },
    list: () => Promise.resolve(states.list()),
    remove: (lab, options) => removeLab(states, lab, options),
  };
}

function requireLinux(): void {
  if (process.platform === 'linux') return;
  throw new LabError('PLATFORM_UNSUPPORTED', `labs of namespaces need Linux, and this is ${process.platform}`, {
    hint: 'use a virtual machine, WSL 2, or --runtime docker; predict, diff, graph and validate need no lab',
  });
}

/** Settings of a container have no effect without one: they are refused, never ignored. */
function refuseContainers({ nodes }: LabPlan): void {
  const asking = nodes.filter(({ container }) => container !== undefined).map(({ name }) => name);
  if (asking.length === 0) return;
  const which = asking.join(', ');
  throw new LabError(
    'RUNTIME_UNFIT',
    `the file has settings of containers (image, binds, env or cmd of ${which}), and netns has no containers`,
    {
      hint: 'nearcast up <topology> --runtime docker',
    },
  );
}
