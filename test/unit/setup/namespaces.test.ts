import test from 'ava';
import { explainUnshareFailure, type NamespaceFacts, unshareWords } from '../../../src/setup/namespaces.js';

const plain: NamespaceFacts = {
  uid: 1000,
  unprivilegedUsernsClone: '1',
  maxUserNamespaces: '31000',
  apparmorRestrict: undefined,
  inContainer: false,
};
const refused = 'unshare: unshare failed: Operation not permitted';

interface Case {
  readonly title: string;
  readonly stderr: string;
  readonly facts: Partial<NamespaceFacts>;
  readonly message: RegExp;
  readonly hint: RegExp;
}

const cases: readonly Case[] = [
  {
    title: "Debian's switch",
    stderr: refused,
    facts: { unprivilegedUsernsClone: '0' },
    message: /kernel\.unprivileged_userns_clone is 0/,
    hint: /^sudo sysctl -w kernel\.unprivileged_userns_clone=1 /,
  },
  {
    title: 'a limit of zero',
    stderr: 'unshare: unshare failed: No space left on device',
    facts: { maxUserNamespaces: '0' },
    message: /user\.max_user_namespaces is 0/,
    hint: /^sudo sysctl -w user\.max_user_namespaces=\d+ /,
  },
  {
    title: 'a limit that is reached',
    stderr: 'unshare: unshare failed: No space left on device',
    facts: {},
    message: /user\.max_user_namespaces is 31000/,
    hint: /max_user_namespaces=/,
  },
  {
    title: "Ubuntu's AppArmor",
    stderr: 'unshare: write failed /proc/self/uid_map: Operation not permitted',
    facts: { apparmorRestrict: '1' },
    message: /AppArmor/,
    hint: /^sudo sysctl -w kernel\.apparmor_restrict_unprivileged_userns=0 /,
  },
  {
    title: 'a masked /proc',
    stderr: 'unshare: mount /proc failed: Operation not permitted',
    facts: { inContainer: true },
    message: /\/proc may not be mounted/,
    hint: /systempaths=unconfined/,
  },
  {
    title: 'a container, as an ordinary user',
    stderr: refused,
    facts: { inContainer: true },
    message: /container/,
    hint: /docker run --security-opt seccomp=unconfined(?!.*cap-add)/,
  },
  {
    title: 'a container, as root',
    stderr: refused,
    facts: { inContainer: true, uid: 0 },
    message: /container/,
    hint: /--cap-add SYS_ADMIN --cap-add NET_ADMIN/,
  },
  {
    title: 'a root without capabilities',
    stderr: refused,
    facts: { uid: 0 },
    message: /CAP_SYS_ADMIN/,
    hint: /ordinary user/,
  },
  { title: 'an unknown refusal', stderr: refused, facts: {}, message: /Operation not permitted/, hint: /sandbox/ },
];

for (const { title, stderr, facts, message, hint } of cases) {
  test(`unshare refused by ${title}`, (t) => {
    const error = explainUnshareFailure(`${stderr}\n`, { ...plain, ...facts });
    t.is(error.code, 'NAMESPACES_UNAVAILABLE');
    t.regex(error.message, message);
    t.regex(error.hint ?? '', hint);
    t.is(error.cause instanceof Error && error.cause.message, stderr);
  });
}

test('settings for ordinary users do not explain a failure of root', (t) => {
  const facts = { ...plain, uid: 0, unprivilegedUsernsClone: '0', apparmorRestrict: '1' };
  t.regex(explainUnshareFailure(refused, facts).message, /CAP_SYS_ADMIN/);
});

test('a missing program is named', (t) => {
  const error = explainUnshareFailure('Command failed with ENOENT: unshare true\nspawn unshare ENOENT', plain);
  t.is(error.code, 'PROGRAM_MISSING');
  t.regex(error.hint ?? '', /util-linux/);
});

test('only ordinary users need a user namespace', (t) => {
  t.true(unshareWords(1000).includes('--user'));
  t.false(unshareWords(0).includes('--user'));
});
