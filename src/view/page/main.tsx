import { render } from 'preact';
import { App } from './app.js';
import { Model } from './state/model.js';
import { ModelContext } from './state/use-model.js';

const model = new Model({
  terminal: async (...shown) => (await import('./terminal/xterm.js')).openTerminal(...shown),
});
model.follow();
const root = document.getElementById('view');
if (root !== null)
  render(
    <ModelContext.Provider value={model}>
      <App />
    </ModelContext.Provider>,
    root,
  );
