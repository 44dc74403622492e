import type { InstanceColours } from './colours.js';
import { dotText, drawioText, mermaidText, pictureDocument } from './exports.js';
import { layOut } from './layout.js';
import type { Network } from './network.js';
import type { Scene } from './scene.js';
import { svgFile } from './svg.js';
import type { Scheme } from './svg-styles.js';

export const textFormats = ['svg', 'dot', 'mermaid', 'drawio', 'json'] as const;
export type TextFormat = (typeof textFormats)[number];

export interface Picture {
  readonly network: Network;
  readonly scene: Scene;
  readonly colours: InstanceColours;
  readonly caption: string;
  /** Undefined: as whoever looks at it wants it. */
  readonly scheme?: Scheme | undefined;
}

/** A picture in a format that is text. */
export function pictureText(format: TextFormat, { network, scene, colours, caption, scheme }: Picture): string {
  switch (format) {
    case 'svg':
      return svgFile(layOut(network), scene, colours, { caption, scheme });
    case 'dot':
      return dotText(layOut(network), scene, colours, caption);
    case 'mermaid':
      return mermaidText(network, scene, colours);
    case 'drawio':
      return drawioText(layOut(network), scene, colours, caption);
    case 'json':
      return `${JSON.stringify(pictureDocument(layOut(network), scene, colours), undefined, 2)}\n`;
  }
}
