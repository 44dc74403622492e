import { closeSync } from 'node:fs';
import test from 'ava';
import { socketAddress } from '../../../../src/agent/system/addresses.js';
import { deployFailureOf, errnoOf, loadKernel } from '../../../../src/agent/system/kernel.js';
import { LabError } from '../../../../src/errors.js';

test("a system call that fails has a code of its own, and the kernel's word as its cause", (t) => {
  const thrown = t.throws(() => loadKernel().portOf(-1), { instanceOf: LabError, message: 'getsockname: EBADF' });
  t.is(thrown.code, 'SYSTEM_CALL_FAILED');
  t.is(thrown.exitStatus, 3);
  t.is(errnoOf(thrown), 'EBADF');
});

test('while a lab is deployed it is a lab that does not come up, for the same cause', (t) => {
  const thrown = t.throws(
    () => {
      loadKernel().setns(-1);
    },
    { instanceOf: LabError },
  );
  const failure = deployFailureOf(thrown);
  t.true(failure instanceof LabError);
  t.like(failure, { code: 'DEPLOY_FAILED', message: thrown.message, cause: thrown.cause, exitStatus: 3 });
  t.is(errnoOf(failure), 'EBADF');
});

test('what else fails while a lab is deployed stays as it is', (t) => {
  const refusal = new LabError('CONFIG_REJECTED', 'no such line');
  t.is(deployFailureOf(refusal), refusal);
});

test("a port that the kernel chooses is no other socket's, however many there are", (t) => {
  const kernel = loadKernel();
  const many = 700;
  const open = Array.from({ length: many }, () => kernel.socket('udp', 'ipv4'));
  try {
    for (const descriptor of open) kernel.bind(descriptor, socketAddress('127.0.0.1', 0));
    t.is(new Set(open.map((descriptor) => kernel.portOf(descriptor))).size, many);
  } finally {
    open.forEach(closeSync);
  }
});
