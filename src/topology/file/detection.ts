import { parseDuration } from '../../support/duration.js';
import { readBgpTimers, type WrittenBgpTimers } from './routing-policy.js';
import type { BfdSettings, Detection, HealthSettings, HelloSettings } from '../model/topology.js';

/** Detectors as a link or a node writes them. */
export interface WrittenDetection {
  readonly bfd?:
    boolean | { readonly interval?: string | undefined; readonly multiplier?: number | undefined } | undefined;
  readonly ospf?: { readonly hello?: string | undefined; readonly dead?: string | undefined } | undefined;
  readonly bgp?: WrittenBgpTimers | undefined;
}

export interface WrittenHealth {
  readonly check?: string | readonly string[] | undefined;
  readonly interval?: string | undefined;
  readonly timeout?: string | undefined;
  readonly rise?: number | undefined;
  readonly fall?: number | undefined;
  readonly lastResort?: string | undefined;
}

export interface DetectionProblem {
  /** Where below the link, node or service it stands. */
  readonly path: readonly string[];
  readonly message: string;
  readonly hint: string;
}

/** FRR's own defaults for BFD. */
const BFD_DEFAULT: BfdSettings = { intervalMs: 300, multiplier: 3 };
/** OSPF's own (RFC 2328 section C.3): the dead interval is four hellos. */
const HELLOS_PER_DEAD = 4;
const HEALTH_DEFAULT = { intervalMs: 100, timeoutMs: 100, rise: 2, fall: 2 } as const;
/** For a check that starts a program. */
const COMMAND_TIMEOUT_MS = 1000;

export function readDetection({ bfd, ospf, bgp }: WrittenDetection): Detection {
  return { bfd: readBfd(bfd), hello: ospf === undefined ? undefined : readHello(ospf), bgp: readBgpTimers(bgp) };
}

export function readHealth(
  written: WrittenHealth = {},
  { byCommand }: { readonly byCommand: boolean },
): HealthSettings {
  const { check, interval, timeout, rise, fall, lastResort } = written;
  return {
    check,
    intervalMs: duration(interval) ?? HEALTH_DEFAULT.intervalMs,
    timeoutMs: duration(timeout) ?? (byCommand ? COMMAND_TIMEOUT_MS : HEALTH_DEFAULT.timeoutMs),
    rise: rise ?? HEALTH_DEFAULT.rise,
    fall: fall ?? HEALTH_DEFAULT.fall,
    lastResort,
  };
}

export function detectionProblems(written: WrittenDetection, usesOspf: boolean): readonly DetectionProblem[] {
  const problems: DetectionProblem[] = [];
  const { bfd, ospf } = written;
  if (typeof bfd === 'object') {
    const ms = bfd.interval === undefined ? BFD_DEFAULT.intervalMs : parseDuration(bfd.interval);
    if (ms === undefined || ms < 10 || ms > 60_000 || !Number.isInteger(ms)) {
      problems.push({
        path: ['bfd', 'interval'],
        message: `${JSON.stringify(bfd.interval)} is not a BFD interval`,
        hint: 'write whole milliseconds from 10ms to 60s, such as 50ms',
      });
    }
    const { multiplier = BFD_DEFAULT.multiplier } = bfd;
    if (multiplier < 2 || multiplier > 255) {
      problems.push({
        path: ['bfd', 'multiplier'],
        message: `${String(multiplier)} is not a BFD multiplier`,
        hint: 'write a number from 2 to 255; 3 is usual',
      });
    }
  }
  if (ospf !== undefined && usesOspf) problems.push(...helloProblems(ospf));
  if (ospf !== undefined && !usesOspf) {
    problems.push({
      path: ['ospf'],
      message: 'no OSPF runs here: the file says  routing: isis',
      hint: 'leave "ospf" out; "bfd: true" notices a failure sooner',
    });
  }
  return problems;
}

function helloProblems({ hello, dead }: NonNullable<WrittenDetection['ospf']>): readonly DetectionProblem[] {
  const problems: DetectionProblem[] = [];
  const refuse = (key: 'hello' | 'dead', message: string, hint: string): void => {
    problems.push({ path: ['ospf', key], message, hint });
  };
  const { helloMs, deadMs } = readHello({ hello, dead });
  const isRead = (text: string | undefined): boolean => text === undefined || (parseDuration(text) ?? 0) > 0;
  if (!isRead(hello) || helloMs > 65_535_000 || (helloMs >= 1000 && helloMs % 1000 !== 0)) {
    refuse(
      'hello',
      `${JSON.stringify(hello)} is not a hello interval`,
      'write whole seconds, such as 1s or 10s, or a whole part of one, such as 250ms',
    );
  } else if (helloMs < 1000 && (1000 % helloMs !== 0 || 1000 / helloMs > 10)) {
    refuse(
      'hello',
      `OSPF cannot send a hello every ${String(helloMs)} ms`,
      'write 100ms, 125ms, 200ms, 250ms or 500ms: two to ten hellos in a second',
    );
  }
  if (!isRead(dead) || deadMs % 1000 !== 0 || deadMs > 65_535_000) {
    refuse('dead', `${JSON.stringify(dead)} is not a dead interval`, 'write whole seconds, such as 4s');
  } else if (problems.length === 0 && helloMs < 1000 && deadMs !== 1000) {
    refuse(
      dead === undefined ? 'hello' : 'dead',
      'with several hellos a second, the dead interval is one second',
      'write  dead: 1s',
    );
  } else if (problems.length === 0 && deadMs <= helloMs && helloMs >= 1000) {
    refuse(
      'dead',
      'the dead interval is not longer than the hello interval',
      'write four times the hello interval, as is usual',
    );
  }
  return problems;
}

/** `anycast` are the addresses of all services: another instance may answer there. */
export function healthProblems(
  written: WrittenHealth,
  instances: readonly string[],
  anycast: readonly string[],
): readonly DetectionProblem[] {
  const problems: DetectionProblem[] = [];
  const words = [written.check ?? []].flat().flatMap((word) => word.split(/[^0-9a-fA-F:.]+|\/dev\/(?:tcp|udp)\//));
  const asked = anycast.find((address) => words.includes(address));
  if (asked !== undefined) {
    problems.push({
      path: ['health', 'check'],
      message: `the health check asks at ${asked}, an anycast address, where another instance may answer`,
      hint: 'ask at an address of the host itself, such as 127.0.0.1, or leave "check" out: then the instance is asked over loopback',
    });
  }
  for (const key of ['interval', 'timeout'] as const) {
    const text = written[key];
    const ms = text === undefined ? 100 : parseDuration(text);
    if (ms === undefined || ms < 10 || ms > 3_600_000) {
      problems.push({
        path: ['health', key],
        message: `${JSON.stringify(text)} is not a valid ${key} of a health check`,
        hint: 'write it as in 100ms or 5s, from 10ms to 1h',
      });
    }
  }
  for (const key of ['rise', 'fall'] as const) {
    const count = written[key] ?? 1;
    if (count < 1 || count > 1000) {
      problems.push({
        path: ['health', key],
        message: `${String(count)} is not a number of checks`,
        hint: 'write a number from 1 to 1000; 2 is usual',
      });
    }
  }
  if (written.lastResort !== undefined && !instances.includes(written.lastResort)) {
    problems.push({
      path: ['health', 'lastResort'],
      message: `${JSON.stringify(written.lastResort)} is not an instance of this service`,
      hint: `its instances are: ${instances.join(', ')}`,
    });
  }
  return problems;
}

function readBfd(written: WrittenDetection['bfd']): BfdSettings | undefined {
  if (written === undefined || written === false) return undefined;
  if (written === true) return BFD_DEFAULT;
  return {
    intervalMs: duration(written.interval) ?? BFD_DEFAULT.intervalMs,
    multiplier: written.multiplier ?? BFD_DEFAULT.multiplier,
  };
}

function readHello({ hello, dead }: NonNullable<WrittenDetection['ospf']>): HelloSettings {
  const helloMs = duration(hello) ?? 1000;
  return { helloMs, deadMs: duration(dead) ?? (helloMs < 1000 ? 1000 : HELLOS_PER_DEAD * helloMs) };
}

function duration(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}
