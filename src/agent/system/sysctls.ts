import { writeFileSync } from 'node:fs';
import { LabError } from '../../errors.js';
import type { PlanNode } from '../../plan/model.js';
import { errnoOf, type NetNamespace } from './kernel.js';

/**
 * Gives a node its kernel settings, in their order: `ip_forward` changes others. Before any interface exists, so that
 * all inherit. An engine has given a container the same ones, but in an order of its own; where it lets nobody else
 * write them, that is what there is.
 */
export function setSysctls(
  { name, sysctls, flowHash }: PlanNode,
  namespace: NetNamespace,
  { isSetByEngine }: { readonly isSetByEngine: boolean },
): void {
  namespace.run(() => {
    for (const [key, value] of sysctls) {
      try {
        // `/proc/sys/net` is that of the namespace the writing thread is in.
        writeFileSync(`/proc/sys/${key.replaceAll('.', '/')}`, value);
      } catch (cause) {
        if (isSetByEngine && errnoOf(cause) === 'EROFS') return;
        throw new LabError('DEPLOY_FAILED', `${name}: this kernel does not accept ${key} = ${value}`, {
          cause,
          hint: 'correct "sysctls:" of the node, or use a kernel that has this setting in network namespaces',
        });
      }
    }
    for (const { key, value } of flowHash) {
      try {
        writeFileSync(`/proc/sys/${key.replaceAll('.', '/')}`, value);
      } catch {
        // What an older kernel does not have, it does without; doctor says what that means.
      }
    }
  });
}
