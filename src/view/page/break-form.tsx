import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { entryOf, type FaultKind } from '../../topology/model/fault.js';
import { flagNameOf, settingOf, settingWordsOf, type FaultSettingWord } from '../../topology/model/fault-settings.js';
import { Chips } from './chip.js';
import type { Change } from './state/model.js';
import type { TargetChoice } from './state/targets.js';
import { useModel } from './state/use-model.js';

const MOST_MOVES = 12;
/** Who types a setting is not asked after each character. */
const TYPED_MS = 200;

type Settings = Readonly<Record<string, string | boolean>>;

/** Breaks something, in the words of the command line; before that, what is predicted to move. */
export function BreakForm({ choices }: { readonly choices: readonly TargetChoice[] }): JSX.Element | null {
  const model = useModel();
  const [targetAt, chooseTarget] = useState(0);
  const [how, chooseHow] = useState<FaultKind>();
  const [settings, setSettings] = useState<Settings>({});
  const choice = choices[targetAt] ?? choices[0];
  const kind = how !== undefined && choice?.hows.includes(how) === true ? how : choice?.hows[0];
  const key = JSON.stringify([choice?.target, kind, settings]);
  const change: Change | undefined =
    choice === undefined || kind === undefined
      ? undefined
      : { action: 'fail', target: choice.target, how: kind, settings };
  const isBroken = model.lab.faults.some((fault) => fault.target === choice?.target && fault.how === kind);
  const faultsNow = JSON.stringify(model.lab.faults.map((fault) => [fault.target, fault.how]));
  const isReadOnly = model.opening?.readOnly === true;
  const isPast = model.cursorMs !== null || model.connection !== 'live';

  useEffect(() => {
    if (isReadOnly || isPast || isBroken) return undefined;
    const timer = setTimeout(() => void model.foretell(change), TYPED_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [key, faultsNow, isPast]);
  // Only what is chosen takes a prediction away: buttons below it are not to move while somebody aims at them.
  useEffect(
    () => () => {
      model.set({ foretold: undefined });
    },
    [key, isPast],
  );
  if (choice === undefined || kind === undefined || change === undefined || isReadOnly || isPast) return null;
  const words = settingWordsOf(kind);
  return (
    <section aria-label="break it">
      <h2>Break it</h2>
      <div class="fields">
        <label for="target">what</label>
        <select
          id="target"
          value={String(targetAt)}
          onChange={({ currentTarget }) => {
            chooseTarget(Number(currentTarget.value));
          }}
        >
          {choices.map(({ target, hows }, nth) => (
            <option key={`${target} ${hows.join()}`} value={String(nth)}>
              {target}
            </option>
          ))}
        </select>
        <label for="how">how</label>
        <select
          id="how"
          value={kind}
          onChange={({ currentTarget }) => {
            chooseHow(currentTarget.value as FaultKind);
            setSettings({});
          }}
        >
          {choice.hows.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
        <span class="says">it {entryOf(kind).fails}</span>
      </div>
      {isBroken ? (
        <p class="told">It is broken in this way now.</p>
      ) : (
        <>
          <SettingFields words={words} settings={settings} set={setSettings} />
          <div role="status">
            <Foretold />
          </div>
          <Command change={change} />
          <div class="row">
            <button type="button" class="danger" disabled={model.isBusy} onClick={() => void model.make(change)}>
              {model.isBusy ? 'Under way …' : 'Break it'}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

function SettingFields({
  words,
  settings,
  set,
}: {
  readonly words: readonly FaultSettingWord[];
  readonly settings: Settings;
  readonly set: (settings: Settings) => void;
}): JSX.Element {
  const fields = (
    <div class="fields">
      {words.map((word) => {
        const { takes, says, example } = settingOf(word);
        const id = `setting-${word}`;
        const value = settings[word];
        return [
          <label key={id} for={id}>
            {flagNameOf(word).replaceAll('-', ' ')}
          </label>,
          takes === undefined ? (
            <select
              key={`${id} field`}
              id={id}
              value={value === undefined ? '' : String(value)}
              onChange={({ currentTarget }) => {
                const { [word]: _, ...rest } = settings;
                set(currentTarget.value === '' ? rest : { ...rest, [word]: currentTarget.value === 'true' });
              }}
            >
              <option value="">as usual</option>
              <option value="true">yes</option>
              <option value="false">no</option>
            </select>
          ) : (
            <input
              key={`${id} field`}
              id={id}
              type="text"
              value={typeof value === 'string' ? value : ''}
              placeholder={example ?? takes}
              title={says}
              onInput={({ currentTarget }) => {
                set({ ...settings, [word]: currentTarget.value });
              }}
            />
          ),
        ];
      })}
    </div>
  );
  return words.length > 1 ? fields : <details>{[<summary key="summary">settings</summary>, fields]}</details>;
}

/** What is predicted to move, or why the change cannot be made. */
function Foretold(): JSX.Element | null {
  const { foretold, trouble } = useModel();
  if (trouble !== undefined)
    return (
      <p class="told bad" role="alert">
        {trouble.message}
        {trouble.hint === undefined ? null : <span class="quiet"> {trouble.hint}</span>}
      </p>
    );
  if (foretold === undefined) return null;
  const { moves } = foretold;
  if (moves.length === 0) return <p class="told">Predicted: no client moves.</p>;
  return (
    <div class="told">
      <p>Predicted: {moves.length === 1 ? 'one query moves' : `${String(moves.length)} queries move`}</p>
      <ul class="moves">
        {moves.slice(0, MOST_MOVES).map(({ client, address, from, to }) => (
          <li key={`${client} ${address}`}>
            <b>{client}</b> <span class="address">{address}</span>
            <span>
              <Chips instances={from} /> → <Chips instances={to} />
            </span>
          </li>
        ))}
      </ul>
      {moves.length > MOST_MOVES ? <p class="quiet">and {String(moves.length - MOST_MOVES)} more</p> : null}
    </div>
  );
}

/** The same as a command, to be copied. */
function Command({ change }: { readonly change: Change }): JSX.Element | null {
  const { opening } = useModel();
  if (opening?.kind !== 'lab') return null;
  const { action, target, how, settings = {} } = change;
  const flags = Object.entries(settings).flatMap(([word, value]) => {
    const name = flagNameOf(word as FaultSettingWord);
    if (value === '') return [];
    return typeof value === 'string' ? [`--${name} ${value}`] : [`--${value ? '' : 'no-'}${name}`];
  });
  const text = [
    opening.command,
    action,
    target,
    ...(how === undefined ? [] : [`--how ${how}`]),
    ...flags,
    `--lab ${opening.name}`,
  ].join(' ');
  return (
    <div class="command">
      <code>
        {text.split(/ (?=--|fail|restore)/).map((part, nth) => (
          <span key={part}>{nth === 0 ? part : ` ${part}`}</span>
        ))}
      </code>
      <button type="button" class="small" onClick={() => void navigator.clipboard.writeText(text)}>
        Copy
      </button>
    </div>
  );
}
