import { spawn } from 'node:child_process';
import { LabError } from '../errors.js';
import { resolveFault } from '../fault/resolve-fault.js';
import type { LabPlan } from '../plan/model.js';
import type { Handlers } from '../protocol/messages.js';
import { effectHere } from './fault/effect-here.js';
import type { FaultActions } from './fault/fault-actions.js';
import type { RunningLab } from './lab/running-lab.js';
import { collect } from './system/run-to-end.js';

/** What an agent is asked that has only a part of a lab. `onPlan`: the lab has another plan from now on. */
export function partHandlers(
  running: () => RunningLab,
  acting: () => FaultActions,
  onPlan: (plan: LabPlan) => void,
): Pick<Handlers, 'reach' | 'faults' | 'learn' | 'follow'> {
  return {
    async reach({ addresses }) {
      const found = await Promise.all(
        addresses.map(async (address) => [address, await greatestPacket(address)] as const),
      );
      return Object.fromEntries(found);
    },
    faults() {
      const lab = running();
      return Promise.resolve(
        lab.faults.all.map(({ target, how, settings, cause, effect }) => ({
          target,
          how,
          settings,
          cause,
          isHere: effectHere(effect, lab) !== undefined,
        })),
      );
    },
    async learn({ faults, make }) {
      const lab = running();
      const told = new Map(
        faults.map(({ target, how, settings, cause }) => {
          const fault = resolveFault(lab.plan, target, how, settings);
          return [fault.key, { ...fault, ...(cause === undefined ? {} : { cause }) }] as const;
        }),
      );
      for (const fault of lab.faults.all)
        if (!told.has(fault.key) && effectHere(fault.effect, lab) === undefined) lab.faults.remove(fault);
      const known = new Set(lab.faults.all.map(({ key }) => key));
      for (const fault of told.values()) {
        if (known.has(fault.key)) continue;
        if (effectHere(fault.effect, lab) === undefined) lab.faults.add(fault);
        else if (make === true) await acting().break(fault);
      }
      return null;
    },
    async follow({ plan, part }) {
      const lab = running();
      await lab.elsewhere?.follow(part);
      // All else that it needs of a plan is as it was.
      lab.plan = { ...lab.plan, ...(plan.machines === undefined ? {} : { machines: plan.machines }) };
      onPlan(plan);
      return null;
    },
  };
}

interface Way {
  readonly dev?: string;
  readonly mtu?: number;
}

/** By the route to it, else by the interface of that route. */
async function greatestPacket(address: string): Promise<number> {
  const [way] = await askIp<readonly Way[]>(['route', 'get', address]);
  const [link] = way?.dev === undefined ? [] : await askIp<readonly Way[]>(['link', 'show', 'dev', way.dev]);
  const mtu = way?.mtu ?? link?.mtu;
  if (mtu === undefined)
    throw new LabError('DEPLOY_FAILED', `this machine has no route to ${address}, a machine of the same swarm`);
  return mtu;
}

async function askIp<T>(words: readonly string[]): Promise<T> {
  const { status, output } = await collect(spawn('ip', ['-json', ...words], { cwd: '/' }), '');
  if (status === 0) return JSON.parse(output) as T;
  throw new LabError('DEPLOY_FAILED', `ip ${words.join(' ')}: ${output.trim()}`);
}
