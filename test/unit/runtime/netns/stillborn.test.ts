import test from 'ava';
import { LabError } from '../../../../src/errors.js';
import { whyStillborn, type Stillborn } from '../../../../src/runtime/netns/stillborn.js';

const facts = {
  uid: 1000,
  unprivilegedUsernsClone: undefined,
  maxUserNamespaces: '1000',
  apparmorRestrict: undefined,
  inContainer: true,
};
const gone = new LabError('AGENT_GONE', 'the agent of the lab has ended');

function why(ended: Partial<Stillborn>): LabError {
  return whyStillborn({ exitCode: 1, hadNamespaces: true, words: '', ...ended }, gone, () => facts);
}

test('namespaces that were refused are told from an agent that was killed in them', (t) => {
  t.is(
    why({ hadNamespaces: false, words: 'unshare: unshare failed: Operation not permitted' }).code,
    'NAMESPACES_UNAVAILABLE',
  );
  t.is(why({ words: 'mount: /run: permission denied.' }).code, 'NAMESPACES_UNAVAILABLE');
  for (const killed of [
    { words: 'unshare: sigprocmask unblock failed: Invalid argument' },
    { exitCode: 137, words: 'Killed' },
  ]) {
    t.like(why(killed), { code: 'DEPLOY_FAILED', message: 'the agent was killed while the lab started' }, killed.words);
  }
});

test('a supervisor that was killed is a lab that was removed', (t) => {
  t.like(why({ exitCode: null, words: 'unshare: anything' }), {
    code: 'DEPLOY_FAILED',
    message: 'the lab was removed while it started',
  });
});

test('what an agent said before it ended is handed on', (t) => {
  t.is(
    why({ exitCode: 134, words: 'FATAL ERROR: out of memory' }).message,
    'the agent ended before the lab was up: FATAL ERROR: out of memory',
  );
  t.is(why({ exitCode: 127, words: 'nearcast-init: 4: grep: not found' }).code, 'PROGRAM_MISSING');
  t.is(why({ words: 'nearcast-init: 1: Cannot fork' }).code, 'LIMIT_REACHED');
});
