import type { InstanceColours } from '../../picture/colours.js';
import { drawing, linkBody, linkClass, middleOf, nodeBody, nodeClass } from '../../picture/draw.js';
import { html } from '../../picture/markup.js';
import { nodeHeight, type PictureLayout, type PlacedNode, type Point } from '../../picture/placed.js';
import { round } from '../../support/round.js';
import { statesOf, type Scene } from '../../picture/scene.js';
import { dotsOf, type LinkPeers } from './peers.js';
import { PictureFocus } from './picture-focus.js';
import type { Selection } from './state/model.js';

/** The picture in the page. Only what has changed is drawn again. */
export class DrawnNetwork {
  readonly focus: PictureFocus;
  readonly #layout: PictureLayout;
  readonly #nodes: readonly SVGGElement[];
  readonly #links: readonly SVGGElement[];
  readonly #dots: readonly (readonly Point[])[];
  readonly #drawn = new Map<SVGGElement, string>();

  constructor(world: SVGGElement, layout: PictureLayout, colours: InstanceColours) {
    this.#layout = layout;
    this.#dots = layout.links.map((link) => dotsOf(layout, link));
    world.innerHTML = drawing(layout, { courses: [] }, colours).text;
    const nodes = new Map(
      [...world.querySelectorAll<SVGGElement>('g[data-node]')].map((group) => [group.dataset['node'], group]),
    );
    this.#nodes = layout.nodes.flatMap(({ name }) => nodes.get(name) ?? []);
    this.#links = [...world.querySelectorAll<SVGGElement>('g[data-link]')];
    const groups = [...this.#nodes, ...this.#links];
    for (const group of groups) group.setAttribute('role', 'button');
    this.focus = new PictureFocus(groups, [
      ...layout.nodes.map(({ at }) => at),
      ...layout.links.map(({ points }) => middleOf(points)),
    ]);
  }

  /** Shows a scene, which neighbors have which links, and what each node sends or gets in a second. */
  show(
    scene: Scene,
    colours: InstanceColours,
    selection: Selection,
    { peers, rates }: { readonly peers: ReadonlyMap<number, LinkPeers>; readonly rates: ReadonlyMap<string, number> },
  ): void {
    const states = statesOf(this.#layout, scene);
    this.#layout.nodes.forEach((node, nth) => {
      const state = states.node(node.name);
      const isChosen = selection?.kind === 'node' && selection.name === node.name;
      this.#draw(
        this.#nodes[nth],
        `${nodeClass(node, state, colours)}${isChosen ? ' chosen' : ''}`,
        `${nodeBody(node, state, colours).text}${rateAt(node, rates)}`,
        { isChosen },
      );
    });
    this.#layout.links.forEach((link, nth) => {
      const state = states.link(nth);
      const isChosen = selection?.kind === 'link' && selection.nth === nth;
      this.#draw(
        this.#links[nth],
        `${linkClass(state)}${isChosen ? ' chosen' : ''}`,
        `${linkBody(link, state, colours).text}${this.#dotsAt(nth, peers.get(nth))}`,
        { isChosen, isThin: true },
      );
    });
  }

  /** Neighbors, as a dot at either end: hollow where one has lost the other. */
  #dotsAt(nth: number, peers: LinkPeers | undefined): string {
    if (peers === undefined) return '';
    const look = peers.isDown ? 'peer lost' : 'peer';
    return (this.#dots[nth] ?? [])
      .map(
        ({ x, y }) =>
          html`<circle class="${look}" cx="${x}" cy="${y}" r="4"><title>${peers.says}</title></circle>`.text,
      )
      .join('');
  }

  #draw(
    group: SVGGElement | undefined,
    look: string,
    body: string,
    { isChosen, isThin = false }: { readonly isChosen: boolean; readonly isThin?: boolean },
  ): void {
    if (group === undefined) return;
    group.setAttribute('aria-current', String(isChosen));
    const drawn = `${look} ${body}`;
    if (this.#drawn.get(group) === drawn) return;
    this.#drawn.set(group, drawn);
    group.setAttribute('class', look);
    group.innerHTML = body;
    // The first title is what is read out, and what is shown beside the pointer.
    const [title, ...others] = group.querySelectorAll('title');
    const beside = [...group.querySelectorAll('.tag, .rate')].map(({ textContent }) => textContent);
    const all = new Set([title?.textContent, ...others.map(({ textContent }) => textContent), ...beside]);
    if (title !== undefined) title.textContent = [...all].join('; ');
    // A line is too thin to be hit by a finger.
    const wire = isThin ? group.querySelector('.wire') : null;
    if (wire === null) return;
    const hit = wire.cloneNode() as SVGPathElement;
    hit.setAttribute('class', 'hit');
    wire.after(hit);
  }
}

/** Below a node, as a bar beside those of others. */
function rateAt({ name, at, width }: PlacedNode, rates: ReadonlyMap<string, number>): string {
  const perSecond = rates.get(name) ?? 0;
  if (perSecond === 0) return '';
  const most = Math.max(...rates.values());
  const [x, y] = [round(at.x - width / 2), round(at.y + nodeHeight / 2 + 4)];
  const part = round((perSecond / most) * width);
  return html`<g class="rate"><rect class="room" x="${x}" y="${y}" width="${round(width)}" height="5" rx="2.5"/><rect class="part" x="${x}" y="${y}" width="${part}" height="5" rx="2.5"/><text x="${round(at.x)}" y="${y + 17}">${perSecond}/s</text></g>`
    .text;
}
