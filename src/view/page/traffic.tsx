import type { ComponentChildren, JSX } from 'preact';
import type { SinkholeRates, TrafficRates } from '../traffic.js';
import { Chip } from './chip.js';
import { plural } from './state/texts.js';
import { useModel } from './state/use-model.js';
import { Shares } from './who.js';

/** How much is carried, and by whom: requests of instances, choices of selectors, what floods send and sinkholes take. */
export function Traffic(): JSX.Element | null {
  const { lab, colours, address } = useModel();
  const { traffic } = lab;
  if (traffic === null) return null;
  const floods = Object.entries(traffic.floods);
  const requests = Object.entries(traffic.instances).filter(([, perSecond]) => perSecond > 0);
  const sinkholes = traffic.sinkholes.filter((each) => address === null || each.address === address);
  const choices = traffic.choices.filter((each) => address === null || each.address === address);
  const most = Math.max(
    1,
    ...[...floods, ...requests].map(([, perSecond]) => perSecond),
    ...sinkholes.map(({ perSecond }) => perSecond),
  );
  return (
    <>
      {floods.length + requests.length + sinkholes.length === 0 ? null : (
        <section aria-label="traffic">
          <h2>
            Traffic <span class="quiet">a second</span>
          </h2>
          <ul class="rates">
            {floods.map(([node, perSecond]) => (
              <Rate key={node} perSecond={perSecond} most={most} look="nobody">
                <span>
                  <b>{node}</b> <span class="quiet">floods</span>
                </span>
              </Rate>
            ))}
            {requests.map(([node, perSecond]) => (
              <Rate key={node} perSecond={perSecond} most={most} look={colours.classOf(node)}>
                <Chip instance={node} />
              </Rate>
            ))}
            {sinkholes.map((sinkhole) => (
              <Sunk key={`${sinkhole.node} ${sinkhole.address}`} sinkhole={sinkhole} most={most} />
            ))}
          </ul>
        </section>
      )}
      {choices.length === 0 ? null : <Choices choices={choices} />}
    </>
  );
}

/** A bar as long as a rate is high, among others. */
function Rate({
  perSecond,
  most,
  look,
  children,
}: {
  readonly perSecond: number;
  readonly most: number;
  readonly look: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <li>
      {children}
      <span class="mono">{String(perSecond)}</span>
      <svg class="rate" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="room" x={0} y={0} width={100} height={6} />
        <rect class={`part ${look}`} x={0} y={0} width={(perSecond / most) * 100} height={6} />
      </svg>
    </li>
  );
}

/** A sinkhole, and by which ways it gets how much. */
function Sunk({ sinkhole, most }: { readonly sinkhole: SinkholeRates; readonly most: number }): JSX.Element {
  const { node, address, perSecond, ingresses } = sinkhole;
  return (
    <Rate perSecond={perSecond} most={most} look="sunk">
      <span>
        <b>{node}</b> <span class="quiet">sinks</span> <span class="address">{address}</span>
        {ingresses.map((way) => (
          <span key={way.node} class="address">
            {`from ${way.node}: ${String(way.perSecond)}/s of ${plural(way.sources, 'source')}, ${String(way.sunk)} so far`}
            {way.held === 0 ? '' : `, ${plural(way.held, 'connection')} held`}
          </span>
        ))}
      </span>
    </Rate>
  );
}

/** How each router shares what it gets for a service among instances. */
function Choices({ choices }: { readonly choices: TrafficRates['choices'] }): JSX.Element {
  const routers = [...new Set(choices.map(({ router }) => router))];
  return (
    <>
      {routers.map((router) => (
        <section key={router} aria-label={`choices of ${router}`}>
          <h2>
            {router} chooses <span class="quiet">by its routes</span>
          </h2>
          <ul class="choices">
            {choices
              .filter((each) => each.router === router)
              .map(({ service, address, by, among, weights }) => {
                const shares = among.map((instance, nth) => [instance, weights?.[nth] ?? 1] as const);
                const all = shares.reduce((sum, [, weight]) => sum + weight, 0);
                return (
                  <li key={address}>
                    <span>
                      <b>{service}</b> <span class="address">{address}</span>
                    </span>
                    <span class="quiet">{by}</span>
                    <Shares counts={shares} all={Math.max(1, all)} />
                    <span class="address shared">
                      {among.length === 0
                        ? 'none to choose from'
                        : shares
                            .map(([instance, weight]) => `${instance} ${String(Math.round((weight / all) * 100))} %`)
                            .join(' · ')}
                    </span>
                  </li>
                );
              })}
          </ul>
        </section>
      ))}
    </>
  );
}
