import { run } from './run.js';

/** A part of a release that the machine's apt fetches. */
export interface Source {
  readonly site: string;
  readonly release: string;
  readonly component: string;
}

/** What the machine's apt fetches of distributions: releases, their updates and security updates. */
export async function readSources(signal: AbortSignal | undefined): Promise<readonly Source[]> {
  const format = '$(SITE)\t$(RELEASE)\t$(COMPONENT)';
  const { lines } = await run(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'], { signal });
  return lines
    .map((line) => line.split('\t'))
    .map(([site = '', release = '', component = '']) => ({ site, release, component }))
    .filter(({ site }) => isOfDistribution(site));
}

/** The archive of Debian that the machine's apt fetches from; undefined where it is not Debian's. */
export async function debianArchive(signal: AbortSignal | undefined): Promise<string | undefined> {
  const sources = await readSources(signal);
  return sources.find(({ site, component }) => /\/debian\/?$/.test(site) && component === 'main')?.site;
}

/** Others offer packages under the same code name, signed with keys that a new system does not have. */
function isOfDistribution(site: string): boolean {
  return /^https?:\/\/.*\/(?:debian|debian-security|ubuntu|ubuntu-ports)\/?$/.test(site);
}
