import test from 'ava';
import { Cookies } from '../../../src/codec/cookies.js';

test('a cookie is sent back to the place that set it, and to no other', (t) => {
  const cookies = new Cookies();
  t.deepEqual(cookies.headersFor('a'), {});
  cookies.keep('a', ['session=x=1; Path=/; HttpOnly', ' shop = blue', 'no cookie']);
  t.deepEqual(cookies.headersFor('a'), { Cookie: 'session=x=1; shop=blue' });
  cookies.keep('a', ['session=y']);
  cookies.keep('a');
  t.deepEqual(cookies.headersFor('a'), { Cookie: 'session=y; shop=blue' });
  t.deepEqual(cookies.headersFor('b'), {});
});
