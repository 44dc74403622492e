import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { Model } from './model.js';

export const ModelContext = createContext<Model>(new Model());

/** The model, drawn again when it changes. */
export function useModel(): Model {
  const model = useContext(ModelContext);
  const [, draw] = useState(0);
  useEffect(
    () =>
      model.listen(() => {
        draw((count) => count + 1);
      }),
    [model],
  );
  return model;
}
