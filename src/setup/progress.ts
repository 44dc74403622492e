import { LabError } from '../errors.js';

/** What happens while a product's packages are obtained. */
export type CopyProgress =
  | { readonly kind: 'started'; readonly title: string; readonly packages: readonly string[]; readonly folder: string }
  | { readonly kind: 'placed'; readonly folder: string; readonly isLasting: boolean }
  | { readonly kind: 'updating'; readonly suite: string | undefined }
  | { readonly kind: 'downloading'; readonly name: string; readonly version: string; readonly size: string }
  | { readonly kind: 'verified'; readonly packages: number }
  | { readonly kind: 'unpacking'; readonly folder: string }
  | { readonly kind: 'ready'; readonly title: string; readonly version: string; readonly folder: string };

/** One event as a line for people. */
export function describeCopyProgress(event: CopyProgress): string {
  switch (event.kind) {
    case 'started':
      return `No ${event.title} on this machine: downloading ${event.packages.join(', ')} as a private copy (nothing is installed on the machine)`;
    case 'placed':
      return event.isLasting
        ? `it goes into ${event.folder}`
        : `no home folder: it goes into ${event.folder}, which is temporary; NEARCAST_CACHE_DIR names another`;
    case 'updating':
      return event.suite === undefined
        ? 'fetching package lists into the private copy (those of the machine do not name the packages)'
        : `fetching the package list of Debian's ${event.suite} into the private copy`;
    case 'downloading':
      return `downloading ${event.name} ${event.version} [${event.size}]`;
    case 'verified':
      return `${String(event.packages)} packages downloaded, verified by apt`;
    case 'unpacking':
      return `unpacking into ${event.folder}`;
    case 'ready':
      return `${event.title} ${event.version} is ready in ${event.folder}`;
    default:
      throw new LabError('BUG', `progress ${JSON.stringify(event satisfies never)}`);
  }
}
