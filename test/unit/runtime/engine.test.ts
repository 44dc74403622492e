import test from 'ava';
import { isPassing } from '../../../src/runtime/docker/engine.js';

const failed = (message: string, more: object = {}): Error => Object.assign(new Error(message), more);

test('a connection that broke and a server that is overloaded may pass; an engine or an image that is not there will not', (t) => {
  t.true(isPassing(failed('socket hang up', { code: 'ECONNRESET' })));
  t.true(isPassing(failed('(HTTP code 503) unexpected', { statusCode: 503 })));
  t.true(isPassing(failed('received unexpected HTTP status: 502 Bad Gateway')));
  t.false(isPassing(failed('connect ENOENT /var/run/docker.sock', { code: 'ENOENT' })));
  t.false(isPassing(failed('connect ECONNREFUSED 127.0.0.1:2375', { code: 'ECONNREFUSED' })));
  t.false(isPassing(failed('(HTTP code 404) no such image', { statusCode: 404 })));
  t.false(isPassing(failed('Get "https://registry.example/v2/": dial tcp 192.0.2.1:443: i/o timeout')));
});
