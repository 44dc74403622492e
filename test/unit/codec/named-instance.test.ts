import test from 'ava';
import { namedInstance } from '../../../src/codec/named-instance.js';

const instances = ['server-a', 'server-b', 'server'];

test('a name that stands as a whole word is the instance', (t) => {
  t.is(namedInstance('server-a\n', instances), 'server-a');
  t.is(namedInstance('X-Instance: server-b\r\n\r\nhello', instances), 'server-b');
  t.is(namedInstance('\b' + 'server-a\0', instances), 'server-a');
  t.is(namedInstance('this server.', instances), 'server');
});

test('a part of a word names nobody', (t) => {
  for (const reply of ['', 'server-ab', 'my-server-a', 'server_a', 'servers', 'xserver-a server-a2'])
    t.is(namedInstance(reply, instances), null, reply);
  t.is(namedInstance('server-a2 server-a', instances), 'server-a');
});

test('several names are no answer', (t) => {
  t.is(namedInstance('server-a or server-b', instances), null);
  t.is(namedInstance('server-a server-a', instances), 'server-a');
});

test('a name with a dot is not the one that it begins with', (t) => {
  const dotted = ['srv.a', 'srv', 'srv.a_b'];
  t.is(namedInstance('srv.a', dotted), 'srv.a');
  t.is(namedInstance('srv.a_b', dotted), 'srv.a_b');
  t.is(namedInstance('srv', dotted), 'srv');
  t.is(namedInstance('srv and srv.a', dotted), null);
});
