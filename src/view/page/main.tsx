import { render } from 'preact';
import type { Opening } from '../opening.js';
import { App } from './app.js';
import { Model } from './model.js';
import { ModelContext } from './use-model.js';

const model = new Model();
const recording = document.getElementById('recording');
if (recording === null) model.follow();
else model.open(JSON.parse(recording.textContent) as Opening);
const root = document.getElementById('view');
if (root !== null)
  render(
    <ModelContext.Provider value={model}>
      <App />
    </ModelContext.Provider>,
    root,
  );
