/** A program of a node that is shown with its terminal. */
export interface ShownTerminal {
  readonly node: string;
  readonly program: 'shell' | 'vtysh';
}

export interface TerminalHandle {
  close(): void;
}

/** What a page loads only when it is needed; the replay of a report has none of it. */
export interface Tools {
  readonly terminal?: (
    element: HTMLElement,
    shown: ShownTerminal,
    onEnd: (why: string) => void,
  ) => Promise<TerminalHandle>;
}
