import { render } from 'preact';
import { App } from './app.js';
import { Model } from './model.js';
import { ModelContext } from './use-model.js';

const model = new Model();
model.follow();
const root = document.getElementById('view');
if (root !== null)
  render(
    <ModelContext.Provider value={model}>
      <App />
    </ModelContext.Provider>,
    root,
  );
