import { spawn } from 'node:child_process';
import { LabError } from '../errors.js';
import type { ActiveFault } from '../fault/active-fault.js';
import { resolveFault } from '../fault/resolve-fault.js';
import type { LabPlan } from '../plan/model.js';
import type { Handlers } from '../protocol/messages.js';
import type { KnownFault, MissingFault } from '../protocol/part.js';
import { effectHere } from './fault/effect-here.js';
import type { FaultActions } from './fault/fault-actions.js';
import type { RunningLab } from './lab/running-lab.js';
import type { Turns } from './step/turns.js';
import { collect } from './system/run-to-end.js';

/** What an agent is asked that has only a part of a lab. `onPlan`: the lab has another plan from now on. */
export function partHandlers(
  running: () => RunningLab,
  acting: () => FaultActions,
  steps: Turns,
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
          isSteady: !steps.isBusy,
        })),
      );
    },
    async learn({ faults, make, undo = [] }) {
      const lab = running();
      const told = new Map(faults.map((known) => [resolved(lab, known).key, known]));
      for (const fault of lab.faults.all)
        if (!told.has(fault.key) && effectHere(fault.effect, lab) === undefined) lab.faults.remove(fault);
      if (undo.length > 0) await steps.take(() => acting().repairAlone(undo.map((known) => listed(lab, known))));
      acting().forgetEnded(new Set(told.keys()));
      const missing: MissingFault[] = [];
      for (const known of told.values()) {
        const fault = resolved(lab, known);
        const isMissing = (): boolean => lab.faults.all.every(({ key }) => key !== fault.key);
        if (!isMissing()) continue;
        if (effectHere(fault.effect, lab) === undefined) lab.faults.add(fault);
        else if (make !== true) missing.push({ ...known, hasEnded: acting().hasEnded(fault) });
        else await steps.take(async () => (isMissing() ? acting().break(fault) : undefined));
      }
      return missing;
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

function resolved(lab: RunningLab, { target, how, settings, cause }: KnownFault): ActiveFault {
  const fault = resolveFault(lab.plan, target, how, settings);
  return cause === undefined ? fault : { ...fault, cause };
}

/** As this agent has it; one that it does not have is nobody's concern. */
function listed(lab: RunningLab, known: KnownFault): ActiveFault {
  const fault = resolved(lab, known);
  return lab.faults.all.find(({ key }) => key === fault.key) ?? fault;
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
