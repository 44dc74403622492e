import { LabError } from '../../../errors.js';
import type { Subscriber } from '../../../protocol/channel.js';
import type { SubscribeParams } from '../../../protocol/events.js';
import type { MethodName, Methods } from '../../../protocol/messages.js';
import { round } from '../../../support/round.js';
import type { Agent } from '../../runtime.js';
import { Crew, type Absent, type Member } from './crew.js';
import { EventMerge } from './merge-events.js';
import { mergeConvergence, mergeFindings, mergeStates, mergeTraffic } from './merge-states.js';
import { inOrder, worstNoise } from './merge-steps.js';
import { SharedCapture } from './shared-capture.js';
import { sharedPublication } from './shared-publication.js';
import { stepWithLost } from './step-with-lost.js';

type Conducted = {
  readonly [M in MethodName]?: (params: Methods[M]['params']) => Promise<Methods[M]['result']>;
};

/** A ticket that no caller has chosen. */
const OWN_TICKETS = 1_000_000;

/**
 * The agents of a lab on several machines as one: each request goes to those whose nodes it concerns, and what they say is put
 * together. All times are the first agent's.
 */
export class Conductor implements Agent {
  readonly #conducted: Conducted;
  readonly #captures = new Map<number, SharedCapture>();
  #tickets = OWN_TICKETS;
  #captureIds = 0;

  private constructor(readonly crew: Crew) {
    this.#conducted = { ...this.#whole(), ...this.#byNode(), ...this.#ofCaptures() };
  }

  static async over(members: readonly Member[], absent?: Absent): Promise<Conductor> {
    const plan = await members[0]?.agent.call('plan', {});
    if (plan === undefined) throw new LabError('BUG', 'a lab without an agent');
    return new Conductor(new Crew(members, plan, absent));
  }

  async call<M extends MethodName>(method: M, params: Methods[M]['params']): Promise<Methods[M]['result']> {
    const { lead, members, lost } = this.crew;
    if (members.length === 1 && lost.length === 0) return lead.agent.call(method, params);
    const conducted = this.#conducted[method] as
      ((params: Methods[M]['params']) => Promise<Methods[M]['result']>) | undefined;
    if (conducted !== undefined) return conducted(params);
    throw new LabError('RUNTIME_UNFIT', `a lab on several machines cannot do this yet: ${method}`, {
      hint: 'run it on one machine: --runtime docker',
    });
  }

  async subscribe(params: SubscribeParams, subscriber: Subscriber): Promise<() => Promise<void>> {
    const { members } = this.crew;
    const clocks = await this.crew.clocks();
    const merge = new EventMerge(members.length, params.limit);
    const ends = await Promise.all(
      members.map(({ agent }, index) =>
        agent.subscribe(
          { ...params, among: { toLeadMs: clocks[index]?.toLeadMs ?? 0, isLead: index === 0 } },
          {
            take: (events, untilMs) => {
              const turn = merge.take(index, events, untilMs);
              if (turn.length > 0) subscriber.take(turn);
            },
            end: subscriber.end,
          },
        ),
      ),
    );
    return async () => {
      await Promise.all(ends.map((end) => end()));
    };
  }

  /** What concerns all of them. */
  #whole(): Conducted {
    const { crew } = this;
    const { lead } = crew;
    return {
      async converge(params) {
        await crew.shareFaults();
        return mergeConvergence(await crew.all((agent) => agent.call('converge', params)));
      },
      async ask(params) {
        await crew.shareFaults();
        return inOrder(crew.plan, (await crew.all((agent) => agent.call('ask', params))).flat());
      },
      probe: async (params) => inOrder(crew.plan, (await crew.all((agent) => agent.call('probe', params))).flat()),
      step: (params) => stepWithLost(crew, params, params.ticket ?? this.#tickets++),
      async interrupt(params) {
        await crew.all((agent) => agent.call('interrupt', params));
        return null;
      },
      async observe(params) {
        await crew.shareFaults();
        const clocks = await crew.clocks();
        const seen = await crew.all((agent) => agent.call('observe', params));
        const order = params.clients ?? crew.plan.nodes.map(({ name }) => name);
        return seen
          .flatMap((sightings, index) =>
            sightings.map((each) => ({ ...each, atMs: round(each.atMs + (clocks[index]?.toLeadMs ?? 0)) })),
          )
          .sort((a, b) => order.indexOf(a.client) - order.indexOf(b.client));
      },
      async routes({ wanted }) {
        const read = await crew.all((agent, { nodes }) =>
          agent.call('routes', { wanted: wanted.filter(({ router }) => nodes.includes(router)) }),
        );
        const placeOf = (each: { router: string; table: string; prefix: string }): number =>
          wanted.findIndex(
            ({ router, table, prefix }) => router === each.router && table === each.table && prefix === each.prefix,
          );
        return read.flat().sort((a, b) => placeOf(a) - placeOf(b));
      },
      calibrate: async (params) => worstNoise(await crew.all((agent) => agent.call('calibrate', params))),
      load: () => lead.agent.call('load', {}),
      async inspect(params) {
        await crew.shareFaults();
        const { lost } = crew;
        return mergeStates(crew.plan, await crew.all((agent) => agent.call('inspect', params)), lost);
      },
      async examine() {
        await crew.shareFaults();
        return mergeFindings(await crew.all((agent) => agent.call('examine', {})));
      },
      processes: async () =>
        Object.assign({}, ...(await crew.all((agent) => agent.call('processes', {})))) as Record<string, number>,
      counts: async () => (await crew.all((agent) => agent.call('counts', {}))).flat(),
      publish: (params) => sharedPublication(crew, params),
      traffic: async () => mergeTraffic(await crew.all((agent) => agent.call('traffic', {}))),
      plan: () => Promise.resolve(crew.plan),
      ping: () => lead.agent.call('ping', {}),
    };
  }

  /** What concerns the agent that has a node. */
  #byNode(): Conducted {
    const { crew } = this;
    return {
      logs: async (params) => crew.of(params.node).agent.call('logs', params),
    };
  }

  #ofCaptures(): Conducted {
    const known = (id: number): SharedCapture => {
      const capture = this.#captures.get(id);
      if (capture === undefined) throw new LabError('BUG', `there is no capture ${String(id)}`);
      return capture;
    };
    return {
      captureStart: async (params) => {
        const { capture, ...started } = await SharedCapture.start(this.crew, params);
        const id = this.#captureIds++;
        this.#captures.set(id, capture);
        return { ...started, id };
      },
      captureRead: ({ id }) => known(id).read(),
      captureStop: async ({ id, discard }) => {
        const capture = known(id);
        this.#captures.delete(id);
        return capture.stop({ discard });
      },
    };
  }
}
