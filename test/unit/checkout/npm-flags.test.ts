import test from 'ava';
import { explainSwallowedFlags, findSwallowedFlags, wantsNoColor } from '../../../src/checkout/npm-flags.mjs';

const inLab = { npm_lifecycle_event: 'lab' };
const correctedOf = (words: readonly string[], env: Record<string, string>): string | undefined =>
  explainSwallowedFlags(words, { ...inLab, ...env })
    ?.split('\n')[1]
    ?.trim();

test('flags that reached nearcast are no trouble', (t) => {
  t.is(explainSwallowedFlags(['up', 'figure3', '--json'], inLab), undefined);
  t.is(explainSwallowedFlags(['up', 'figure3', '--json'], { ...inLab, npm_config_json: 'true' }), undefined);
  t.is(explainSwallowedFlags(['up', '--name=x'], { ...inLab, npm_config_name: 'x' }), undefined);
});

test('npm settings of its own are no trouble', (t) => {
  const env = {
    npm_config_loglevel: 'silent',
    npm_config_cache: '/c',
    npm_config_color: '',
    npm_config_yes: 'true',
    npm_config_json: '',
  };
  t.is(explainSwallowedFlags(['list'], { ...inLab, ...env }), undefined);
});

test('outside of `npm run lab` nothing is looked at', (t) => {
  t.deepEqual(findSwallowedFlags(['up'], { npm_config_json: 'true' }), []);
  t.deepEqual(findSwallowedFlags(['up'], { npm_lifecycle_event: 'test', npm_config_json: 'true' }), []);
});

test('a switch is put where it was meant', (t) => {
  t.is(correctedOf(['list'], { npm_config_json: 'true' }), 'npm run lab -- list --json');
});

test('a switch of two words is found, on and off', (t) => {
  t.is(
    correctedOf(['fail', 'zebra@router1'], { npm_config_keep_routes: 'true' }),
    'npm run lab -- fail zebra@router1 --keep-routes',
  );
  t.is(
    correctedOf(['fail', 'zebra@router1'], { npm_config_keep_routes: '' }),
    'npm run lab -- fail zebra@router1 --no-keep-routes',
  );
});

test('a value that npm kept comes back', (t) => {
  t.is(correctedOf(['up', 'figure3'], { npm_config_runtime: 'docker' }), 'npm run lab -- up figure3 --runtime docker');
});

test('a value that npm left among the words is recognised', (t) => {
  t.is(
    correctedOf(['up', 'figure3', 'docker'], { npm_config_runtime: 'true' }),
    'npm run lab -- up figure3 --runtime docker',
  );
});

test('several lost values are left for the reader to put in', (t) => {
  const env = { npm_config_rate: 'true', npm_config_for: 'true' };
  t.is(correctedOf(['probe', '100', '5s'], env), 'npm run lab -- probe 100 5s --for <for> --rate <rate>');
});

test('a repeated flag comes back as often', (t) => {
  t.is(correctedOf(['fail', 'a'], { npm_config_how: 'x\n\ny' }), 'npm run lab -- fail a --how x --how y');
});

test('words after -- stay last, and are quoted where the shell needs it', (t) => {
  const words = ['exec', 'client1', '--', 'echo', "it's here"];
  t.is(
    correctedOf(words, { npm_config_json: 'true' }),
    String.raw`npm run lab -- exec client1 --json -- echo 'it'\''s here'`,
  );
});

test('no colour means the same to npm and to nearcast', (t) => {
  t.true(wantsNoColor({ npm_config_color: '' }));
  t.true(wantsNoColor({ npm_config_color: 'false' }));
  t.false(wantsNoColor({}));
  t.false(wantsNoColor({ npm_config_color: 'always' }));
});
