import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import css from '@xterm/xterm/css/xterm.css';
import type { ShownTerminal, TerminalHandle } from '../state/terminal.js';

/** What has been shown is told so often, so that the program can go on. */
const TELL_EVERY_BYTES = 32 * 1024;
const colours = { background: '#15171c', foreground: '#e6e7ea', cursor: '#e6e7ea', selectionBackground: '#3d5a80' };

/** Opens a terminal of a node in an element, and shows it until it is closed, or its program has ended. */
export function openTerminal(
  element: HTMLElement,
  { node, program }: ShownTerminal,
  onEnd: (why: string) => void,
): TerminalHandle {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const terminal = new Terminal({
    fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: 13,
    theme: colours,
    scrollback: 5000,
    screenReaderMode: true,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  fit.fit();
  const address = new URL('terminal', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const size = (): { readonly columns: number; readonly rows: number } => ({
    columns: terminal.cols,
    rows: terminal.rows,
  });
  const { columns, rows } = size();
  address.search = new URLSearchParams({ node, program, columns: String(columns), rows: String(rows) }).toString();
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  // Who types at once is not to lose the first keys.
  const waiting: (string | Uint8Array<ArrayBuffer>)[] = [];
  const send = (content: string | Uint8Array<ArrayBuffer>): void => {
    if (socket.readyState === WebSocket.CONNECTING) waiting.push(content);
    else if (socket.readyState === WebSocket.OPEN) socket.send(content);
  };
  socket.addEventListener('open', () => {
    for (const content of waiting) socket.send(content);
  });
  const tell = (message: object): void => {
    send(JSON.stringify(message));
  };
  let shown = 0;
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    const bytes = new Uint8Array(data);
    terminal.write(bytes, () => {
      shown += bytes.length;
      if (shown < TELL_EVERY_BYTES) return;
      tell({ shown });
      shown = 0;
    });
  });
  socket.addEventListener('close', ({ reason }) => {
    terminal.options.disableStdin = true;
    onEnd(reason === '' ? 'it has ended' : reason);
  });
  const keys = new TextEncoder();
  terminal.onData((text) => {
    send(keys.encode(text));
  });
  terminal.onResize(() => {
    tell(size());
  });
  const resized = new ResizeObserver(() => {
    fit.fit();
  });
  resized.observe(element);
  terminal.focus();
  return {
    close() {
      resized.disconnect();
      socket.close();
      terminal.dispose();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    },
  };
}
