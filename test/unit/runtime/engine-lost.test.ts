import test from 'ava';
import { LabError } from '../../../src/errors.js';
import { guarded, withEngine } from '../../../src/runtime/docker/engine-lost.js';
import { locateEngine } from '../../../src/runtime/docker/engine.js';
import type { UncommittedLab } from '../../../src/runtime/runtime.js';

const address = locateEngine({ DOCKER_HOST: 'unix:///run/engine.sock' });
const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

test('an engine that is lost in the middle of work is named, with what to do', async (t) => {
  const error = await t.throwsAsync<LabError>(withEngine(address, () => Promise.reject(reset)));
  t.like(error, {
    code: 'ENGINE_UNREACHABLE',
    message: 'the Docker engine at unix:///run/engine.sock does not answer any more: read ECONNRESET',
    hint: 'start it again (sudo systemctl start docker), then try again',
  });
  for (const other of [
    new LabError('LAB_NOT_FOUND', 'no'),
    Object.assign(new Error('no'), { statusCode: 404 }),
    new Error('no'),
  ])
    t.is(await t.throwsAsync(withEngine(address, () => Promise.reject(other))), other);
});

test('what an engine keeps of a lab that it does not discard is said, with the command that removes it', async (t) => {
  const made = { discard: () => Promise.reject(reset) } as unknown as UncommittedLab;
  const error = await t.throwsAsync<LabError>(guarded(address, 'two', made).discard());
  t.like(error, {
    code: 'ENGINE_UNREACHABLE',
    message:
      'the Docker engine at unix:///run/engine.sock does not answer any more (read ECONNRESET): what was begun of two is not removed',
    hint: 'start it again (sudo systemctl start docker), then: nearcast down two',
  });
});
