import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TerminalHandle } from '../state/terminal.js';
import { useModel } from '../state/use-model.js';

/** The terminal of a node, over the picture. Its program ends with it. */
export function TerminalBox(): JSX.Element | null {
  const model = useModel();
  const { terminal, tools } = model;
  const screen = useRef<HTMLDivElement>(null);
  const [ending, setEnding] = useState<string>();
  useEffect(() => {
    if (screen.current === null || terminal === undefined) return undefined;
    const { current: element } = screen;
    let handle: TerminalHandle | undefined;
    let isGone = false;
    setEnding(undefined);
    void tools.terminal?.(element, terminal, setEnding).then((opened) => {
      handle = opened;
      if (isGone) handle.close();
    });
    return () => {
      isGone = true;
      handle?.close();
    };
  }, [terminal]);
  if (terminal === undefined) return null;
  return (
    <section class="terminal-box" aria-label={`terminal of ${terminal.node}`}>
      <div class="terminal-head">
        <h2>{terminal.node}</h2>
        <span class="quiet">{terminal.program}</span>
        {ending === undefined ? null : <span role="status">{ending}</span>}
        <span class="spacer" />
        <button
          type="button"
          class="small"
          onClick={() => {
            model.set({ terminal: undefined });
          }}
        >
          Close terminal
        </button>
      </div>
      <div class="screen" ref={screen} key={`${terminal.node} ${terminal.program}`} />
    </section>
  );
}
