import { html, Markup, nothing, type Content } from '../../picture/markup.js';

/** What makes the steps of a report play again. */
export interface Replay {
  /** It runs from within the page. */
  readonly script: string;
  /** Of the script, as a content security policy writes it. */
  readonly hash: string;
  /** Of all tests, packed: base64. */
  readonly recordings: string;
  /** By the number of a report: that of its recording, where it has one. */
  readonly numbers: readonly (number | undefined)[];
}

/** Where a report keeps its recordings: as what no browser runs. */
export const recordingsId = 'recordings';
export const recordingsType = 'application/gzip;base64';

/** At the end of the page, when all that the script looks for is there. */
export function replayScripts({ script, recordings }: Replay): Markup {
  return html`<script type="${recordingsType}" id="${recordingsId}">${new Markup(recordings)}</script>
<script type="module">${new Markup(script)}</script>
`;
}

/** Shown by the script alone: where none may run, nothing is promised. */
export function replayButton(recording: number | undefined, chapter: number): Content {
  return recording === undefined
    ? nothing
    : html` <button type="button" class="replay" data-recording="${recording}" data-chapter="${chapter}" hidden>&#9654; Replay</button>`;
}
