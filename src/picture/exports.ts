import { colourOf, type InstanceColours } from './colours.js';
import { linksUsed } from './course.js';
import { html } from './markup.js';
import { lookOf, tagOf, type Network, type NetworkNode } from './network.js';
import { nodeHeight, type PictureLayout } from './placed.js';
import { statesOf, type LinkState, type NodeState, type Scene } from './scene.js';

/* The picture in the languages of other programs: they lay it out, or draw it, themselves. */

const RED = '#b3261e';
const AMBER = '#875a00';

/** The colour of a node that is broken, or taken out of use. */
function markOf({ broken, isMaintained }: NodeState): string | undefined {
  return broken === undefined ? undefined : isMaintained ? AMBER : RED;
}

/** Nothing passes it. */
function isCut({ broken, label }: LinkState): boolean {
  return broken !== undefined && label?.works !== true;
}

/** Graphviz: `dot` lays it out anew, `neato -n2` keeps the places. */
export function dotText(layout: PictureLayout, scene: Scene, colours: InstanceColours, caption: string): string {
  const states = statesOf(layout, scene);
  const shapes = { client: 'oval', host: 'box', router: 'octagon', switch: 'box', instance: 'box' } as const;
  const nodes = layout.nodes.map((node) => {
    const fill = fillOf(node, scene, colours);
    const look = lookOf(node);
    const mark = markOf(states.node(node.name));
    const attributes = [
      `shape=${shapes[look]}`,
      `pos=${quoted(`${String(Math.round(node.at.x))},${String(Math.round(layout.height - node.at.y))}`)}`,
      ...(tagOf(node) === '' ? [] : [`xlabel=${quoted(tagOf(node))}`]),
      ...(fill === undefined
        ? []
        : ['style=filled', `fillcolor=${quoted(fill.fill)}`, `fontcolor=${quoted(fill.ink)}`]),
      ...(mark === undefined ? [] : [`color=${quoted(mark)}`, 'penwidth=3']),
    ];
    return `  ${quoted(node.name)} [${attributes.join(', ')}];`;
  });
  const links = layout.links.map(({ a, b, cost }, nth) => {
    const state = states.link(nth);
    const [colour] = lineColours(state, colours);
    const attributes = [
      ...(cost === 1 ? [] : [`label=${quoted(String(cost))}`]),
      ...(colour === undefined ? [] : [`color=${quoted(lineColours(state, colours).join(':'))}`, 'penwidth=3']),
      ...(isCut(state) ? ['style=dashed'] : []),
    ];
    return `  ${quoted(a)} -- ${quoted(b)}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`};`;
  });
  return [
    `graph ${quoted(caption)} {`,
    `  label=${quoted(caption)}; labelloc=t; fontname="sans-serif"; node [fontname="sans-serif"]; edge [fontname="sans-serif"];`,
    ...nodes,
    ...links,
    '}',
    '',
  ].join('\n');
}

/** Mermaid, which is drawn where Markdown is shown. */
export function mermaidText(network: Network, scene: Scene, colours: InstanceColours): string {
  const states = statesOf(network, scene);
  const ids = new Map(network.nodes.map(({ name }, nth) => [name, `n${String(nth)}`]));
  const shapes = {
    client: ['([', '])'],
    host: ['[', ']'],
    router: ['{{', '}}'],
    switch: ['[/', '/]'],
    instance: ['[', ']'],
  } as const;
  const nodes = network.nodes.map((node) => {
    const [open, close] = shapes[lookOf(node)];
    const tag = tagOf(node);
    return `  ${ids.get(node.name) ?? ''}${open}"${entities(node.name)}${tag === '' ? '' : ` ${tag}`}"${close}`;
  });
  const links = network.links.map(({ a, b, cost }) => {
    const line = cost === 1 ? '---' : `-- ${String(cost)} ---`;
    return `  ${ids.get(a) ?? ''} ${line} ${ids.get(b) ?? ''}`;
  });
  const nodeStyles = network.nodes.flatMap((node) => {
    const fill = fillOf(node, scene, colours);
    const mark = markOf(states.node(node.name));
    const parts = [
      ...(fill === undefined ? [] : [`fill:${fill.fill}`, `color:${fill.ink}`]),
      ...(mark === undefined ? [] : [`stroke:${mark}`, 'stroke-width:3px', 'stroke-dasharray:5 4']),
    ];
    return parts.length === 0 ? [] : [`  style ${ids.get(node.name) ?? ''} ${parts.join(',')}`];
  });
  const linkStyles = network.links.flatMap((_, nth) => {
    const state = states.link(nth);
    const [colour] = isCut(state) ? [RED] : lineColours(state, colours);
    if (colour === undefined) return [];
    const dashes = isCut(state) ? ',stroke-dasharray:5 4' : '';
    return [`  linkStyle ${String(nth)} stroke:${colour},stroke-width:3px${dashes}`];
  });
  return ['flowchart TB', ...nodes, ...links, ...nodeStyles, ...linkStyles, ''].join('\n');
}

/** A file of draw.io (diagrams.net), with everything where the picture has it. */
export function drawioText(layout: PictureLayout, scene: Scene, colours: InstanceColours, caption: string): string {
  const states = statesOf(layout, scene);
  const ids = new Map(layout.nodes.map(({ name }, nth) => [name, `n${String(nth)}`]));
  const shapes = {
    client: 'rounded=1;arcSize=50;',
    host: 'rounded=1;arcSize=12;',
    router: 'shape=mxgraph.basic.octagon2;dx=8;',
    switch: 'rounded=0;dashed=1;',
    instance: 'rounded=1;arcSize=12;fontStyle=1;',
  } as const;
  const nodes = layout.nodes.map((node) => {
    const fill = fillOf(node, scene, colours);
    const colour = fill === undefined ? '' : `fillColor=${fill.fill};fontColor=${fill.ink};`;
    const mark = markOf(states.node(node.name));
    const broken = mark === undefined ? '' : `strokeColor=${mark};strokeWidth=3;`;
    const style = `${shapes[lookOf(node)]}whiteSpace=wrap;html=0;${colour}${broken}`;
    const [x, y] = [Math.round(node.at.x - node.width / 2), Math.round(node.at.y - nodeHeight / 2)];
    const label = [node.name, tagOf(node)].join(' ').trimEnd();
    return html`<mxCell id="${ids.get(node.name)}" value="${label}" style="${style}" vertex="1" parent="1"><mxGeometry x="${x}" y="${y}" width="${Math.round(node.width)}" height="${nodeHeight}" as="geometry"/></mxCell>
`;
  });
  const links = layout.links.map(({ a, b, cost }, nth) => {
    const state = states.link(nth);
    const [colour] = isCut(state) ? [RED] : lineColours(state, colours);
    const style = `endArrow=none;html=0;${colour === undefined ? '' : `strokeColor=${colour};strokeWidth=3;`}${isCut(state) ? 'dashed=1;' : ''}`;
    return html`<mxCell id="l${nth}" value="${cost === 1 ? '' : cost}" style="${style}" edge="1" parent="1" source="${ids.get(a)}" target="${ids.get(b)}"><mxGeometry relative="1" as="geometry"/></mxCell>
`;
  });
  return html`<mxfile host="nearcast"><diagram name="${caption}"><mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/>
${nodes}${links}</root></mxGraphModel></diagram></mxfile>
`.text;
}

/** All that the picture is made of. */
export function pictureDocument(layout: PictureLayout, scene: Scene, colours: InstanceColours): object {
  const states = statesOf(layout, scene);
  const used = linksUsed(layout, scene.courses);
  return {
    width: Math.ceil(layout.width),
    height: Math.ceil(layout.height),
    nodes: layout.nodes.map(({ name, kind, role, asn, at, width }) => ({
      name,
      kind,
      role,
      ...(asn === undefined ? {} : { asn }),
      x: Math.round(at.x),
      y: Math.round(at.y),
      width: Math.round(width),
      height: nodeHeight,
      ...(states.node(name).broken === undefined ? {} : { broken: states.node(name).broken }),
    })),
    links: layout.links.map(({ a, b, cost, points }, nth) => ({
      a,
      b,
      cost,
      points: points.map(({ x, y }) => [Math.round(x), Math.round(y)]),
      instances: [...(used.get(nth) ?? [])].sort(),
      ...(states.link(nth).broken === undefined ? {} : { broken: states.link(nth).broken }),
    })),
    colours: Object.fromEntries(colours.names.map((name) => [name, colourOf(name, colours).fill])),
    courses: scene.courses,
    ...(scene.before === undefined ? {} : { before: scene.before }),
  };
}

/** An instance has its colour, and a client that of the one that answers it. */
function fillOf(
  node: NetworkNode,
  { courses }: Scene,
  colours: InstanceColours,
): ReturnType<typeof colourOf> | undefined {
  if (node.role === 'instance') return colourOf(node.name, colours);
  const answerers = new Set(courses.filter(({ client }) => client === node.name).map(({ instance }) => instance));
  const [only] = answerers;
  return answerers.size === 1 && typeof only === 'string' ? colourOf(only, colours) : undefined;
}

function lineColours({ instances }: LinkState, colours: InstanceColours): readonly string[] {
  return instances.map((instance) => colourOf(instance, colours).fill);
}

/** As a word of the DOT language. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}

/** As Mermaid takes text that has characters of its own. */
function entities(text: string): string {
  return text.replaceAll(/[^\w .:-]/gu, (character) => `#${String(character.codePointAt(0))};`);
}
