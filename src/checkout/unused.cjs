// In place of packages that dockerode loads and nearcast has no use for. Every name is a function that says so.
module.exports = new Proxy(
  {},
  {
    get: (_, name) =>
      function unused() {
        throw new Error(`a part of dockerode that is not bundled was used: ${String(name)}`);
      },
  },
);
