import { availableParallelism } from 'node:os';
import { toLabError } from '../errors.js';
import { frrChoices } from '../frr/versions.js';
import { frrProduct, locateFrr, privateCopyFolder, proveFrr } from './frr.js';
import { type Environment, findProgram, readDistribution, readTextIfAny } from './machine.js';
import { explainUnshareFailure, readNamespaceFacts, unshareWords } from './namespaces.js';
import { installCommand } from './os-release.js';
import { explainWhyNotObtainable } from './packaged.js';
import { provePrograms } from './prove.js';
import { run } from './run.js';
import { debianArchive } from './sources.js';
import { locateServer, serverCopyFolder, type ServerName, serverNames, serverProducts } from './servers.js';

/** One thing that nearcast needs from a machine, and how it stands there. */
export interface Check {
  readonly name: string;
  /** `missing`: a lab cannot run without it. `warning`: it can, with less. */
  readonly status: 'ok' | 'missing' | 'warning';
  /** What was found, in a few words. */
  readonly found: string;
  /** How to repair it: a command, or what nearcast will do by itself. */
  readonly hint?: string | undefined;
}

export interface DiagnoseOptions {
  readonly env?: Environment | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Context {
  readonly env: Environment;
  readonly signal: AbortSignal | undefined;
}

const utilLinuxPrograms = ['unshare', 'nsenter', 'setpriv', 'mount'];
const leastNode = [20, 19] as const;
/** Figure 3 needs about this much: six routing nodes, each of three to four daemons. */
const comfortableMb = 512;

/**
 * Looks at everything that a lab needs from this machine, by really trying where that can be done, and says what is
 * missing and how to repair it. Changes nothing; takes a fraction of a second.
 */
export async function diagnose({ env = process.env, signal }: DiagnoseOptions = {}): Promise<readonly Check[]> {
  const context: Context = { env, signal };
  const namespaces = await checkNamespaces(context);
  const kernel = namespaces.status === 'ok' ? await checkKernel(context) : [];
  return [
    checkPlatform(),
    checkNode(process.versions.node),
    checkUtilLinux(env),
    checkIp(env),
    checkNft(env),
    namespaces,
    ...kernel,
    await checkFrr(context),
    await checkFrrVersions(context),
    checkDig(env),
    checkPing(env),
    ...(await Promise.all(serverNames.map((server) => checkServer(server, context)))),
    checkMemory(readTextIfAny('/proc/meminfo') ?? ''),
  ];
}

/** Whether labs can run on a machine with these findings. */
export function isFit(checks: readonly Check[]): boolean {
  return checks.every(({ status }) => status !== 'missing');
}

function checkPlatform(): Check {
  const name = 'system';
  const cores = `${String(availableParallelism())} cores`;
  if (process.platform === 'linux') {
    return { name, status: 'ok', found: `${readDistribution().prettyName}, ${process.arch}, ${cores}` };
  }
  return {
    name,
    status: 'missing',
    found: process.platform,
    hint: 'labs run on Linux: use a virtual machine or WSL 2',
  };
}

/** Judges a version of Node, as in `process.versions.node`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  const check = { name: 'Node', found: version };
  return enough
    ? { ...check, status: 'ok' }
    : { ...check, status: 'missing', hint: `install Node ${leastNode.join('.')} or newer` };
}

function checkUtilLinux(env: Environment): Check {
  const missing = utilLinuxPrograms.filter((program) => findProgram(program, env) === undefined);
  const name = 'util-linux';
  if (missing.length === 0) return { name, status: 'ok', found: utilLinuxPrograms.join(', ') };
  return { name, status: 'missing', found: `without ${missing.join(', ')}`, hint: installHint('util-linux') };
}

function checkIp(env: Environment): Check {
  const found = findProgram('ip', env, locateFrr(env)?.binDirs);
  if (found !== undefined) return { name: 'ip', status: 'ok', found };
  if (explainWhyNotObtainable(frrProduct, env) === undefined) {
    return { name: 'ip', status: 'warning', found: 'not there', hint: 'the next `up` downloads a private copy' };
  }
  return { name: 'ip', status: 'missing', found: 'not there', hint: installHint('iproute2') };
}

function checkNft(env: Environment): Check {
  const found = findProgram('nft', env, locateFrr(env)?.binDirs);
  if (found !== undefined) return { name: 'nft', status: 'ok', found };
  const without = 'missing: links cannot be silenced, and cannot lose or delay packets';
  return { name: 'nft', status: 'warning', found: without, hint: installHint('nftables') };
}

async function checkNamespaces({ signal }: Context): Promise<Check> {
  const facts = readNamespaceFacts();
  const name = 'namespaces';
  const who = facts.uid === 0 ? 'root' : 'an ordinary user';
  const { ok, lines } = await run(['unshare', ...unshareWords(facts.uid), 'true'], { signal });
  if (ok) return { name, status: 'ok', found: `${who} can create user, mount, network and PID namespaces` };
  const { message, hint } = explainUnshareFailure(lines.join('\n'), facts);
  return { name, status: 'missing', found: message, hint };
}

/** What the kernel can make in a fresh network namespace, by making it there. */
async function checkKernel({ env, signal }: Context): Promise<readonly Check[]> {
  const ip = findProgram('ip', env);
  if (ip === undefined) return [];
  const uid = process.getuid?.() ?? 0;
  const tryLink = async (name: string, ...words: readonly string[]): Promise<Check> => {
    const { ok, lines } = await run(['unshare', ...unshareWords(uid), ip, 'link', 'add', ...words], { signal });
    if (ok) return { name, status: 'ok', found: 'the kernel has it' };
    const hint = `sudo modprobe ${name}`;
    return { name, status: 'missing', found: lines.at(-1) ?? 'the kernel lacks it', hint };
  };
  const ipv6: Check =
    readTextIfAny('/proc/net/if_inet6') === undefined
      ? {
          name: 'IPv6',
          status: 'missing',
          found: 'switched off',
          hint: 'remove ipv6.disable=1 from the kernel command line',
        }
      : { name: 'IPv6', status: 'ok', found: 'the kernel has it' };
  const netem = await run(
    ['unshare', ...unshareWords(uid), 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'],
    { signal },
  );
  return [
    {
      name: 'netem',
      status: 'ok',
      found: netem.ok
        ? 'the kernel has it'
        : 'not in this kernel: a relay adds delay and jitter, nftables drops packets, tbf limits the rate',
    },
    flowHashCheck(),
    await tryLink('veth', 'near0', 'type', 'veth', 'peer', 'name', 'near1'),
    await tryLink('bridge', 'near0', 'type', 'bridge'),
    ipv6,
  ];
}

async function checkFrr({ env, signal }: Context): Promise<Check> {
  const name = 'FRRouting';
  const present = locateFrr(env);
  if (present === undefined) {
    const trouble = explainWhyNotObtainable(frrProduct, env);
    if (trouble !== undefined) return { name, status: 'missing', found: trouble.message, hint: trouble.hint };
    const hint = "the next `up` downloads a private copy from the distribution's packages: no root, nothing installed";
    return { name, status: 'warning', found: 'not installed yet', hint };
  }
  const where = present.source === 'system' ? present.daemonsDir : `private copy in ${privateCopyFolder(env)}`;
  try {
    return { name, status: 'ok', found: `${await proveFrr(present, signal)} (${where})` };
  } catch (error) {
    signal?.throwIfAborted();
    const { message, hint } = toLabError(error);
    const remove = `rm -r '${privateCopyFolder(env)}'  (the next \`up\` downloads it again)`;
    return { name, status: 'missing', found: message, hint: present.source === 'private' ? remove : hint };
  }
}

/** The versions that a file or a flag can ask for, and whether they are here or can be had. */
async function checkFrrVersions({ env, signal }: Context): Promise<Check> {
  const archive = explainWhyNotObtainable(frrProduct, env) === undefined ? await debianArchive(signal) : undefined;
  const here = frrChoices.map((choice) => ({ choice, found: locateFrr(env, choice) }));
  const words = here.map(({ choice, found }) => {
    if (found !== undefined) return choice === 'system' ? 'system' : `${choice} (${found.version ?? choice})`;
    return choice === 'system'
      ? 'system (none is installed)'
      : `${choice} (${archive === undefined ? 'not to be had here' : 'not obtained yet'})`;
  });
  const hint =
    archive === undefined
      ? 'apt on this machine fetches nothing of Debian: other versions need its archive'
      : here.every(({ choice, found }) => choice === 'system' || found !== undefined)
        ? undefined
        : 'obtained when a lab asks for them, or ahead of time: nearcast setup --frr VERSION';
  return { name: 'its versions', status: 'ok', found: words.join(', '), hint };
}

function checkDig(env: Environment): Check {
  const found = findProgram('dig', env, locateFrr(env)?.binDirs);
  if (found !== undefined) return { name: 'dig', status: 'ok', found };
  if (locateFrr(env) === undefined && explainWhyNotObtainable(frrProduct, env) === undefined) {
    return {
      name: 'dig',
      status: 'warning',
      found: 'not installed yet',
      hint: 'the next `up` downloads it along with FRRouting',
    };
  }
  const without = 'missing: dig cannot run in clients; `who` and `probe` work without it';
  return { name: 'dig', status: 'warning', found: without, hint: installHint('bind9-dnsutils') };
}

function checkPing(env: Environment): Check {
  const found = findProgram('ping', env);
  if (found !== undefined) return { name: 'ping', status: 'ok', found };
  const without = 'missing: ping cannot run in nodes; `probe --kind icmp` works without it';
  return { name: 'ping', status: 'warning', found: without, hint: installHint('iputils-ping') };
}

/** Of use only where a service is served by it. */
async function checkServer(server: ServerName, { env, signal }: Context): Promise<Check> {
  const { product, versionWord } = serverProducts[server];
  const name = product.title;
  const present = locateServer(server, env);
  if (present === undefined) {
    const trouble = explainWhyNotObtainable(product, env);
    const found = `not there: of use only to services with \`serve: ${server}\``;
    const hint = trouble?.hint ?? "the first `up` of such a lab obtains it privately from the distribution's packages";
    // Nothing is wrong with a machine for want of what few labs need, and what is obtained when they do.
    return trouble === undefined
      ? { name, status: 'ok', found: `${found}; ${hint}` }
      : { name, status: 'warning', found, hint };
  }
  const [program = ''] = present.programs;
  const folder = serverCopyFolder(server, env);
  const where = present.source === 'system' ? program : `private copy in ${folder}`;
  try {
    const proved = await provePrograms(product, [[program, versionWord]], present, signal);
    return { name, status: 'ok', found: `${proved} (${where})` };
  } catch (error) {
    signal?.throwIfAborted();
    const { message, hint } = toLabError(error);
    const remove = `rm -r '${folder}'  (the next \`up\` that needs it makes it again)`;
    return { name, status: 'warning', found: message, hint: present.source === 'private' ? remove : hint };
  }
}

/** Judges the memory that a /proc/meminfo text says is available. */
export function checkMemory(meminfo: string): Check {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  if (kilobytes === undefined) return { name: 'memory', status: 'warning', found: 'unknown' };
  const availableMb = Math.floor(Number(kilobytes) / 1024);
  const check = { name: 'memory', found: `${String(availableMb)} MB available` };
  if (availableMb >= comfortableMb) return { ...check, status: 'ok' };
  return { ...check, status: 'warning', hint: 'a router takes about 25 MB: keep labs small, or stop other programs' };
}

function installHint(packageName: string): string {
  return installCommand(readDistribution(), packageName) ?? `install the package ${packageName}`;
}

/** Whether each node can have a flow hash of its own. */
function flowHashCheck(): Check {
  const has = readTextIfAny('/proc/sys/net/ipv4/fib_multipath_hash_seed') !== undefined;
  return has
    ? { name: 'flow hash', status: 'ok', found: 'each node hashes flows with its own seed' }
    : {
        name: 'flow hash',
        status: 'warning',
        found: 'all nodes hash alike: several tiers of equal paths do not share flows evenly',
        hint: 'use Linux 6.11 or newer where that matters',
      };
}
