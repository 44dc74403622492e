import { render } from 'preact';
import { pageStyles } from '../page-styles.js';
import type { Opening } from '../opening.js';
import { App } from './app.js';
import { Model } from './state/model.js';
import { ModelContext } from './state/use-model.js';

/* What a report runs: each button that it has opens the view of a recording, over the page, at a step of it. */

/** What the report keeps its recordings in. */
const content = document.getElementById('recordings')?.textContent ?? '';
const buttons = [...document.querySelectorAll<HTMLButtonElement>('button[data-recording]')];

async function unpacked(): Promise<readonly Opening[]> {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const json = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(json).json()) as readonly Opening[];
}

/** The view, over the page; its style touches nothing of the page's. */
function stageOf(openings: readonly Opening[]): (recording: number, chapter: number) => void {
  const model = new Model();
  const host = document.body.appendChild(document.createElement('div'));
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(pageStyles());
  shadow.adoptedStyleSheets = [sheet];
  const dialog = shadow.appendChild(document.createElement('dialog'));
  dialog.className = 'replay';
  dialog.setAttribute('aria-label', 'replay');
  dialog.addEventListener('close', () => {
    model.playback.stop();
    render(null, dialog);
  });
  return (recording, chapter) => {
    model.open(openings, recording, chapter);
    dialog.showModal();
    render(
      <ModelContext.Provider value={model}>
        <App
          onClose={() => {
            dialog.close();
          }}
        />
      </ModelContext.Provider>,
      dialog,
    );
    model.play();
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

const stage = once(async () => stageOf(await unpacked()));
for (const button of buttons) {
  const { recording, chapter } = button.dataset;
  button.addEventListener('click', () => {
    void stage().then((show) => {
      show(Number(recording), Number(chapter));
    });
  });
  button.hidden = false;
}
