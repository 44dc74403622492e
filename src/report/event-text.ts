import type { LabEvent } from '../protocol/events.js';

/** An event of a lab as one line for people, `time` already in their words. */
export function eventText(event: LabEvent, time: string): string {
  return `${time}  ${event.kind.padEnd(KIND_WIDTH)}  ${whatOf(event)}`;
}

const KIND_WIDTH = 'dropped'.length;

function whatOf(event: LabEvent): string {
  switch (event.kind) {
    case 'dropped':
      return `${String(event.count)} events are missing: they came faster than they were read`;
    case 'answer':
      return `${event.client} to ${event.address} from port ${String(event.sourcePort)}: ${event.instance ?? event.fate}`;
    default:
      return event.node === null ? event.text : `${event.node}: ${event.text}`;
  }
}
